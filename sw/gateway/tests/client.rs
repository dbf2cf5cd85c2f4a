//! The client's gateway on the wire: what each mode's frames look like, checked by another parser.

mod common;

use common::{
    ACK, ANSWER, FIN, ISN, LINUX, NOW, PORT, RST, SYN, Tcp, answer, begin, bound, everywhere, form, gateway, hosts, only, read, settings,
    syn, tag_of, take, to_server,
};
use gateway::counters::Count;
use gateway::{ClientGateway, Frame, Mode, Output, Side, Time};
use std::net::IpAddr;

#[test]
fn a_syn_leaves_with_the_tag_behind_its_options_and_nothing_else_changed() {
    for v4 in [true, false] {
        let hosts = hosts(v4);
        let mut gateway = gateway(&hosts);
        let tagged = begin(&mut gateway, &hosts);
        assert_eq!(tagged.options[..23], [&LINUX[..], &[1, 1, 1]].concat());
        assert_eq!(tagged.options[23..28], [253, 13, 0x54, 0x44, 0x3f]);
        assert_eq!(tagged.options.len(), 36);
        assert_eq!(Tcp { options: LINUX.to_vec(), ..tagged }, syn(&hosts));
    }
}

#[test]
fn the_winner_s_syn_ack_reaches_the_client_as_the_server_s_without_the_echo() {
    everywhere(|hosts, mode| {
        let mut gateway = gateway(hosts);
        begin(&mut gateway, hosts);
        let frame = answer(hosts, mode, hosts.replicas[0], PORT, ISN, ANSWER, NOW);
        let out = only(take(&mut gateway, NOW, Side::Wan, frame.clone()), Side::Inside);
        assert_eq!(out.bytes()[..14], frame.bytes()[..14], "Ethernet");
        let mut expected = Tcp::new((hosts.server, 80), (hosts.client, PORT), SYN | ACK, ANSWER, ISN.wrapping_add(1));
        if mode == Mode::C {
            // 1,500 bytes less the tunnel's 28 or 48 and the headers' 40 or 60.
            expected.options[2..4].copy_from_slice(&if hosts.client.is_ipv4() { 1432_u16 } else { 1392 }.to_be_bytes());
        }
        assert_eq!(read(&out), (None, expected));
    });
}

#[test]
fn segments_go_to_the_winner_and_come_back_as_the_server_s() {
    everywhere(|hosts, mode| {
        let (mut gateway, replica) = (bound(hosts, mode), hosts.replicas[0]);
        let request = to_server(hosts, ACK, ISN.wrapping_add(1), ANSWER.wrapping_add(1)).payload(b"GET / HTTP/1.0\r\n\r\n!");
        let out = only(take(&mut gateway, NOW, Side::Inside, request.frame(Side::Inside)), Side::Wan);
        let (outer, carried) = read(&out);
        match mode {
            Mode::A | Mode::B => assert_eq!((outer, carried), (None, Tcp { to: (replica, 80), ..request })),
            Mode::C => {
                assert_eq!(carried, request);
                let (from, to, port) = outer.unwrap();
                assert_eq!((from, to, port >> 14), (hosts.client, replica, 3));
            }
        }
        let from = if mode == Mode::A { replica } else { hosts.server };
        let response = Tcp::new((from, 80), (hosts.client, PORT), ACK, ANSWER.wrapping_add(1), ISN.wrapping_add(20)).payload(&[0xff; 1001]);
        let frame = if mode == Mode::C { form(&response, hosts, mode, replica) } else { response.frame(Side::Wan) };
        let out = only(take(&mut gateway, NOW, Side::Wan, frame), Side::Inside);
        assert_eq!(read(&out), (None, Tcp { from: (hosts.server, 80), ..response }));
    });
}

