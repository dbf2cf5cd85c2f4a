//! What is plugged into a port, as it is written.

use contract::limits::PORTS;
use std::path::PathBuf;
use std::str::FromStr;

/// Where frames come from or go to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Socket {
    /// A capture, or a FIFO that carries one.
    File(PathBuf),
    /// A TAP interface, which is made if it is not there.
    Tap(String),
    /// An interface that is there.
    Interface(String),
}

/// What is plugged into a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Plug {
    /// The port.
    pub(crate) port: usize,
    /// Where its frames come from.
    pub(crate) input: Option<Socket>,
    /// Where its frames go.
    pub(crate) output: Option<Socket>,
}

impl FromStr for Socket {
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

impl FromStr for Plug {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        const WANTED: &str = "write N=IN,OUT, such as 0=in.pcap,out.pcap or 1=tap:wire1";
        let (port, wire) = text.split_once('=').ok_or(WANTED)?;
        let port = port.parse().ok().filter(|port| *port < PORTS).ok_or_else(|| format!("no port is called {port:?}; {WANTED}"))?;
        let (input, output) = wire.split_once(',').unwrap_or((wire, ""));
        let socket = |text: &str| if text.is_empty() { Ok(None) } else { text.parse().map(Some) };
        match (socket(input)?, socket(output)?) {
            (Some(both @ (Socket::Tap(_) | Socket::Interface(_))), None) => {
                Ok(Self { port, input: Some(both.clone()), output: Some(both) })
            }
            (None | Some(Socket::File(_)), Some(Socket::Tap(_) | Socket::Interface(_)))
            | (Some(Socket::Tap(_) | Socket::Interface(_)), _) => {
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
    fn plugs_are_files_in_and_out_or_one_interface() {
        let file = |name: &str| Some(Socket::File(name.into()));
        let tap = || Some(Socket::Tap("wire0".into()));
        assert_eq!("0=a.pcap,b.pcap".parse(), Ok(Plug { port: 0, input: file("a.pcap"), output: file("b.pcap") }));
        assert_eq!("1=a".parse(), Ok(Plug { port: 1, input: file("a"), output: None }));
        assert_eq!("1=,b=c".parse(), Ok(Plug { port: 1, input: None, output: file("b=c") }));
        assert_eq!("0=tap:wire0".parse(), Ok(Plug { port: 0, input: tap(), output: tap() }));
        assert_eq!("veth:v".parse(), Ok(Socket::Interface("v".into())));
    }

    #[test]
    fn plugs_that_mean_nothing_are_refused() {
        for text in
            ["", "0", "0=", "0=,", "2=a,b", "x=a,b", "0=tap:", "0=tap:a,b", "0=a,tap:b", "0=if:a,if:a", "0=if:a b", "0=if:0123456789abcdef"]
        {
            assert!(text.parse::<Plug>().is_err(), "{text:?} was taken");
        }
    }
}
