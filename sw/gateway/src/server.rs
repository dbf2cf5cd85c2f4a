//! The server's gateway: copies a tagged SYN to every replica, and holds copies and original so that all answer at once. FIG. 3.

mod held;
mod probe;

use crate::counters::{Count, Counters};
use crate::entry::Key;
use crate::frame::{Frame, ICMP, ICMPV6, View};
use crate::hold::{Delay, Hold, Schedule};
use crate::keys::Trust;
use crate::options::{self, Options};
use crate::rate::{Bucket, Buckets, Rate};
use crate::segment::{RST, Segment};
use crate::tag::{self, Subject, Tag};
use crate::tunnel::{self, Outer};
use crate::{Address, Output, Prefix, Side, Time, icmp};
use held::HeldSyns;
use probe::Probes;
use std::ops::RangeInclusive;

/// Servers of one kind of content.
#[derive(Clone, Debug, PartialEq)]
pub struct Class {
    /// Addresses and ports of its servers.
    pub servers: Vec<(Prefix, RangeInclusive<u16>)>,
    /// The replicas; none if the content is not replicated.
    pub replicas: Vec<Address>,
    /// When copies and original leave.
    pub hold: Hold,
    /// Clients with another hold, or without copies; the first prefix that has a client counts.
    pub exceptions: Vec<(Prefix, Option<Hold>)>,
}

impl Class {
    /// The hold of a client's SYNs; `None` if they are not copied.
    pub fn hold_of(&self, client: &Address) -> Option<Hold> {
        self.exceptions.iter().find(|(clients, _)| clients.contains(client)).map_or(Some(self.hold), |(_, hold)| *hold)
    }
}

/// What an operator sets of a server's gateway.
#[derive(Clone, Debug, PartialEq)]
pub struct ServerSettings {
    /// The gateway's own addresses, from which copies come: never the server's, which a replica may have, too.
    pub own: Vec<Address>,
    /// The classes; the first that has a server counts.
    pub classes: Vec<Class>,
    /// Clients' gateways: their clients, and the keys that they share with this site.
    pub gateways: Vec<(Prefix, Trust)>,
    /// The longest hold that `Equal` waits for.
    pub cap: Time,
    /// SYNs that are held.
    pub holds: usize,
    /// SYNs that are copied, in all and of each /24 or /48; ICMP errors that are copied.
    pub rates: [Rate; 3],
    /// The identifier of our option.
    pub exid: u16,
    /// The longest packet towards replicas.
    pub mtu: u16,
    /// Source port of copies: one, because each new one costs a replica's connection tracking an entry.
    pub copy_port: u16,
    /// The replicas to which copies go as IP in IP.
    pub ip_in_ip: Vec<Address>,
}

impl ServerSettings {
    /// The UDP source port of copies to a replica; `None`: IP in IP.
    fn copy_port_to(&self, replica: &Address) -> Option<u16> {
        (!self.ip_in_ip.contains(replica)).then_some(self.copy_port)
    }
}

impl Default for ServerSettings {
    fn default() -> Self {
        Self {
            own: Vec::new(),
            classes: Vec::new(),
            gateways: Vec::new(),
            cap: Time::from_millis(100),
            holds: 65_536,
            rates: [Rate::per_second(10_000.0), Rate::per_second(1_000.0), Rate::per_second(100.0)],
            exid: tag::EXID,
            mtu: 1500,
            copy_port: tunnel::PORT,
            ip_in_ip: Vec::new(),
        }
    }
}

/// A server's gateway: the time, a side and a frame go in, frames come out.
#[derive(Clone, Debug)]
pub struct ServerGateway {
    settings: ServerSettings,
    /// Of each class, of each replica.
    delays: Vec<Vec<Delay>>,
    held: HeldSyns,
    probes: Probes,
    copies: Buckets,
    errors: Bucket,
    counters: Counters,
}

impl ServerGateway {
    /// A gateway that knows no delay yet.
    pub fn new(settings: ServerSettings) -> Self {
        let [all, network, errors] = settings.rates;
        let delays = settings.classes.iter().map(|class| vec![Delay::default(); class.replicas.len()]).collect();
        let (copies, errors) = (Buckets::new(all, network), Bucket::new(errors));
        Self { settings, delays, held: HeldSyns::default(), probes: Probes::default(), copies, errors, counters: Counters::default() }
    }

