//! Frames of clients. FIG. 2; FIG. 6A to 6C, packets from the client side.

use super::ClientGateway;
use super::races::Happened;
use crate::counters::Count;
use crate::entry::{Entry, Key, State};
use crate::frame::{Frame, ICMP, ICMPV6, View};
use crate::machine::{Action, Event, step};
use crate::options::{self, NoTag, Options};
use crate::segment::Segment;
use crate::table::Id;
use crate::tag::Subject;
use crate::translate::rst;
use crate::tunnel::Outer;
use crate::{Mode, Output, Side, Time, icmp, tunnel};

impl ClientGateway {
    #[inline]
    pub(super) fn take_inside(&mut self, now: Time, frame: Frame, out: &mut Vec<Output>) {
        let Some(view) = frame.view() else { return out.push(Output { side: Side::Wan, frame }) };
        if Self::is_fragment(&view) {
            return self.take_fragment(now, Side::Inside, frame, out);
        }
        if matches!(view.protocol, ICMP | ICMPV6) {
            return self.error_inside(frame, &view, out);
        }
        self.outbound(now, frame, &view, out);
    }

    /// A client's packet, if it is a segment.
    #[inline]
    pub(super) fn outbound(&mut self, now: Time, frame: Frame, view: &View, out: &mut Vec<Output>) {
        let pass = |frame, out: &mut Vec<Output>| out.push(Output { side: Side::Wan, frame });
        let Some(segment) = Segment::of(frame.packet(), view) else { return pass(frame, out) };
        let (client_port, server_port) = (segment.source_port, segment.destination_port);
        let key = Key { client: view.source, server: view.destination, client_port, server_port };
        if segment.is_syn() {
            return self.syn(now, key, frame, view, &segment, out);
        }
        let Some(id) = self.table.find(&key) else { return pass(frame, out) };
        let action = step(self.table.entry_mut(id), &Event::Client(segment), &self.settings.rules, now);
        if self.table.entry(id).state != State::Racing {
            self.table.touch(now, id);
        }
        match action {
            Action::Carry => self.carry(id, frame, view, out),
            Action::Fail => self.fail(now, frame, view, &segment, out),
            _ => pass(frame, out),
        }
    }

    /// An ICMP error of the client's own network: about what a winner has sent, it is for the winner.
    fn error_inside(&mut self, frame: Frame, view: &View, out: &mut Vec<Output>) {
        let about = icmp::quote(frame.packet(), view).filter(|quote| quote.tunnelled.is_none()).and_then(|quote| {
            // Who has sent the quoted segment is the server, to the client's eyes.
            let (server_port, client_port) = quote.ports;
            let id = self.table.find(&Key { client: quote.destination, server: quote.client, client_port, server_port })?;
            let mode = self.table.entry(id).bound()?;
            Some((quote, id, mode))
        });
        let Some((quote, id, mode)) = about else { return out.push(Output { side: Side::Wan, frame }) };
        let entry = self.table.entry(id);
        let (server, winner) = (entry.key.server, entry.winner);
        let turned = match mode {
            Mode::A => icmp::turn(&frame, view, &quote, &winner, &winner),
            Mode::B => icmp::turn(&frame, view, &quote, &winner, &server),
            Mode::C => icmp::turn(&frame, view, &quote, &server, &server).and_then(|mut frame| {
                let outer = Outer { source: entry.key.client, destination: winner, port: entry.outer_port() };
                let inner = frame.view()?;
                tunnel::wrap(&mut frame, &inner, &outer).then_some(frame)
            }),
        };
        match turned {
            Some(frame) => {
                self.counters.count(Count::IcmpMended);
                out.push(Output { side: Side::Wan, frame });
            }
            None => self.counters.count(Count::IcmpDropped),
        }
    }