#[test]
fn a_loser_of_any_mode_gets_one_bare_rst_for_each_syn_ack() {
    everywhere(|hosts, mode| {
        for winner in Mode::ALL {
            let mut gateway = bound(hosts, winner);
            for _ in 0..2 {
                let frame = answer(hosts, mode, hosts.replicas[1], PORT, ISN, 77, NOW);
                let out = only(take(&mut gateway, NOW, Side::Wan, frame), Side::Wan);
                let (outer, rst) = read(&out);
                let to = if mode == Mode::C { hosts.server } else { hosts.replicas[1] };
                assert_eq!(rst, Tcp::new((hosts.client, PORT), (to, 80), RST, ISN.wrapping_add(1), 0));
                assert_eq!(outer.map(|(from, to, _)| (from, to)), (mode == Mode::C).then_some((hosts.client, hosts.replicas[1])));
                assert_eq!(out.bytes()[..12], [common::MACS[1], common::MACS[0]].concat(), "by the link that the SYN-ACK came from");
            }
            let origin = Tcp::new((hosts.server, 80), (hosts.client, PORT), SYN | ACK, 5, ISN.wrapping_add(1));
            let (outer, rst) = read(&only(take(&mut gateway, NOW, Side::Wan, origin.frame(Side::Wan)), Side::Wan));
            assert_eq!((outer, rst.to, rst.flags, rst.seq), (None, (hosts.server, 80), RST, ISN.wrapping_add(1)));
            let counted = [Count::LoserReset, Count::OriginReset].map(|count| gateway.counters().get(count));
            assert_eq!(counted, [2, 1]);
        }
    });
}

#[test]
fn when_the_server_wins_replicas_are_reset_and_the_client_sees_the_server_alone() {
    everywhere(|hosts, mode| {
        let mut gateway = gateway(hosts);
        begin(&mut gateway, hosts);
        let origin = Tcp::new((hosts.server, 80), (hosts.client, PORT), SYN | ACK, 5, ISN.wrapping_add(1));
        let out = only(take(&mut gateway, NOW, Side::Wan, origin.frame(Side::Wan)), Side::Inside);
        assert_eq!(out.bytes(), origin.bytes(Side::Wan));
        let frame = answer(hosts, mode, hosts.replicas[0], PORT, ISN, 77, NOW);
        assert_eq!(read(&only(take(&mut gateway, NOW, Side::Wan, frame), Side::Wan)).1.flags, RST);
        let data = to_server(hosts, ACK, ISN.wrapping_add(1), 6).payload(b"x");
        let out = only(take(&mut gateway, NOW, Side::Inside, data.frame(Side::Inside)), Side::Wan);
        assert_eq!(out.bytes(), data.bytes(Side::Inside));
    });
}

/// Each goes out as it came in, but for a tag of its own, and the race's counter says why.
#[test]
fn syns_that_may_not_be_copied_go_untagged_and_say_why() {
    let hosts = hosts(true);
    let full = [LINUX.as_slice(), &[5, 10, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1]].concat();
    let md5 = [&[19, 18][..], &[0; 16], &[1, 1]].concat();
    let cases: [(&[u8], &[u8], Count); 9] = [
        (&md5, b"", Count::UntaggedOption),
        (&[29, 4, 0, 0], b"", Count::UntaggedOption),
        (&[30, 4, 0, 0], b"", Count::UntaggedOption),
        (&[34, 2, 1, 1], b"", Count::UntaggedOption),
        (&[254, 4, 0xf9, 0x89], b"", Count::UntaggedOption),
        (&[2, 9, 5, 0xb4], b"", Count::UntaggedOption),
        (&full, b"", Count::UntaggedFull),
        (&LINUX, b"data", Count::UntaggedData),
        (&[253, 5, 0x54, 0x44, 0, 1, 1, 1], b"", Count::UntaggedClientForbids),
    ];
    for (options, payload, count) in cases {
        let mut gateway = gateway(&hosts);
        let syn = syn(&hosts).options(options).payload(payload);
        let out = only(take(&mut gateway, NOW, Side::Inside, syn.frame(Side::Inside)), Side::Wan);
        if count == Count::UntaggedClientForbids {
            assert_eq!(tag_of(&read(&out).1), None);
        } else {
            assert_eq!(out.bytes(), syn.bytes(Side::Inside), "{}", count.name());
        }
        assert_eq!(gateway.counters().seen().collect::<Vec<_>>(), [(count.name(), 1)]);
        assert_eq!(gateway.table().len(), 1, "an entry all the same: {}", count.name());
    }
}

#[test]
fn a_client_s_own_tag_is_replaced() {
    let hosts = hosts(true);
    let mut gateway = gateway(&hosts);
    let own = [&LINUX[..], &[1, 1, 1, 253, 13, 0x54, 0x44, 0x3f, 9, 9, 9, 9, 9, 9, 9, 9]].concat();
    let out = only(take(&mut gateway, NOW, Side::Inside, syn(&hosts).options(&own).frame(Side::Inside)), Side::Wan);
    let tagged = read(&out).1;
    assert_eq!(tagged.options.len(), 36);
    assert_ne!(tag_of(&tagged).unwrap()[5..], [9; 8]);
}

