//! What is attached to a port, as it is written on the command line.

use contract::limits::PORTS;
use ring::InterfaceName;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// Where frames come from or go to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Endpoint {
    /// A capture, or a FIFO that carries one.
    File(PathBuf),
    /// An interface: frames come and go.
    Interface(InterfaceName),
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
            Some(("tap" | "if" | "veth", _)) => text.parse().map(Self::Interface),
            _ => Ok(Self::File(text.into())),
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Interface(place) => place.fmt(f),
        }
    }
}

/// A port by its number.
fn port(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|port| *port < PORTS).ok_or_else(|| format!("no port is called {text:?}; there are 0 to {}", PORTS - 1))
}

impl FromStr for Attachment {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        const WANTED: &str = "write N=IN,OUT, such as 0=in.pcap,out.pcap or 1=tap:wire1";
        let (port, wire) = text.split_once('=').ok_or(WANTED)?;
        let port = self::port(port).map_err(|error| format!("{error}; {WANTED}"))?;
        let (input, output) = wire.split_once(',').unwrap_or((wire, ""));
        let endpoint = |text: &str| if text.is_empty() { Ok(None) } else { text.parse().map(Some) };
        match (endpoint(input)?, endpoint(output)?) {
            (Some(both @ Endpoint::Interface(_)), None) => Ok(Self { port, input: Some(both.clone()), output: Some(both) }),
            (None | Some(Endpoint::File(_)), Some(Endpoint::Interface(_))) | (Some(Endpoint::Interface(_)), _) => {
                Err("an interface is IN and OUT in one: write N=tap:NAME or N=if:NAME".into())
            }
            (None, None) => Err(WANTED.into()),
            (input, output) => Ok(Self { port, input, output }),
        }
    }
}

/// What is attached to the host's side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HostEnd {
    /// The port of whose frames it is; `None` for those of all ports.
    pub(crate) port: Option<usize>,
    /// Where they go, and come from if it is an interface.
    pub(crate) end: Endpoint,
}

impl FromStr for HostEnd {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        // A file whose name has a `=` is written with its folder: ./a=b.
        let is_name = |text: &str| !text.contains(['/', ':']);
        match text.split_once('=') {
            Some((number, end)) if is_name(number) => Ok(Self { port: Some(port(number)?), end: end.parse()? }),
            _ => Ok(Self { port: None, end: text.parse()? }),
        }
    }
}

impl HostEnd {
    /// Its option, as it was given.
    pub(crate) fn option(&self) -> String {
        self.port.map_or_else(|| "--host".into(), |port| format!("--host {port}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attachments_are_files_in_and_out_or_one_interface() {
        let file = |name: &str| Some(Endpoint::File(name.into()));
        let tap = || Some(Endpoint::Interface("tap:wire0".parse().unwrap()));
        assert_eq!("0=a.pcap,b.pcap".parse(), Ok(Attachment { port: 0, input: file("a.pcap"), output: file("b.pcap") }));
        assert_eq!("1=a".parse(), Ok(Attachment { port: 1, input: file("a"), output: None }));
        assert_eq!("1=,b=c".parse(), Ok(Attachment { port: 1, input: None, output: file("b=c") }));
        assert_eq!("0=tap:wire0".parse(), Ok(Attachment { port: 0, input: tap(), output: tap() }));
        assert_eq!("veth:v@site".parse::<Endpoint>().unwrap().to_string(), "if:v@site");
    }

    #[test]
    fn attachments_that_mean_nothing_are_refused() {
        for text in
            ["", "0", "0=", "0=,", "2=a,b", "x=a,b", "0=tap:", "0=tap:a,b", "0=a,tap:b", "0=if:a,if:a", "0=if:a b", "0=if:0123456789abcdef"]
        {
            assert!(text.parse::<Attachment>().is_err(), "{text:?} was taken");
        }
    }

    #[test]
    fn the_host_has_an_end_for_each_port_or_one_for_all() {
        let end = |text: &str| text.parse::<HostEnd>().map(|host| (host.port, host.end.to_string()));
        assert_eq!(end("host.pcap"), Ok((None, "host.pcap".into())));
        assert_eq!(end("tap:host"), Ok((None, "tap:host".into())));
        assert_eq!(end("1=tap:host1@site"), Ok((Some(1), "tap:host1@site".into())));
        assert_eq!(end("./a=b"), Ok((None, "./a=b".into())));
        for text in ["", "0=", "2=tap:host", "a=b", "0=tap:"] {
            assert!(end(text).is_err(), "{text:?} was taken");
        }
    }
}
