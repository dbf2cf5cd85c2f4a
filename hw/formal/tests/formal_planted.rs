//! The proofs of `just formal` refuse planted faults. Run by `just formal`, after `just emit`; it needs what
//! `./justw setup formal` installs. The design is that of TANDEM_VERILOG, or of `out/verilog`.

use formal::claim::Claim;
use formal::{equal, prove, text};
use std::path::PathBuf;
use synth::verilog::{DESIGNS, module_name};

/// The emitted distributor, 256 bit: the narrower is proved faster; and the shells' wrappers.
fn emitted() -> String {
    let root = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    let folder = std::env::var_os("TANDEM_VERILOG").map_or(root.join("out/verilog"), PathBuf::from);
    text::design(&folder, DESIGNS[1]).unwrap()
}

/// The emitted text with `with` instead of `what` in the module `block`.
fn planted(block: &str, what: &str, with: &str) -> String {
    let (text, block) = (emitted(), module_name(block));
    let start = text.find(&format!("\nmodule {block} ")).unwrap_or_else(|| panic!("no module is called {block}"));
    let end = start + text[start..].find("\nendmodule").unwrap();
    let module = &text[start..end];
    assert_eq!(module.matches(what).count(), 1, "{block} has not once {what:?}: plant the fault anew");
    format!("{}{}{}", &text[..start], module.replace(what, with), &text[end..])
}

/// How the claim on `block` refuses the text in which `what` of the module `inside` has become `with`.
fn refusal(run: &str, block: &str, (inside, what, with): (&str, &str, &str)) -> String {
    let (text, block) = (planted(inside, what, with), &module_name(block));
    match prove::prove(&format!("formal/planted_{run}"), Claim::on(block).unwrap(), block, &text) {
        Ok(proved) => panic!("{run} is proved: {proved}"),
        Err(error) => format!("{error:#}"),
    }
}

#[test]
fn a_dropped_response_is_refused() {
    let told = refusal(
        "dropped_response",
        "axil_bridge",
        (
            "axil_bridge",
            "(read_done_q & ~s_axil_rready) | (ends & ~writing_q)",
            "(read_done_q & ~s_axil_rready) | (ends & ~writing_q & ~s_axil_bready)",
        ),
    );
    assert!(told.contains("as_the_registers_answered") || told.contains("a_read_is_answered_in_time"), "{told}");
}

#[test]
fn a_doubled_response_is_refused() {
    let told = refusal(
        "doubled_response",
        "axil_bridge",
        ("axil_bridge", "(write_done_q & ~s_axil_bready) | ", "(write_done_q & ~(s_axil_bready & s_axil_awvalid)) | "),
    );
    assert!(told.contains("no_write_response_without_a_write"), "{told}");
}

#[test]
fn a_response_that_changes_while_it_waits_is_refused() {
    let told = refusal("changed_response", "axil_bridge", ("axil_bridge", "if (ends) begin", "if (ends | s_axil_arvalid) begin"));
    assert!(told.contains("stays_until_taken") || told.contains("f_r") || told.contains("f_b"), "{told}");
}

#[test]
fn an_access_that_is_answered_twice_is_refused() {
    let what = "if (rst) done_q <= 1'h0; else done_q <= finish;";
    let with = "if (rst) done_q <= 1'h0; else done_q <= finish | pending_q;";
    let told = refusal("answered_twice", "registers_distributor", ("access_sequencer", what, with));
    assert!(told.contains("answered_once"), "{told}");
}

#[test]
fn a_beat_that_changes_while_it_is_stalled_is_refused() {
    let told = refusal("changed_beat", "demux", ("skid_buffer", "if (even_valid_q) begin", "if (even_valid_q & ~full_q) begin"));
    assert!(told.contains("stays_until_taken") || told.contains("unchanged"), "{told}");
}

#[test]
fn a_dropped_beat_is_refused() {
    for (run, block) in [("dropped_beat_egress", "egress"), ("dropped_beat_demux", "demux")] {
        let fault = match block {
            "egress" => ("egress", "assign m_valid = ready & sends;", "assign m_valid = ready & sends & (in_frame_q | ~beat[6]);"),
            _ => ("skid_buffer", "~m_taken & (full_q | (front_valid_q & push))", "~m_taken & full_q"),
        };
        let told = refusal(run, block, fault);
        assert!(told.contains("does not hold after reset"), "{told}");
    }
}