#[test]
fn other_ports_excluded_clients_and_a_full_table_are_left_alone() {
    let hosts = hosts(true);
    let mut settings = settings(&hosts);
    settings.sites[0].excluded = vec![gateway::Prefix::new("198.51.100.0".parse().unwrap(), 24).unwrap()];
    let mut excluding = ClientGateway::new(settings.clone());
    let out = only(take(&mut excluding, NOW, Side::Inside, syn(&hosts).frame(Side::Inside)), Side::Wan);
    assert_eq!((out.bytes(), excluding.counters().get(Count::UntaggedExcluded)), (&syn(&hosts).bytes(Side::Inside)[..], 1));
    let mut gateway = gateway(&hosts);
    let other = Tcp::new((hosts.client, PORT), (hosts.server, 443), SYN, ISN, 0);
    let out = only(take(&mut gateway, NOW, Side::Inside, other.frame(Side::Inside)), Side::Wan);
    assert_eq!((out.bytes(), gateway.table().len()), (&other.bytes(Side::Inside)[..], 0));
    settings.entries = 0;
    let mut full = ClientGateway::new(settings);
    let out = only(take(&mut full, NOW, Side::Inside, syn(&hosts).frame(Side::Inside)), Side::Wan);
    assert_eq!((out.bytes(), full.counters().get(Count::TableFull)), (&syn(&hosts).bytes(Side::Inside)[..], 1));
}

#[test]
fn a_server_that_swallows_tags_is_remembered_for_five_minutes_unless_one_has_just_come_through() {
    let hosts = hosts(true);
    let mut gateway = gateway(&hosts);
    // A client's SYN, so many times until the server answers; whether each was tagged.
    let mut race = |port: u16, seconds: u64, syns: usize| {
        let now = NOW + Time::from_secs(seconds);
        let syn = Tcp::new((hosts.client, port), (hosts.server, 80), SYN, ISN, 0).frame(Side::Inside);
        let mut tag = || tag_of(&read(&only(take(&mut gateway, now, Side::Inside, syn.clone()), Side::Wan)).1).is_some();
        let tags: Vec<bool> = (0..syns).map(|_| tag()).collect();
        let origin = Tcp::new((hosts.server, 80), (hosts.client, port), SYN | ACK, 5, ISN.wrapping_add(1));
        only(take(&mut gateway, now, Side::Wan, origin.frame(Side::Wan)), Side::Inside);
        tags
    };
    let (tagged, swallowed) = (vec![true], vec![true, true, false]);
    assert_eq!(race(1, 0, 3), swallowed);
    assert_eq!([race(2, 1, 1), race(3, 299, 1)], [[false]; 2]);
    assert_eq!(race(4, 300, 1), tagged);
    // For a minute it is chance.
    assert_eq!([race(5, 301, 3), race(6, 359, 3)], [swallowed.clone(), swallowed.clone()]);
    assert_eq!(race(7, 360, 3), swallowed);
    assert_eq!(race(8, 361, 1), [false]);
}

#[test]
fn a_second_server_behind_the_same_ports_is_not_raced_for() {
    let hosts = hosts(true);
    let second: IpAddr = "192.0.2.11".parse().unwrap();
    let mut settings = settings(&hosts);
    settings.sites[0].servers.push((gateway::Prefix::new(second, 32).unwrap(), 80..=80));
    let mut gateway = ClientGateway::new(settings);
    begin(&mut gateway, &hosts);
    let other = Tcp::new((hosts.client, PORT), (second, 80), SYN, 9, 0);
    let out = only(take(&mut gateway, NOW, Side::Inside, other.frame(Side::Inside)), Side::Wan);
    assert_eq!((out.bytes(), gateway.counters().get(Count::UntaggedAmbiguous)), (&other.bytes(Side::Inside)[..], 1));
    // Both go on, each with its own partner.
    let frame = answer(&hosts, Mode::A, hosts.replicas[0], PORT, ISN, ANSWER, NOW);
    only(take(&mut gateway, NOW, Side::Wan, frame), Side::Inside);
    let answer = Tcp::new((second, 80), (hosts.client, PORT), SYN | ACK, 5, 10);
    assert_eq!(only(take(&mut gateway, NOW, Side::Wan, answer.frame(Side::Wan)), Side::Inside).bytes(), answer.bytes(Side::Wan));
    let data = Tcp::new((hosts.client, PORT), (second, 80), ACK, 10, 6);
    assert_eq!(only(take(&mut gateway, NOW, Side::Inside, data.frame(Side::Inside)), Side::Wan).bytes(), data.bytes(Side::Inside));
}

