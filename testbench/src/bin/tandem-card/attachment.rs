//! What is attached to a port, as it is written on the command line.

use contract::limits::PORTS;
use std::path::PathBuf;
use std::str::FromStr;

/// Where frames come from or go to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Endpoint {
    /// A capture, or a FIFO that carries one.
    File(PathBuf),
    /// A TAP interface, which is made if it is not there.
    Tap(String),
    /// An interface that is there.
    Interface(String),
}

/// What is attached to a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Attachment {
    /// The port.
    pub(crate) port: usize,
    /// Where its frames come from.
    pub(crate) input: Option<Endpoint>,
    /// Where its frames go.
    pub(crate) output: Option<Endpoint>,
}

impl FromStr for Endpoint {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once(':') {
            _ if text.is_empty() => Err("write a file, tap:NAME or if:NAME".into()),
            Some(("tap", name)) => interface(name).map(Self::Tap),
            Some(("if" | "veth", name)) => interface(name).map(Self::Interface),
            _ => Ok(Self::File(text.into())),
        }
    }
}

fn interface(name: &str) -> Result<String, String> {
    let sound = (1..16).contains(&name.len()) && name.chars().all(|letter| !letter.is_whitespace() && letter != '/');
    if sound { Ok(name.into()) } else { Err(format!("{name:?} names no interface: write 1 to 15 letters, such as tap:wire0")) }
}

impl FromStr for Attachment {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        const WANTED: &str = "write N=IN,OUT, such as 0=in.pcap,out.pcap or 1=tap:wire1";
        let (port, wire) = text.split_once('=').ok_or(WANTED)?;
        let port = port.parse().ok().filter(|port| *port < PORTS).ok_or_else(|| format!("no port is called {port:?}; {WANTED}"))?;
        let (input, output) = wire.split_once(',').unwrap_or((wire, ""));
        let endpoint = |text: &str| if text.is_empty() { Ok(None) } else { text.parse().map(Some) };
        match (endpoint(input)?, endpoint(output)?) {
            (Some(both @ (Endpoint::Tap(_) | Endpoint::Interface(_))), None) => {
                Ok(Self { port, input: Some(both.clone()), output: Some(both) })
            }
            (None | Some(Endpoint::File(_)), Some(Endpoint::Tap(_) | Endpoint::Interface(_)))
            | (Some(Endpoint::Tap(_) | Endpoint::Interface(_)), _) => {
                Err("an interface is IN and OUT in one: write N=tap:NAME or N=if:NAME".into())
            }
            (None, None) => Err(WANTED.into()),
            (input, output) => Ok(Self { port, input, output }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attachments_are_files_in_and_out_or_one_interface() {
        let file = |name: &str| Some(Endpoint::File(name.into()));
        let tap = || Some(Endpoint::Tap("wire0".into()));
        assert_eq!("0=a.pcap,b.pcap".parse(), Ok(Attachment { port: 0, input: file("a.pcap"), output: file("b.pcap") }));
        assert_eq!("1=a".parse(), Ok(Attachment { port: 1, input: file("a"), output: None }));
        assert_eq!("1=,b=c".parse(), Ok(Attachment { port: 1, input: None, output: file("b=c") }));
        assert_eq!("0=tap:wire0".parse(), Ok(Attachment { port: 0, input: tap(), output: tap() }));
        assert_eq!("veth:v".parse(), Ok(Endpoint::Interface("v".into())));
    }

    #[test]
    fn attachments_that_mean_nothing_are_refused() {
        for text in
            ["", "0", "0=", "0=,", "2=a,b", "x=a,b", "0=tap:", "0=tap:a,b", "0=a,tap:b", "0=if:a,if:a", "0=if:a b", "0=if:0123456789abcdef"]
        {
            assert!(text.parse::<Attachment>().is_err(), "{text:?} was taken");
        }
    }
}
