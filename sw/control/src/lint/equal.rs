//! Services whose packets have the same port at both ends: the designated manager takes them all.

use super::load::Flows;
use super::{Hazard, Service, TOLERANCE};
use crate::hazard::HazardKind;
use crate::self_source::Transport::Udp;
use crate::{Configuration, Group};

/// Services that use their port at both ends. Source: RFC 5905, RFC 7296, 3GPP TS 29.281, RFC 3261, RFC 6762.
const SERVICES: [(&str, Service); 6] = [
    ("NTP", Service { transport: Udp, port: 123 }),
    ("IKE", Service { transport: Udp, port: 500 }),
    ("IKE behind NAT", Service { transport: Udp, port: 4500 }),
    ("GTP-U", Service { transport: Udp, port: 2152 }),
    ("SIP", Service { transport: Udp, port: 5060 }),
    ("mDNS", Service { transport: Udp, port: 5353 }),
];

/// One hazard for each group that such services fall into.
pub(super) fn hazards(configuration: &Configuration) -> Vec<Hazard> {
    let worst = |configuration: &Configuration, service| {
        let flows = Flows::of_peers(configuration, &configuration.rules, service);
        flows.worst(configuration).map(|(load, group)| (load, group.id))
    };
    let mut hazards = Vec::new();
    for group in &configuration.groups {
        let uneven = SERVICES.iter().filter_map(|(name, service)| {
            let (load, of) = worst(configuration, *service)?;
            (of == group.id && load.max_over_mean > 1.0 + TOLERANCE).then_some((load, name, *service))
        });
        let uneven: Vec<_> = uneven.collect();
        let Some(&(before, _, first)) = uneven.first() else {
            continue;
        };
        let names: Vec<String> = uneven.iter().map(|(_, name, service)| format!("{name} ({service})")).collect();
        let mended = with_hash(configuration, group);
        hazards.push(Hazard {
            kind: HazardKind::EqualPorts,
            subject: format!("group {}", group.name),
            problem: format!("the designated manager takes all packets whose ports are equal, such as those of {}", names.join(", ")),
            before,
            after: worst(&mended, first).map(|(load, _)| load),
            remedy: format!("add to group {:?}:", group.name),
            lines: "equal_ports = \"hash\"\n".to_owned(),
        });
    }
    hazards
}

/// The configuration with this group's equal-port packets hashed.
fn with_hash(configuration: &Configuration, group: &Group) -> Configuration {
    let mut mended = configuration.clone();
    mended.groups.iter_mut().filter(|other| other.id == group.id).for_each(|group| group.row.equal_ports_hash = true);
    mended
}