/// Who sees the copies knows every number of the SYN. Without the key it can neither win nor disturb.
#[test]
fn forged_answers_that_know_the_number_change_nothing() {
    everywhere(|hosts, mode| {
        let mut gateway = gateway(hosts);
        begin(&mut gateway, hosts);
        let forger = hosts.replicas[2];
        let from = if mode == Mode::C { hosts.server } else { forger };
        let syn_ack = Tcp::new((from, 80), (hosts.client, PORT), SYN | ACK, 9, ISN.wrapping_add(1));
        let with = |option: &[u8]| syn_ack.clone().options(&[&LINUX[..], option].concat());
        let wrong_mac = with(&[1, 1, 1, 253, 13, 0x54, 0x44, 2 << mode as u8 | 0x30, 1, 2, 3, 4, 5, 6, 7, 8]);
        let without_mac = with(&[1, 1, 1, 253, 5, 0x54, 0x44, 2 << mode as u8 | 0x30]);
        // A true echo of another replica, from the forger.
        let (_, true_answer) = read(&answer(hosts, mode, hosts.replicas[0], PORT, ISN, 9, NOW));
        let stolen = syn_ack.clone().options(&true_answer.options);
        // A true echo in another mode's form.
        let other_mode = if mode == Mode::A { Mode::B } else { Mode::A };
        let (_, other) = read(&answer(hosts, other_mode, forger, PORT, ISN, 9, NOW));
        let reformed = syn_ack.clone().options(&other.options);
        let forged = [syn_ack.clone(), wrong_mac, without_mac, stolen, reformed];
        let refusal = Tcp::new((from, 80), (hosts.client, PORT), RST | ACK, 0, ISN.wrapping_add(1));
        let stray = Tcp::new((from, 80), (hosts.client, PORT), ACK, 9, ISN.wrapping_add(1));
        for frame in forged.iter().chain([&refusal]).map(|tcp| form(tcp, hosts, mode, forger)) {
            assert_eq!(take(&mut gateway, NOW, Side::Wan, frame), []);
        }
        let stray = take(&mut gateway, NOW, Side::Wan, form(&stray, hosts, mode, forger));
        assert_eq!(stray.len(), usize::from(mode == Mode::A), "in A it is a stranger's");
        assert_eq!(gateway.counters().get(Count::SynAckForged), 5);
        let frame = answer(hosts, mode, hosts.replicas[0], PORT, ISN, ANSWER, NOW);
        only(take(&mut gateway, NOW, Side::Wan, frame), Side::Inside);
    });
}

#[test]
fn a_stranger_on_the_same_ports_passes_untouched() {
    let hosts = hosts(true);
    let mut gateway = bound(&hosts, Mode::A);
    let stranger: IpAddr = "203.0.113.99".parse().unwrap();
    for (flags, ack) in [(SYN | ACK, 4242), (ACK, ISN.wrapping_add(1)), (FIN | ACK, 7), (RST | ACK, 8)] {
        let segment = Tcp::new((stranger, 80), (hosts.client, PORT), flags, 1, ack);
        assert_eq!(only(take(&mut gateway, NOW, Side::Wan, segment.frame(Side::Wan)), Side::Inside).bytes(), segment.bytes(Side::Wan));
    }
}

#[test]
fn a_refusal_waits_for_who_answers_and_is_delivered_if_nobody_does() {
    let hosts = hosts(true);
    let refusal = Tcp::new((hosts.server, 80), (hosts.client, PORT), RST | ACK, 0, ISN.wrapping_add(1));
    let poll = |gateway: &mut ClientGateway, now| -> Vec<Output> {
        let mut out = Vec::new();
        gateway.poll(now, &mut out);
        out
    };
    for answered in [true, false] {
        let mut gateway = gateway(&hosts);
        begin(&mut gateway, &hosts);
        for _ in 0..2 {
            assert_eq!(take(&mut gateway, NOW, Side::Wan, refusal.frame(Side::Wan)), []);
        }
        if answered {
            let frame = answer(&hosts, Mode::A, hosts.replicas[0], PORT, ISN, ANSWER, NOW);
            only(take(&mut gateway, NOW, Side::Wan, frame), Side::Inside);
        }
        assert_eq!(poll(&mut gateway, NOW + Time::from_millis(999)), []);
        let due = gateway.next().unwrap();
        assert_eq!(due, NOW + Time::from_secs(1));
        let out = poll(&mut gateway, due);
        if answered {
            assert_eq!((out.len(), gateway.table().len()), (0, 1));
        } else {
            assert_eq!(only(out, Side::Inside).bytes(), refusal.bytes(Side::Wan));
            assert_eq!(gateway.table().len(), 0);
        }
        assert_eq!(poll(&mut gateway, due + Time::from_secs(9)), []);
    }
}

