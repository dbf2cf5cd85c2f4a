//! `tandem explain`.

mod packet;
mod text;
mod trace;

use crate::names::Names;
use crate::output::{self, BAD, GOOD, painted};
use crate::{Finding, Global, card, input};
use anyhow::{Result, ensure};
use contract::limits::{GROUPS, PORTS};
use contract::row::Mac;
use control::{Configuration, Tables};
use model::State;
use operator::wrap::{columns, wrapped};
use packet::{Endpoint, Packet, Recorded};
use serde::Serialize;
use std::path::PathBuf;
use trace::Trace;

/// Shows which manager gets a packet, and why, stage by stage
///
/// Without --config it uses the tables read from the card; with --config those of the file; with both --config and --card it uses both,
/// and compares the results. The reply to the packet is shown next to it. Q1 to Q12 are the questions of docs/decision.md, each on the line
/// of the stage that decided it; the verdict has the number of the question that gives its reason.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  By the card's own tables:
    tandem explain --src 10.0.0.1:40000 --dst 192.0.2.10:443 --proto tcp
  By a file, without a card:
    tandem explain --src 10.0.0.1:40000 --dst 192.0.2.10:443 --proto tcp --config tandem.toml
  Record 17 of a capture, by both:
    tandem explain --packet web.pcap:17 --config tandem.toml --card 0000:01:00.0

Ends with 2 if packet and reply go to different managers, or if card and file decide differently.")]
pub(crate) struct Arguments {
    /// Where the packet comes from: 10.0.0.1:40000, [2001:db8::1]:443, or an address alone for a protocol without ports
    #[arg(long, value_name = "ADDRESS:PORT", requires_all = ["dst", "proto"], required_unless_present = "packet")]
    src: Option<Endpoint>,
    /// Where it goes
    #[arg(long, value_name = "ADDRESS:PORT", requires = "src")]
    dst: Option<Endpoint>,
    /// tcp, udp, icmp, icmpv6 or a number
    #[arg(long, value_name = "PROTOCOL", requires = "src", value_parser = packet::protocol)]
    proto: Option<u8>,
    /// A packet out of a capture instead: its first, or record N, from 0
    #[arg(long, value_name = "FILE[:N]", conflicts_with = "src")]
    packet: Option<Recorded>,
    /// Replaces the recorded packet's destination MAC with the first group MAC
    #[arg(long, requires = "packet")]
    to_group: bool,
    /// The port at which it arrives; matters only for bridged frames
    #[arg(long, value_name = "PORT", default_value_t = 0, value_parser = clap::value_parser!(u8).range(0..PORTS as i64))]
    ingress: u8,
    /// The configuration to decide by; with --card it also gives the names
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// What some tables make of a packet and of its reply.
#[derive(Serialize)]
struct Explanation {
    /// Whose tables.
    tables: String,
    packet: Trace,
    reply: Option<Trace>,
    same_manager: Option<bool>,
}

pub(crate) fn run(global: &Global, arguments: &Arguments) -> Result<Finding> {
    let configuration = arguments.config.as_deref().map(input::configuration).transpose()?;
    let names = Names::of(configuration.as_ref());
    let explanations = sources(global, configuration.as_ref())?
        .iter()
        .map(|(label, tables)| explain(arguments, label, &tables.state(), names))
        .collect::<Result<Vec<_>>>()?;
    let agree = explanations.windows(2).all(|pair| pair[0].packet == pair[1].packet && pair[0].reply == pair[1].reply);
    if global.json {
        output::json(&explanations);
    } else {
        output::print(report(&explanations, agree));
    }
    let apart = explanations.iter().any(|explanation| explanation.same_manager == Some(false));
    Ok(if apart || !agree { Finding::Something } else { Finding::Clean })
}

/// The tables to decide by: the file's, the card's, or both.
fn sources(global: &Global, configuration: Option<&Configuration>) -> Result<Vec<(String, Tables)>> {
    let mut sources = Vec::new();
    if global.card.is_some() || configuration.is_none() {
        let mut card = card::open(global)?;
        let held = card::in_force(&mut card)?;
        sources.push((format!("the tables of {}, generation {}", card.info().locator, held.generation), held.active));
    }
    if let Some(configuration) = configuration {
        // Beside a card the file means that card: what `plan` would bring it to.
        let tables = match sources.first() {
            Some((_, held)) => control::Plan::new(held, configuration)?.next,
            None => configuration.tables(GROUPS)?,
        };
        sources.push((configuration.file.clone(), tables));
    }
    Ok(sources)
}

fn explain(arguments: &Arguments, label: &str, state: &State, names: Names<'_>) -> Result<Explanation> {
    let frame = frame(arguments, state)?;
    let packet = Trace::of(state, names, &frame, arguments.ingress);
    let reply = packet::reply_to(&frame).map(|reply| Trace::of(state, names, &reply, arguments.ingress));
    let same_manager = reply.as_ref().and_then(|reply| trace::same_manager(&packet, reply));
    Ok(Explanation { tables: label.to_owned(), packet, reply, same_manager })
}

/// The frame that is asked about. One that is made is sent to the first group MAC in force, as a client behind it would.
fn frame(arguments: &Arguments, state: &State) -> Result<Vec<u8>> {
    let group_mac: Option<Mac> = state.group_macs.iter().find(|row| row.enabled).map(|row| row.mac);
    if let Some(recorded) = &arguments.packet {
        let mut frame = recorded.frame()?;
        if let (true, Some(mac)) = (arguments.to_group, group_mac) {
            frame.iter_mut().zip(mac).for_each(|(byte, new)| *byte = new);
        }
        return Ok(frame);
    }
    let (Some(source), Some(destination), Some(protocol)) = (arguments.src, arguments.dst, arguments.proto) else {
        unreachable!("clap asks for all three where there is no --packet");
    };
    ensure!(group_mac.is_some(), "these tables have no group MAC, so every packet is bridged; apply a configuration first");
    Ok(Packet::between(source, destination, protocol)?.frame(group_mac.unwrap_or_default()))
}

fn report(explanations: &[Explanation], agree: bool) -> String {
    let columns = columns();
    let text = |explanation: &Explanation| text::text(explanation, columns);
    match explanations {
        [card, file] if agree => format!("{}{}\n", text(card), painted(GOOD, format_args!("{} agrees.", file.tables))),
        [card, file] => {
            let end = painted(BAD, "Card and file decide differently; `tandem plan` shows where.");
            format!("{}\n{}{}\n", text(card), text(file), wrapped(&end, columns))
        }
        _ => explanations.iter().map(text).collect(),
    }
}
