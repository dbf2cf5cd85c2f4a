    // Of either bank: what is shown while it is active is what was stored there last, unchanged by swaps.
    (* anyconst *) wire f_bank;
    wire f_ports_bank = f_bank; // > ports.f_slot
    wire f_meaning_bank = f_bank; // > meaning.f_slot
    wire [31:0] f_stored_ports; // = ports.store
    wire [13:0] f_stored_meaning; // = meaning.store
    reg f_active = 0, f_ports_known = 0, f_meaning_known = 0;
    reg [31:0] f_ports, f_match;
    always @(posedge clk) begin
        f_active <= !rst && (f_active != swap);
        if (write_ports && bank == f_bank) begin
            f_ports_known <= 1;
            f_ports <= word;
        end
        if (write_match && bank == f_bank) begin
            f_meaning_known <= 1;
            f_match <= word;
        end
    end
    wire [13:0] f_meaning = {f_match[31], f_match[24], f_match[18:16], f_match[8:0]};
    wire f_shown = f_started && f_active == f_bank;
    always @(*) if (f_started) begin
        the_ports_stored_last: assert (!(f_shown && f_ports_known) || {live__highest, live__lowest} == f_ports);
        the_rest_stored_last: assert (!(f_shown && f_meaning_known)
            || {live__in_use, live__key_on_peer, live__group, live__any_protocol, live__protocol} == f_meaning);
        cover (f_shown && f_active && f_ports_known && f_meaning_known && swap);
    end
    always @(*) begin
        assert (!f_started || f_active == active_q);
        assert (!f_ports_known || f_stored_ports == f_ports);
        assert (!f_meaning_known || f_stored_meaning == f_meaning);
    end