#[test]
fn a_client_whose_winner_is_dead_is_reset_by_the_server_s_address() {
    everywhere(|hosts, mode| {
        let mut gateway = bound(hosts, mode);
        let data = to_server(hosts, ACK, ISN.wrapping_add(1), ANSWER.wrapping_add(1)).payload(b"hello");
        let carried = (0..5).filter(|_| take(&mut gateway, NOW, Side::Inside, data.frame(Side::Inside))[0].side == Side::Wan).count();
        assert_eq!(carried, 5);
        let (_, rst) = read(&only(take(&mut gateway, NOW, Side::Inside, data.frame(Side::Inside)), Side::Inside));
        assert_eq!(rst, Tcp::new((hosts.server, 80), (hosts.client, PORT), RST, ANSWER.wrapping_add(1), 0));
    });
}

#[test]
fn segments_too_long_for_the_tunnel_are_answered_with_what_fits() {
    for (v4, most) in [(true, 1472_u16), (false, 1452)] {
        let hosts = hosts(v4);
        let headers = if v4 { 40 } else { 60 };
        for (length, fits) in [(usize::from(most), true), (usize::from(most) + 1, false)] {
            let mut gateway = bound(&hosts, Mode::C);
            let data = to_server(&hosts, ACK, ISN.wrapping_add(1), 0).payload(&vec![1; length - headers]);
            let out = take(&mut gateway, NOW, Side::Inside, data.frame(Side::Inside));
            if fits {
                assert_eq!(only(out, Side::Wan).packet().len(), 1500);
            } else {
                let error = only(out, Side::Inside);
                let icmp = &error.packet()[if v4 { 20 } else { 40 }..];
                assert_eq!((icmp[0], &icmp[4..8]), (if v4 { 3 } else { 2 }, &u32::from(most).to_be_bytes()[..]));
                assert_eq!(icmp[8..48], data.bytes(Side::Inside)[14..54]);
            }
        }
    }
}

#[test]
fn an_unknown_tunnel_a_fragment_of_one_and_an_unsound_one_are_dropped() {
    everywhere(|hosts, mode| {
        let mut gateway = gateway(hosts);
        let frame = answer(hosts, mode, hosts.replicas[0], PORT, ISN, ANSWER, NOW);
        let plain = mode == Mode::A;
        assert_eq!(take(&mut gateway, NOW, Side::Wan, frame.clone()).len(), usize::from(plain), "without an entry");
        assert_eq!(gateway.counters().get(Count::GueNoEntry), u64::from(!plain));
        if hosts.client.is_ipv4() && !plain {
            let mut bytes = frame.bytes().to_vec();
            bytes[20] = 0x20;
            assert_eq!(take(&mut gateway, NOW, Side::Wan, Frame::ethernet(&bytes)), []);
            let mut bytes = frame.bytes().to_vec();
            bytes[42] = 0x05;
            assert_eq!(take(&mut gateway, NOW, Side::Wan, Frame::ethernet(&bytes)), []);
            let counted = [Count::GueFragment, Count::GueMalformed].map(|count| gateway.counters().get(count));
            assert_eq!(counted, [1, 1]);
        }
    });
}

#[test]
fn late_segments_of_a_server_that_has_lost_stay_out() {
    everywhere(|hosts, mode| {
        let mut gateway = bound(hosts, mode);
        let ack = to_server(hosts, ACK, ISN.wrapping_add(1), ANSWER.wrapping_add(1));
        take(&mut gateway, NOW, Side::Inside, ack.frame(Side::Inside));
        let from_server = |flags, seq, ack| Tcp::new((hosts.server, 80), (hosts.client, PORT), flags, seq, ack).frame(Side::Wan);
        let out_of_window = [from_server(RST, 1 << 31, 0), from_server(RST | ACK, 1 << 31, ISN.wrapping_add(1))];
        for frame in out_of_window {
            assert_eq!(take(&mut gateway, NOW, Side::Wan, frame), []);
        }
        let passed = take(&mut gateway, NOW, Side::Wan, from_server(FIN | ACK, 1 << 31, 1)).len();
        assert_eq!(passed, usize::from(mode == Mode::B), "in B nobody can tell");
    });
}

