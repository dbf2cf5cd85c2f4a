//! The interfaces of a manager: opened, or taken over from the one before.

use crate::configuration::{Configuration, Control};
use crate::master::INSIDE_MAC;
use crate::netlink::Kernel;
use crate::worker::Port;
use anyhow::{Context as _, Result, anyhow, bail};
use ring::polled::Sharing;
use ring::{InterfaceName, Polled};
use std::os::fd::OwnedFd;
use std::sync::Arc;

/// The interfaces as each worker has them. `sockets` are those of the manager before: by worker, then by interface, and the pseudo-interface.
pub(super) fn open(
    wanted: &Configuration,
    kernel: &Kernel,
    workers: usize,
    mut sockets: Option<&mut std::vec::IntoIter<OwnedFd>>,
) -> Result<Vec<Vec<Port>>> {
    // The sockets of an interface are one process's, and an interface's number is its own.
    let sharing = |number: usize| (workers > 1).then(|| Sharing((std::process::id() as u16).wrapping_add(number as u16)));
    let mut packet = |(number, name): (usize, &String)| {
        let name: InterfaceName = format!("if:{name}").parse().map_err(|error: String| anyhow!(error))?;
        let polled = match &mut sockets {
            Some(sockets) => Polled::of(&name, sockets.next().context("the old manager sent too few sockets")?)?,
            None => Polled::open(&name, sharing(number))?,
        };
        Ok(Port { polled: Arc::new(polled), receives: true })
    };
    let names = || wanted.start.interfaces.iter().enumerate();
    let mut ports = (0..workers).map(|_| names().map(&mut packet).collect()).collect::<Result<Vec<Vec<Port>>>>()?;
    if let Some(control) = &wanted.start.control {
        let polled = open_control(control, kernel, sockets.and_then(Iterator::next))?;
        ports.iter_mut().enumerate().for_each(|(worker, ports)| ports.push(Port { polled: polled.clone(), receives: worker == 0 }));
    }
    Ok(ports)
}

/// Makes the pseudo-interface, and tells the host who is on it.
fn open_control(control: &Control, kernel: &Kernel, before: Option<OwnedFd>) -> Result<Arc<Polled>> {
    let failed = || format!("{}: the pseudo-interface cannot be set up", control.name);
    let name = InterfaceName::tap(&control.name).map_err(|error| anyhow!(error))?;
    let polled = before.map_or_else(|| Polled::open(&name, None), |before| Polled::of(&name, before))?;
    let network = kernel.network().with_context(failed)?;
    let Some(link) = network.link(&control.name) else { bail!(failed()) };
    kernel.set_address(link.index, control.address, control.pool).with_context(failed)?;
    kernel.set_neighbour(link.index, control.pool, INSIDE_MAC).with_context(failed)?;
    Ok(Arc::new(polled))
}
