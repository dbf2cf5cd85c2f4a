//! A client behind a link that takes small packets only.

use crate::promises::Promises;
use anyhow::Result;
use testbench::site::namespace::text;
use testbench::site::{Site, VIRTUAL, server};

/// Bytes of a packet that the link takes.
const MTU: u32 = 600;

impl Promises<'_> {
    /// A download through the link: its router tells by an ICMP error, which comes to the manager that has the flow, and from there to the server.
    pub(crate) fn of_a_small_link(&mut self, site: &Site) -> Result<()> {
        let far = site.add_small_link(MTU)?;
        let url = format!("http://{}/big", VIRTUAL[0]);
        let output = far.run("curl", &["-sS", "-m", "60", "-o", "/dev/null", "-w", "%{size_download}", &url])?;
        let (came, wanted) = (text(&output.stdout), server::BIG.to_string());
        self.tell(came == wanted, &format!("1 MB over a link of {MTU} bytes"), &format!("{came} bytes"));
        let mut learned = 0;
        for server in &site.servers {
            let output = server.run("ip", &["route", "get", "10.5.0.2"])?;
            learned += usize::from(text(&output.stdout).contains(&format!("mtu {MTU}")));
        }
        self.tell(
            learned > 0,
            "its ICMP error reached the server",
            &format!("{learned} of {} servers learned the MTU", site.servers.len()),
        );
        Ok(())
    }
}
