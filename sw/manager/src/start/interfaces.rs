//! The interfaces of a manager: opened, or taken over from the one before.

use crate::bulk::{self, Bulk};
use crate::configuration::{Configuration, Control, Io};
use crate::master::INSIDE_MAC;
use crate::netlink::Kernel;
use crate::worker::Port;
use anyhow::{Context as _, Result, anyhow, bail};
use operator::output::tell;
use ring::polled::Sharing;
use ring::xdp::{Flows, Rings, Steering, XdpError};
use ring::{InterfaceName, Polled};
use std::os::fd::OwnedFd;
use std::sync::Arc;

/// The interfaces, by worker.
pub(super) struct Interfaces {
    /// As each worker has them.
    pub(super) ports: Vec<Vec<Port>>,
    /// The rings of each.
    pub(super) rings: Vec<Option<Rings>>,
    /// What steers frames to them.
    pub(super) steering: Option<Steering>,
    /// What it carries alone.
    pub(super) bulk: Option<Bulk>,
}

/// Interfaces by XDP.
type ByXdp = (Vec<Rings>, Steering, Option<Bulk>);

/// Opens them. `sockets` are those of the manager before: by worker, then by interface, and the pseudo-interface.
pub(super) fn open(
    wanted: &Configuration,
    kernel: &Kernel,
    workers: usize,
    mut sockets: Option<&mut std::vec::IntoIter<OwnedFd>>,
) -> Result<Interfaces> {
    let rings = match wanted.start.io {
        Io::Packet => None,
        Io::Xdp => rings(wanted, kernel, workers)?,
    };
    let (mut ports, rings, steering, bulk) = match rings {
        Some((rings, steering, bulk)) => {
            let ports = || (0..wanted.start.interfaces.len()).map(Port::Ring).collect();
            ((0..workers).map(|_| ports()).collect(), rings.into_iter().map(Some).collect(), Some(steering), bulk)
        }
        None => (packet_sockets(wanted, workers, &mut sockets)?, (0..workers).map(|_| None).collect(), None, None),
    };
    if let Some(control) = &wanted.start.control {
        let polled = open_control(control, kernel, sockets.and_then(Iterator::next))?;
        for (worker, ports) in ports.iter_mut().enumerate() {
            ports.push(Port::Polled { polled: polled.clone(), receives: worker == 0 });
        }
    }
    Ok(Interfaces { ports, rings, steering, bulk })
}

/// The rings of every worker; `None`, and it is told, if the host has no XDP.
fn rings(wanted: &Configuration, kernel: &Kernel, workers: usize) -> Result<Option<ByXdp>> {
    let open = || {
        let bulk = wanted.start.bulk.then(|| bulk(&wanted.start.interfaces)).transpose()?;
        let mut steering = Steering::carrying(&wanted.start.interfaces, workers as u32, bulk.as_ref().map(Bulk::flows))?;
        let rings = (0..workers as u32).map(|queue| Rings::open(&steering, queue)).collect::<Result<_, _>>()?;
        // The kernel keeps what is its own from the first frame on.
        let network = kernel.network().context("netlink: the kernel does not list its network")?;
        let own: Vec<_> = network.addresses.iter().map(|(_, own)| flow::address(*own)).collect();
        steering.follow(&own, &[]).context("the XDP program does not take the host's addresses")?;
        steering.attach()?;
        anyhow::Ok((rings, steering, bulk))
    };
    match open() {
        Ok(all) => Ok(Some(all)),
        Err(error) => match error.downcast_ref() {
            Some(XdpError::Unsupported(..)) => {
                tell(format_args!("warning: {error}: frames come by packet sockets, as by io = \"packet\""));
                Ok(None)
            }
            _ => Err(error),
        },
    }
}

/// What the programs carry between these interfaces.
fn bulk(names: &[String]) -> Result<Bulk> {
    Bulk::new(Flows::new()?, names).map_err(|error| match bulk::is_unknown(&error) {
        true => anyhow!("bulk: the kernel does not tell which interfaces take redirected frames, as it does from 6.3 on: leave bulk out"),
        false => anyhow!("bulk: the kernel does not tell of its interfaces ({error})"),
    })
}

fn packet_sockets(
    wanted: &Configuration,
    workers: usize,
    sockets: &mut Option<&mut std::vec::IntoIter<OwnedFd>>,
) -> Result<Vec<Vec<Port>>> {
    // The sockets of an interface are one process's, and an interface's number is its own.
    let sharing = |number: usize| (workers > 1).then(|| Sharing((std::process::id() as u16).wrapping_add(number as u16)));
    let mut packet = |(number, name): (usize, &String)| {
        let name: InterfaceName = format!("if:{name}").parse().map_err(|error: String| anyhow!(error))?;
        let polled = match sockets {
            Some(sockets) => Polled::of(&name, sockets.next().context("the old manager sent too few sockets")?)?,
            None => Polled::open(&name, sharing(number))?,
        };
        Ok(Port::Polled { polled: Arc::new(polled), receives: true })
    };
    let names = || wanted.start.interfaces.iter().enumerate();
    (0..workers).map(|_| names().map(&mut packet).collect()).collect()
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
