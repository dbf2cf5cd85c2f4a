//! An interface as it is written on a command line: `tap:NAME` or `if:NAME`, and `@NAMESPACE` after it.

use std::fmt;
use std::str::FromStr;

/// Longest name of an interface.
const NAME_MAX: usize = 15;

/// How an interface is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A TAP, which is made if it is not there.
    Tap,
    /// A packet socket on an interface that is there.
    Packet,
}

/// Which interface, and how it is opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InterfaceName {
    kind: Kind,
    name: String,
    namespace: Option<String>,
}

impl InterfaceName {
    /// A TAP of this name in the namespace of the process.
    ///
    /// # Errors
    /// If no interface can have this name.
    pub fn tap(name: &str) -> Result<Self, String> {
        Self::new(Kind::Tap, name)
    }

    /// Reads what stands after `tap:` or `if:`.
    fn new(kind: Kind, text: &str) -> Result<Self, String> {
        let (name, namespace) = text.split_once('@').map_or((text, None), |(name, namespace)| (name, Some(namespace)));
        let sound = (1..=NAME_MAX).contains(&name.len()) && name.chars().all(|letter| !letter.is_whitespace() && !"/:".contains(letter));
        if !sound || [".", ".."].contains(&name) {
            return Err(format!("{name:?} cannot name an interface: write 1 to {NAME_MAX} bytes without blanks, slashes and colons"));
        }
        if namespace.is_some_and(str::is_empty) {
            return Err(format!("{text:?} names no namespace: write NAME@NAMESPACE, as `ip netns` lists it, or leave @ out"));
        }
        Ok(Self { kind, name: name.to_owned(), namespace: namespace.map(str::to_owned) })
    }

    /// How it is opened.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The interface's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The network namespace that it is in, as `ip netns` names it, or the path of one; `None` is that of the process.
    pub fn namespace(&self) -> Option<&str> {
        self.namespace.as_deref()
    }
}

impl FromStr for InterfaceName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once(':') {
            Some(("tap", name)) => Self::new(Kind::Tap, name),
            Some(("if" | "veth", name)) => Self::new(Kind::Packet, name),
            _ => Err(format!("{text:?} is no interface: write tap:NAME or if:NAME, and @NAMESPACE after it for one in another namespace")),
        }
    }
}

impl fmt::Display for InterfaceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            Kind::Tap => "tap",
            Kind::Packet => "if",
        };
        write!(f, "{kind}:{}", self.name)?;
        self.namespace.iter().try_for_each(|namespace| write!(f, "@{namespace}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_written_as_they_are_read() {
        for text in ["tap:wire0", "if:eth0", "tap:w@site", "if:w@/proc/7/ns/net"] {
            assert_eq!(text.parse::<InterfaceName>().unwrap().to_string(), text);
        }
        let interface: InterfaceName = "veth:w@site".parse().unwrap();
        assert_eq!((interface.kind(), interface.name(), interface.namespace()), (Kind::Packet, "w", Some("site")));
    }

    #[test]
    fn names_that_no_interface_has_are_refused() {
        for text in ["", "eth0", "tap:", "tap:a b", "if:a/b", "if:..", "if:0123456789abcdef", "tap:a@", "tap:@site", "cup:a"] {
            assert!(text.parse::<InterfaceName>().is_err(), "{text:?} was taken");
        }
    }
}