#[test]
fn an_arb_mux_that_switches_within_a_frame_is_refused() {
    let fault = ("arb_mux", "assign goes_on = busy_q & ~ends;", "assign goes_on = busy_q & ~ends & s0_next_valid;");
    // The turn is given a clock before it is used, so what says how the registers agree is refused before the frames mix.
    let told = refusal("switching_arb_mux", "arb_mux", fault);
    assert!(told.contains("does not hold after reset: assert (busy_q == (f_within"), "{told}");
    let told = refusal("switching_arb_mux_in_switch", "switch", fault);
    assert!(told.contains("one_whole_frame"), "{told}");
}

#[test]
fn a_queue_that_loses_the_order_or_counts_wrong_is_refused() {
    let told = refusal("early_fetch", "fifo_lengths", ("output_fifo_lengths", "has_room_q & more_q", "more_q"));
    assert!(told.contains("does not"), "{told}");
    let told = refusal("wrong_count", "fifo_lengths", ("fifo_lengths", "if (push & ~output_fifo_popped) begin", "if (push) begin"));
    assert!(told.contains("count_is_what_was_inside"), "{told}");
}

#[test]
fn decisions_out_of_order_or_mistaken_are_refused() {
    let fifo = |what, with| ("decision_fifo", what, with);
    let overtakes = fifo("decision_valid & waiting_empty & ~second_valid_q", "decision_valid & ~second_valid_q");
    let forgets = fifo("assign second_valid_d = follows & stays;", "assign second_valid_d = (leaves | passes) & stays;");
    let mistakes = fifo("follows & (following_verdict != dropped)", "follows & (decision[79:77] != dropped)");
    let overwrites = fifo("(~showing_odd_q & ~second_valid_q)", "~showing_odd_q");
    let mixes = fifo("front_need_d = following_need;", "front_need_d = decision[94:81];");
    let faults =
        [("overtaking", overtakes), ("forgetting", forgets), ("mistaking", mistakes), ("overwriting", overwrites), ("mixed", mixes)];
    for (run, fault) in faults {
        let told = refusal(&format!("{run}_decision"), "decision_fifo", fault);
        assert!(told.contains("does not"), "{told}");
    }
}

#[test]
fn a_mark_of_another_word_is_refused() {
    for fifo in ["beats", "lengths"] {
        let late = (&*format!("output_fifo_{fifo}"), "read_address(following_slot)", "read_address(read_slot_q)");
        let told = refusal(&format!("late_mark_{fifo}"), &format!("fifo_{fifo}"), late);
        assert!(told.contains("does not"), "{told}");
    }
}

#[test]
fn a_rule_of_the_other_bank_or_half_a_rule_is_refused() {
    let row = |what, with| ("rule_row", what, with);
    let stays = row("assign active_d = active_q ^ swap;", "assign active_d = active_q | swap;");
    let halves = row("word[31:16], // highest", "word[15:0], // highest");
    refuses("rule_row", &[("does not hold after reset", stays), ("the_ports_stored_last", halves)]);
}

#[test]
fn a_queue_of_windows_that_loses_one_or_mistakes_its_length_is_refused() {
    let queue = |what, with| ("window_queue", what, with);
    let merges = queue("(is_last | fresh_last)", "is_last");
    let overruns = queue("~&fill_count_q[4:3]", "~&fill_count_q[4:0]");
    let mismeasures = queue(".read_address(tail_d1_q)", ".read_address(tail_q)");
    let misplaces = queue(".write_address(head_d1_q)", ".write_address(head_q)");
    let faults = [
        ("a_window_of_each_frame", merges),
        ("f_inside > 24", overruns),
        ("measured_when_it_was_shown", mismeasures),
        ("does not hold after reset", misplaces),
    ];
    refuses("window_queue", &faults);
}