    /// Goes on by other settings: what is held stays held, and what has been measured of a replica stays known.
    pub fn reconfigure(&mut self, settings: ServerSettings) {
        let old = std::mem::replace(self, Self::new(settings));
        let known = |address: &Address| {
            let classes = old.settings.classes.iter().zip(&old.delays);
            let mut of_replica = classes.flat_map(|(class, delays)| class.replicas.iter().zip(delays));
            of_replica.find(|(replica, _)| *replica == address).map(|(_, delay)| *delay).unwrap_or_default()
        };
        self.delays = self.settings.classes.iter().map(|class| class.replicas.iter().map(known).collect()).collect();
        (self.held, self.counters) = (old.held, old.counters);
    }

    /// What an operator has set.
    pub fn settings(&self) -> &ServerSettings {
        &self.settings
    }

    /// One-way delays of each class's replicas, as far as they are known.
    pub fn delays(&self) -> impl Iterator<Item = Vec<Option<Time>>> {
        self.delays.iter().map(|delays| delays.iter().map(Delay::one_way).collect())
    }

    /// What has been measured of a class's replica, to be sampled; `None` if there is none.
    pub fn delay(&mut self, class: usize, replica: usize) -> Option<&mut Delay> {
        self.delays.get_mut(class)?.get_mut(replica)
    }

    /// Takes a frame that came in by this side. Appends what leaves at once.
    pub fn take(&mut self, now: Time, side: Side, frame: Frame, out: &mut Vec<Output>) {
        self.poll(now, out);
        match side {
            Side::Inside => out.push(Output { side: Side::Wan, frame }),
            Side::Wan => self.take_wan(now, frame, out),
        }
    }

    /// Sends what has been held until now.
    pub fn poll(&mut self, now: Time, out: &mut Vec<Output>) {
        self.held.release(now, out);
    }

    /// When [`ServerGateway::poll`] has something to do next.
    pub fn next(&self) -> Option<Time> {
        self.held.next()
    }

    /// What has been counted.
    pub fn counters(&self) -> &Counters {
        &self.counters
    }

    fn class(&self, server: &Address, port: Option<u16>) -> Option<usize> {
        let has =
            |(prefix, ports): &(Prefix, RangeInclusive<u16>)| prefix.contains(server) && port.is_none_or(|port| ports.contains(&port));
        self.settings.classes.iter().position(|class| class.servers.iter().any(has))
    }

    fn take_wan(&mut self, now: Time, frame: Frame, out: &mut Vec<Output>) {
        let pass = |frame, out: &mut Vec<Output>| out.push(Output { side: Side::Inside, frame });
        let Some(view) = frame.view() else { return pass(frame, out) };
        // This host has its own copy of it.
        if self.settings.own.contains(&view.destination) {
            return self.answered(now, &frame, &view, out);
        }
        if matches!(view.protocol, ICMP | ICMPV6) {
            self.copy_error(now, &frame, &view, out);
            return pass(frame, out);
        }
        let Some(segment) = Segment::of(frame.packet(), &view) else { return pass(frame, out) };
        let (client_port, server_port) = (segment.source_port, segment.destination_port);
        let key = Key { client: view.source, server: view.destination, client_port, server_port };
        if segment.is_syn() {
            return self.syn(now, key, frame, &view, &segment, out);
        }
        // The client has given up.
        if segment.has(RST) && self.held.cancel(&key) {
            self.counters.count(Count::HoldCancelled);
        }
        pass(frame, out);
    }

    fn syn(&mut self, now: Time, key: Key, mut frame: Frame, view: &View, segment: &Segment, out: &mut Vec<Output>) {
        match self.held.isn(&key) {
            Some(isn) if isn == segment.seq => return self.counters.count(Count::HoldJoined),
            Some(_) => {
                self.held.cancel(&key);
                self.counters.count(Count::HoldCancelled);
            }
            None => {}
        }
        let Some(class) = self.class(&key.server, Some(key.server_port)) else { return out.push(Output { side: Side::Inside, frame }) };
        let options = Options::read(segment.options(frame.packet(), view), self.settings.exid);
        let Some((options, tag)) =
            options.and_then(|options| Some((options.tag.as_ref()?.0, options)).map(|(tag, options)| (options, tag)))
        else {
            return out.push(Output { side: Side::Inside, frame });
        };
        let tagged = frame.clone();
        options::remove(&mut frame, view, segment, &options);
        let original = Output { side: Side::Inside, frame };
        match self.may_copy(now, class, &key, segment, &tag) {
            Err(count) => {
                self.counters.count(count);
                out.push(original);
            }
            Ok(hold) => {
                self.counters.count(Count::Copied);
                self.copy(now, (class, hold), key, (tagged, view, segment), original, out);
            }
        }
    }