/// In B only the SYN-ACK comes through a tunnel. What comes all the same is the server's to the client, and an old connection's is reset in its form.
#[test]
fn no_segment_in_a_tunnel_shows_the_client_a_replica() {
    everywhere(|hosts, mode| {
        let replica = hosts.replicas[0];
        let from = if mode == Mode::C { hosts.server } else { replica };
        for flags in [ACK, FIN | ACK, RST | ACK] {
            let mut gateway = bound(hosts, mode);
            let segment = Tcp::new((from, 80), (hosts.client, PORT), flags, ANSWER.wrapping_add(1), ISN.wrapping_add(1));
            let out = only(take(&mut gateway, NOW, Side::Wan, form(&segment, hosts, mode, replica)), Side::Inside);
            assert_eq!(read(&out), (None, Tcp { from: (hosts.server, 80), ..segment.clone() }), "{mode:?}");
            let next = Tcp { seq: 7, ..syn(hosts) };
            only(take(&mut gateway, NOW, Side::Inside, next.frame(Side::Inside)), Side::Wan);
            let out = take(&mut gateway, NOW, Side::Wan, form(&segment, hosts, mode, replica));
            assert_eq!(out.len(), usize::from(flags & RST == 0), "{mode:?}: a RST is answered with none");
            if let Some(out) = out.into_iter().next() {
                let (outer, rst) = read(&out.frame);
                assert_eq!((out.side, rst.flags, rst.seq), (Side::Wan, RST, ISN.wrapping_add(1)));
                let to = outer.map_or(rst.to.0, |(_, to, _)| to);
                assert_eq!((to, outer.is_some()), (replica, mode == Mode::C));
            }
        }
    });
}

/// What a kernel leaves to its network card: a long segment whose checksum is that of the pseudo-header alone, by RFC 9293's own sum.
fn uncut(tcp: &Tcp, side: Side) -> Frame {
    let mut bytes = tcp.bytes(side);
    let v4 = tcp.from.0.is_ipv4();
    let transport = 14 + if v4 { 20 } else { 40 };
    let ends = if v4 { 14 + 12..14 + 20 } else { 14 + 8..14 + 40 };
    let length = (bytes.len() - transport) as u32;
    let mut sum = bytes[ends].chunks(2).map(|word| u32::from(u16::from_be_bytes([word[0], word[1]]))).sum::<u32>() + 6 + length;
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    bytes[transport + 16..transport + 18].copy_from_slice(&(sum as u16).to_be_bytes());
    Frame::uncut(&bytes, transport, 1000)
}

#[test]
fn what_is_left_uncut_is_rewritten_as_it_is_and_cut_for_a_tunnel() {
    everywhere(|hosts, mode| {
        let mut gateway = bound(hosts, mode);
        let content: Vec<u8> = (0..2500_u32).map(|byte| byte as u8).collect();
        let replica = hosts.replicas[0];
        let to_server = Tcp::new((hosts.client, PORT), (hosts.server, 80), ACK, ISN + 1, ANSWER.wrapping_add(1)).payload(&content);
        let from = if mode == Mode::A { replica } else { hosts.server };
        let to_client = Tcp::new((from, 80), (hosts.client, PORT), ACK, ANSWER.wrapping_add(1), ISN + 1).payload(&content);
        if mode == Mode::C {
            let out = take(&mut gateway, NOW, Side::Inside, uncut(&to_server, Side::Inside));
            assert_eq!(out.len(), 3);
            for (output, piece) in out.iter().zip(content.chunks(1000)) {
                let (outer, inner) = read(&output.frame);
                assert_eq!((outer.map(|(_, to, _)| to), inner.to.0, &inner.payload[..]), (Some(replica), hosts.server, piece));
                assert!(!output.frame.is_uncut());
            }
            return;
        }
        for (side, sent, expected) in [
            (Side::Inside, &to_server, Tcp { to: (replica, 80), ..to_server.clone() }),
            (Side::Wan, &to_client, Tcp { from: (hosts.server, 80), ..to_client.clone() }),
        ] {
            let other = if side == Side::Inside { Side::Wan } else { Side::Inside };
            let went = only(take(&mut gateway, NOW, side, uncut(sent, side)), other);
            assert!(went.is_uncut());
            assert_eq!(went, uncut(&expected, side), "{mode:?}");
        }
    });
}