#[test]
fn a_share_that_starves_or_mistakes_a_port_is_refused() {
    let share = |what, with| ("share", what, with);
    let starves = share("(after0_q | ~windows_0_valid)", "~windows_0_valid");
    let doubles = share("assign windows_0_pop = windows_0_valid & ~picks1;", "assign windows_0_pop = windows_0_valid;");
    let mistakes = share("launch_ingress = port1;", "launch_ingress = port0;");
    let mismeasures = share("bytes_d2_d = windows_1_bytes;", "bytes_d2_d = windows_0_bytes;");
    let hurries = share("assign bytes = bytes_d3_q;", "assign bytes = bytes_d2_q;");
    let faults = [
        ("none_is_passed_over_twice", starves),
        ("one_goes_where_one_waits", doubles),
        ("launched_once_with_its_port", mistakes),
        ("bytes_d2_q == f_length", mismeasures),
        ("with_its_length", hurries),
    ];
    refuses("share", &faults);
}

#[test]
fn a_packet_fifo_that_shows_a_frame_before_it_is_whole_is_refused() {
    let told = refusal("early_frame", "packet_fifo", ("packet_fifo", ".bound(committed_q)", ".bound(head_q)"));
    assert!(told.contains("does not hold after reset"), "{told}");
}

/// Checks that the claim on `block` refuses each fault by the named statement.
fn refuses(block: &str, faults: &[(&str, (&str, &str, &str))]) {
    for (number, (statement, fault)) in faults.iter().enumerate() {
        let told = refusal(&format!("{block}_{number}"), block, *fault);
        assert!(told.contains(statement), "{fault:?} is refused without {statement}: {told}");
    }
}

#[test]
fn a_key_that_is_not_the_pages_is_refused() {
    let unturned = ("key_address", "one ^ turned_bits", "one ^ other");
    let lesser = ("key", "source_above_d1_d = tuple_source > tuple_destination", "source_above_d1_d = tuple_source < tuple_destination");
    refuses("key", &[("as_the_page_writes_it", unturned), ("as_the_page_writes_it", lesser)]);
}

#[test]
fn an_arb_mux_of_the_shells_that_mixes_or_loses_is_refused() {
    let arb_mux = |what, with| ("tandem_host_arb_mux", what, with);
    let pauses = arb_mux("select_1 = in_frame ? turn", "select_1 = in_frame && (turn ? s_axis_1_tvalid : s_axis_0_tvalid) ? turn");
    let hurries = arb_mux("advance = (!m_axis_tvalid || m_axis_tready) && !rst", "advance = !rst");
    refuses("tandem_host_arb_mux", &[("one_frame_at_a_time", pauses), ("stays_until_taken", hurries)]);
}

#[test]
fn the_rest_of_a_frame_taken_for_a_frame_is_refused() {
    let fault = ("tandem_frame_sync", "if (rst) skipping <= in_frame_next;", "if (rst) skipping <= in_frame;");
    refuses("tandem_frame_sync", &[("one_whole_frame", fault)]);
}

#[test]
fn a_frame_fifo_that_delivers_or_reports_wrong_is_refused() {
    let fifo = |what, with| ("tandem_frame_fifo", what, with);
    let errors = fifo("(discard || (s_axis_tlast && s_axis_tuser))", "discard");
    let reports = fifo("dropped_error <= accept && s_axis_tlast && s_axis_tuser", "dropped_error <= accept && s_axis_tuser");
    let hurries = fifo("head_advance = !head_valid ||", "head_advance = !head_valid || fetched_valid ||");
    let faults = [("dropped_when_in_error", errors), ("each_drop_is_reported_once", reports), ("stays_until_taken", hurries)];
    refuses("tandem_frame_fifo", &faults);
}

#[test]
fn a_store_forward_that_cuts_or_loses_a_frame_is_refused() {
    let cuts = ("tandem_frame_fifo", "masked = flushing && !(FINISH && sending)", "masked = flushing");
    let loses = ("tandem_store_forward", "s_axis_tready = fifo_ready && !rst", "s_axis_tready = !rst");
    refuses("tandem_store_forward", &[("never_falls_inside_a_frame", cuts), ("dropped_only_when_alone_too_long", loses)]);
}