    /// Whether a tagged SYN is copied, and with which hold.
    fn may_copy(&mut self, now: Time, class: usize, key: &Key, segment: &Segment, tag: &Tag) -> Result<Hold, Count> {
        let Key { client, server, client_port, server_port } = *key;
        let subject = Subject { client, server, replica: None, client_port, server_port, client_isn: segment.seq };
        let trust = self.settings.gateways.iter().find(|(clients, _)| clients.contains(&client)).map(|(_, trust)| trust);
        if !tag.state.permits() {
            return Err(Count::UntaggedClientForbids);
        }
        if !trust.is_some_and(|trust| trust.holds(tag, &subject, now)) {
            return Err(Count::BadMac);
        }
        if self.settings.classes[class].replicas.is_empty() {
            return Err(Count::NotReplicated);
        }
        let hold = self.settings.classes[class].hold_of(&client).ok_or(Count::ClassExcluded)?;
        if !self.copies.take(now, client) {
            return Err(Count::CopyLimited);
        }
        Ok(hold)
    }

    /// Copies a tagged SYN to the class's replicas, and sends or holds copies and original.
    fn copy(
        &mut self,
        now: Time,
        (class, hold): (usize, Hold),
        key: Key,
        syn: (Frame, &View, &Segment),
        original: Output,
        out: &mut Vec<Output>,
    ) {
        let (mut tagged, view, segment) = syn;
        let v4 = view.source.is_v4();
        let most = self.settings.mtu - tunnel::overhead(v4) - if v4 { 40 } else { 60 };
        if options::clamp(&mut tagged, view, segment, most) {
            self.counters.count(Count::MssClamped);
        }
        let class_settings = &self.settings.classes[class];
        let delays: Vec<_> = self.delays[class].iter().map(Delay::one_way).collect();
        let schedule = Schedule::new(hold, &delays, self.settings.cap);
        let full = self.held.len() >= self.settings.holds;
        let copies = class_settings.replicas.iter().zip(&schedule.copies);
        let mut outputs: Vec<_> = copies.filter_map(|(replica, held)| Some((*held, self.to_replica(&tagged, view, replica)?))).collect();
        self.counters.add(Count::Copies, outputs.len() as u64);
        outputs.push((schedule.original, original));
        if full && schedule.original > Time::ZERO {
            self.counters.count(Count::HoldsFull);
        }
        let (now_due, later): (Vec<_>, Vec<_>) = outputs.into_iter().partition(|(held, _)| full || held.is_zero());
        out.extend(now_due.into_iter().map(|(_, output)| output));
        if !later.is_empty() {
            self.counters.count(Count::Held);
        }
        self.held.hold(key, segment.seq, later.into_iter().map(|(held, output)| (now + held, output)));
    }

    /// A packet from the WAN, wrapped for a replica; `None` if the gateway has no address of its family.
    fn to_replica(&self, frame: &Frame, view: &View, replica: &Address) -> Option<Output> {
        let source = *self.settings.own.iter().find(|own| own.is_v4() == replica.is_v4())?;
        let mut copy = frame.answer(&frame.packet()[..view.length]);
        let outer = Outer { source, destination: *replica, port: self.settings.copy_port_to(replica) };
        tunnel::wrap(&mut copy, view, &outer).then_some(Output { side: Side::Wan, frame: copy })
    }

    /// Copies a "too big" about what a server, or a replica in its name, has sent: in mode B only the replica can heed it.
    fn copy_error(&mut self, now: Time, frame: &Frame, view: &View, out: &mut Vec<Output>) {
        let Some(quote) = icmp::quote(frame.packet(), view).filter(|quote| quote.too_big && quote.tunnelled.is_none()) else { return };
        // The server is who has sent the quoted segment.
        let Some(class) = self.class(&quote.client, Some(quote.ports.0)) else { return };
        let replicas = &self.settings.classes[class].replicas;
        if replicas.is_empty() || !self.errors.take(now) {
            return;
        }
        // The narrow path may be on the copy's own: in its tunnel it has to be no longer than what every path takes.
        let most = icmp::LEAST - usize::from(tunnel::overhead(view.source.is_v4()));
        let short = if view.length > most { icmp::shortened(frame, view, most) } else { Some(frame.clone()) };
        let Some((view, short)) = short.and_then(|short| Some((short.view()?, short))) else { return };
        let copies: Vec<_> = replicas.iter().filter_map(|replica| self.to_replica(&short, &view, replica)).collect();
        self.counters.add(Count::IcmpCopied, copies.len() as u64);
        out.extend(copies);
    }
}