    fn syn(&mut self, now: Time, key: Key, mut frame: Frame, view: &View, segment: &Segment, out: &mut Vec<Output>) {
        let Some(site) = self.settings.sites.iter().position(|site| site.has(&key.server, key.server_port)) else {
            return out.push(Output { side: Side::Wan, frame });
        };
        let options = Options::read(segment.options(frame.packet(), view), self.settings.exid);
        let tagged = self.tagged(now, site, &key, &frame, view, segment, options.as_ref());
        if self.settings.dry {
            self.counters.count(tagged.err().unwrap_or(Count::WouldTag));
            return out.push(Output { side: Side::Wan, frame });
        }
        let event = Event::Syn { isn: segment.seq, taggable: tagged.is_ok() };
        let (id, action) = match self.table.find(&key) {
            Some(id) => (id, step(self.table.entry_mut(id), &event, &self.settings.rules, now)),
            None => match self.begin(now, key, segment.seq, site, tagged.is_ok()) {
                Some(begun) => begun,
                None => {
                    self.counters.count(Count::TableFull);
                    return out.push(Output { side: Side::Wan, frame });
                }
            },
        };
        let entry = self.table.entry_mut(id);
        entry.scale = options.as_ref().map_or(0, |options| options.scale);
        let racing = entry.state == State::Racing;
        self.table.touch(now, id);
        let happened = match (action, &tagged) {
            (Action::Tag, Ok(_)) => Happened::Tagged,
            (_, Err(count)) => Happened::Untagged(Some(*count)),
            (_, Ok(_)) => Happened::Untagged(racing.then_some(Count::UntaggedRetry)),
        };
        self.races.syn(now, key, segment.seq, happened);
        match (action, tagged) {
            (Action::Tag, Ok(tagged)) => {
                self.counters.count(Count::Tagged);
                frame = tagged;
            }
            (Action::Carry, _) => return self.carry(id, frame, view, out),
            (Action::Fail, _) => return self.fail(now, frame, view, segment, out),
            (_, Err(count)) => {
                self.counters.count(count);
                // A tag of the client's own ends here.
                if let Some(options) = options.filter(|options| options.tag.is_some()) {
                    options::remove(&mut frame, view, segment, &options);
                }
            }
            (_, Ok(_)) if racing => self.counters.count(Count::UntaggedRetry),
            _ => {}
        }
        out.push(Output { side: Side::Wan, frame });
    }

    /// A new entry; `None` if the table is full.
    fn begin(&mut self, now: Time, key: Key, isn: u32, site: usize, taggable: bool) -> Option<(Id, Action)> {
        let mut entry = Entry::new(key, isn, site as u16, tunnel::source_port(&key));
        (entry.state, entry.since) = (if taggable { State::Racing } else { State::Origin }, now.as_secs() as u32);
        let id = self.table.insert(now, entry)?;
        Some((id, if taggable { Action::Tag } else { Action::Pass }))
    }

    /// The SYN with its tag, or why it may have none.
    #[allow(clippy::too_many_arguments, reason = "all that is known of a SYN")]
    fn tagged(
        &self,
        now: Time,
        site: usize,
        key: &Key,
        frame: &Frame,
        view: &View,
        segment: &Segment,
        options: Option<&Options>,
    ) -> Result<Frame, Count> {
        let settings = &self.settings;
        let site = &settings.sites[site];
        let others = |entry: &Entry| entry.key.server != key.server && entry.state != State::Origin;
        let options = options.ok_or(Count::UntaggedOption)?;
        if site.excludes(&key.client, &key.server) {
            return Err(Count::UntaggedExcluded);
        }
        if options.tag.as_ref().is_some_and(|(tag, _)| !tag.state.permits()) {
            return Err(Count::UntaggedClientForbids);
        }
        if segment.payload > 0 || view.fragment.is_some() {
            return Err(Count::UntaggedData);
        }
        if self.swallowing.has(now, (key.server, key.server_port)) {
            return Err(Count::UntaggedSwallowed);
        }
        if settings.modes.contains(&Mode::A) && self.table.chain(&key.into()).any(|(_, entry)| others(entry)) {
            return Err(Count::UntaggedAmbiguous);
        }
        let narrow = !key.client.is_v4() && now < self.narrow;
        let modes: Vec<Mode> = settings.modes.iter().copied().filter(|mode| !(narrow && *mode == Mode::C)).collect();
        let Key { client, server, client_port, server_port } = *key;
        let subject = Subject { client, server, replica: None, client_port, server_port, client_isn: segment.seq };
        let mut tagged = frame.clone();
        options::insert(&mut tagged, view, segment, &site.trust.tag(&modes, &subject, now), settings.exid).map_err(
            |reason| match reason {
                NoTag::Full => Count::UntaggedFull,
                NoTag::Option | NoTag::Malformed => Count::UntaggedOption,
            },
        )?;
        Ok(tagged)
    }

    /// Resets a client whose winner does not answer any more: it reconnects, and races again.
    fn fail(&mut self, now: Time, frame: Frame, view: &View, segment: &Segment, out: &mut Vec<Output>) {
        if !self.resets.take(now) {
            return self.counters.count(Count::ResetLimited);
        }
        self.counters.count(Count::WinnerDead);
        let (from, to) = ((view.destination, segment.destination_port), (view.source, segment.source_port));
        out.push(Output { side: Side::Inside, frame: rst(&frame, from, to, segment.ack) });
    }
}