#[test]
fn an_async_fifo_without_gray_code_or_patience_is_refused() {
    let fifo = |what, with| ("tandem_async_fifo", what, with);
    let binary = fifo("write_next_gray = write_next ^ (write_next >> 1)", "write_next_gray = write_next");
    let hurries = fifo("&& (!head_valid || read_ready)", "&& 1'b1");
    refuses("tandem_async_fifo", &[("a_pointer_changes_in_one_bit", binary), ("stays_until_taken", hurries)]);
}

#[test]
fn a_reset_that_ends_too_early_or_never_is_refused() {
    let reset = |what, with| ("tandem_reset", what, with);
    let hurries = reset("if (!(|cleared) && !request)", "if (!request)");
    let skips = reset("clear <= 1'b1;\n                state <= CLEAR;", "stop <= 1'b0;\n                state <= START;");
    let stays = reset("default: if (!(|stopped))", "default: if (request && !(|stopped))");
    let hides = reset("idle = !request && state == RUN && !pending", "idle = !request && state == RUN");
    let faults = [
        ("stopped_until_both_cleared", hurries),
        ("goes_on_when_cleared", skips),
        ("a_reset_ends", stays),
        ("idle_when_none_is_pending", hides),
    ];
    refuses("tandem_reset", &faults);
}

#[test]
fn a_counter_between_clocks_that_loses_or_doubles_is_refused() {
    let counter = |what, with| ("tandem_cdc_counter", what, with);
    let loses = counter("(send ? 16'd0 : pending) + 16'(event_valid)", "send ? 16'd0 : pending + 16'(event_valid)");
    let doubles = counter("send = pending != '0 && fifo_ready", "send = pending[15:1] != '0 && fifo_ready");
    let forgets = counter("total + 64'(arrived_count)", "total + 64'(arrived_count[7:0])");
    let faults = [("every_event_is_sent_once", loses), ("every_event_is_sent_once", doubles), ("what_arrives_is_counted_once", forgets)];
    refuses("tandem_cdc_counter", &faults);
}

#[test]
fn registers_between_clocks_that_lose_or_mistake_are_refused() {
    let slave = |what, with| ("tandem_axil_slave", what, with);
    let drops = slave("default: if (response_taken) state", "default: state");
    let mistakes = slave("request_data <= wdata", "request_data <= s_axil_wdata");
    refuses("tandem_axil_slave", &[("stays_until_taken", drops), ("as_the_host_wrote", mistakes)]);
    let swaps = ("tandem_axil_master", "if (m_axil_wready) m_axil_wvalid", "if (m_axil_awready) m_axil_wvalid");
    refuses("tandem_axil_master", &[("each_request_is_made_once", swaps)]);
}

#[test]
fn a_box_that_tells_two_queues_of_a_frame_is_refused() {
    let both = ("tandem_250mhz", "host_valid && host_port[i]", "host_valid");
    refuses("tandem_250mhz", &[("f_c2h", both)]);
}

#[test]
fn a_box_between_clocks_that_mixes_or_cuts_is_refused() {
    let inside = |what, with| ("tandem_322mhz", what, with);
    let rests = inside("rx_valid && !rx_skip", "rx_valid");
    let sends = inside("tvalid[i] && !from_host_skip", "tvalid[i]");
    let both = inside("host_valid && host_port[i]", "host_valid");
    let other = inside(
        ".write_clk(port_clk[i]), .write_rst(port_rst[i]), .write_clear(port_clear[i]),",
        ".write_clk(clk), .write_rst(port_rst[i]), .write_clear(port_clear[i]),",
    );
    let hurries = inside(".m_axis_tready(m_axis_cmac_tx_tready[i])", ".m_axis_tready(1'b1)");
    let faults = [
        ("rx_fifo.f_given.one_whole_frame", rests),
        ("tx_store_forward.f_given.one_whole_frame", sends),
        ("to_host_async_fifo.f_beats.f_given.one_whole_frame", both),
        ("rx_async_fifo.f_beats.f_given.one_whole_frame", other),
        ("f_tx_stable.stays_until_taken", hurries),
    ];
    refuses("tandem_322mhz", &faults);
}

