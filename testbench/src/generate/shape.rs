//! What was built: reported with each frame, so that a mismatch reads well and coverage can be counted.

/// What a frame was built as. Damage done afterwards (cuts, padding) shows in the frame's length only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    /// TPIDs of the VLAN tags, from the outside; unused ones are 0.
    pub tags: [u16; 3],
    /// The EtherType after the tags.
    pub ether_type: u16,
    /// The IP packet, if there is one.
    pub outer: Option<Layer>,
    /// The packet inside an ICMP error.
    pub inner: Option<Layer>,
    /// Bytes before the frame was cut or padded.
    pub built: usize,
}

/// An IP packet as it was built; its fields may contradict each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Layer {
    /// The version field.
    pub version: u8,
    /// The IHL field of IPv4.
    pub ihl: u8,
    /// Fragment offset.
    pub offset: u16,
    /// More fragments follow.
    pub more: bool,
    /// Extension headers of IPv6.
    pub extensions: [Option<u8>; 4],
    /// Protocol of the transport header.
    pub protocol: u8,
    /// Byte of the frame at which the transport header starts.
    pub transport_at: usize,
    /// Source and destination port, or for ICMP type and code.
    pub transport: Option<(u16, u16)>,
    /// How far the length field lies from the truth.
    pub length_lie: i32,
}

impl Shape {
    /// The names of everything about this shape that coverage counts.
    pub fn labels(&self) -> Vec<String> {
        let tags: Vec<_> = self.tags.iter().filter(|tpid| **tpid != 0).map(|tpid| format!("{tpid:04x}")).collect();
        let mut labels = vec![format!("tags[{}]/{:04x}", tags.join(" "), self.ether_type)];
        for (place, layer) in [("outer", &self.outer), ("inner", &self.inner)] {
            labels.extend(layer.iter().flat_map(|layer| layer.labels()).map(|label| format!("{place} {label}")));
        }
        if let (Some(outer), Some(inner)) = (self.outer, self.inner) {
            labels.push(format!("v{} inside v{}", inner.version, outer.version));
        }
        labels
    }
}

impl Layer {
    fn labels(&self) -> Vec<String> {
        let Self { version, ihl, offset, more, protocol, .. } = *self;
        let part = match (offset, more) {
            (0, false) => "whole",
            (0, true) => "first",
            (_, true) => "middle",
            (_, false) => "last",
        };
        let chain: Vec<_> = self.extensions.iter().flatten().map(|kind| kind.to_string()).collect();
        let length = ["short", "true", "long"][(self.length_lie.signum() + 1) as usize];
        let mut labels = vec![format!("v{version} {part}"), format!("v{version} protocol {protocol}"), format!("v{version} {length}")];
        labels.push(if version == 4 { format!("v4 ihl {ihl}") } else { format!("v{version} chain [{}]", chain.join(" ")) });
        labels.push(format!("v{version} transport at {}", self.transport_at));
        if let (6 | 17, Some((source, destination))) = (protocol, self.transport) {
            labels.push(format!("ports {:?}", source.cmp(&destination)));
        }
        if let (1 | 58, Some((kind, _))) = (protocol, self.transport) {
            labels.push(format!("v{version} icmp {protocol} type {kind}"));
        }
        labels
    }
}
