//! A router with a link that takes small packets only, and a client behind it.

use super::Site;
use super::combined::GROUP;
use super::namespace::Namespace;
use anyhow::Result;

/// A client behind a router, both of which go with this.
pub struct Far {
    client: Namespace,
    _router: Namespace,
}

impl std::ops::Deref for Far {
    type Target = Namespace;

    fn deref(&self) -> &Namespace {
        &self.client
    }
}

impl Site {
    /// Adds them to a site of FIG. 4; the client is 10.5.0.2.
    ///
    /// # Errors
    /// If they cannot be built.
    pub fn add_small_link(&self, mtu: u32) -> Result<Far> {
        let (router, client) = (Namespace::new(format!("{}r1", self.prefix))?, Namespace::new(format!("{}c2", self.prefix))?);
        self.attach(&router, "eth0", "02:00:00:01:00:09", "outside")?;
        router.set("ipv4/ip_forward", "1")?;
        router.ip(&[
            "addr add 10.1.0.9/24 dev eth0".into(),
            "route add default via 10.1.0.1".into(),
            format!("link add small mtu {mtu} type veth peer name eth0 netns {}", client.name()),
            "addr add 10.5.0.1/24 dev small".into(),
            "link set small up".into(),
        ])?;
        self.neighbour(&router, "10.1.0.1", GROUP, "eth0")?;
        // The client does not know of the MTU: otherwise it would ask the server for small segments.
        client.ip(&["addr add 10.5.0.2/24 dev eth0", "link set eth0 up", "route add default via 10.5.0.1"])?;
        self.managers.iter().try_for_each(|manager| manager.ip(&["route add 10.5.0.0/24 via 10.1.0.9"]))?;
        Ok(Far { client, _router: router })
    }
}