#[test]
fn a_lookup_that_mixes_cuts_or_misleads_is_refused() {
    let lookup = |what, with| ("tandem_lookup", what, with);
    let mixes = lookup("bypass = in_frame ? bypass_held : (source", "bypass = (source");
    let hurries = lookup("core_in_ready) && running;", "core_in_ready);");
    let cuts = lookup("bypass && running), .s_axis_1_tready", "bypass), .s_axis_1_tready");
    let misleads = lookup("core_to_host ? core_source << 1", "core_to_host ? 8'h02");
    let faults = [
        ("f_given.one_whole_frame", mixes),
        ("f_given.one_whole_frame", hurries),
        ("f_left.one_whole_frame", cuts),
        ("to_one_of_its_ports", misleads),
    ];
    refuses("tandem_output_port_lookup", &faults);
}

#[test]
fn a_wrong_rotate_is_refused() {
    let wrong = planted("second_half_round", "<< 13) | (v1 >> 19)", "<< 12) | (v1 >> 20)");
    let told = format!("{:#}", equal::prove("formal/planted_rotate", &wrong).map(|proved| proved.to_string()).unwrap_err());
    assert!(told.contains("is not HalfSipHash-2-4"), "{told}");
}

#[test]
fn a_word_of_the_key_that_comes_a_clock_late_is_refused() {
    let text = emitted();
    let late = planted(
        "hash",
        "assign before1_d = key[63:32];",
        "reg [31:0] late;\n    always @(posedge clk) late <= key[63:32];\n    assign before1_d = late;",
    );
    assert_ne!(text, late);
    let told = format!("{:#}", equal::prove("formal/planted_late", &late).map(|proved| proved.to_string()).unwrap_err());
    assert!(told.contains("out of step"), "{told}");
}

/// The authors' vectors for 32 bits of output: under the key 00 01 ... 07 the message 00 01 ... 11 hashes to this.
#[test]
fn the_algorithm_gives_the_published_hash() {
    let published =
        include_str!("../../../sw/model/tests/data/halfsiphash-2-4-32.txt").lines().find_map(|line| line.strip_prefix("18 ")).unwrap();
    let hash = u32::from_str_radix(published, 16).unwrap().swap_bytes();
    let folder = synth::tool::folder("formal/published").unwrap();
    std::fs::write(folder.join("algorithm.v"), equal::ALGORITHM).unwrap();
    let key: String = (0..18).rev().map(|byte: u8| format!("{byte:02x}")).collect();
    let evaluate = format!(
        "read_verilog algorithm.v\nproc\nsat -verify -prove hash 32'h{hash:08x} -set secret 64'h0706050403020100 -set key 144'h{key} halfsiphash\n"
    );
    synth::tool::yosys(&folder, &evaluate).unwrap();
}

#[test]
fn a_count_that_misses_what_is_on_its_way_is_refused() {
    let lower = |what, with| ("counter_low", what, with);
    let misses = lower("counts_q[3] & (address_d1_q == address_d4_q)", "counts_q[3] & (address_d1_q == address_d5_q)");
    let loses = lower("counts_q[3] & bytes_d4_q[32]", "counts_q[3] & bytes_d4_q[31]");
    refuses("counter_low", &[("added_to_what_was_counted_before", misses), ("every_byte_counts_once", loses)]);
    let hurries = ("counter_high", "stores = carry_d4_q", "stores = carry_d3_q");
    refuses("counter_high", &[("every_carry_counts_once", hurries)]);
    let small = |what, with| ("small_counter_low_reasons", what, with);
    let misses = small("counts_q[2] & (address_d1_q == address_d3_q)", "counts_q[2] & (address_d1_q == address_d2_q)");
    let loses = small("counts_q[2] & bytes_d3_q[32]", "counts_q[2] & bytes_d3_q[31]");
    refuses("small_counter_low_reasons", &[("added_to_what_was_counted_before", misses), ("every_byte_counts_once", loses)]);
    let hurries = ("small_counter_high_reasons", "stores = carry_d2_q", "stores = carry_d1_q");
    refuses("small_counter_high_reasons", &[("every_carry_counts_once", hurries)]);
}
