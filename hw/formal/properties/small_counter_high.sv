    // Of any one count: what is stored and what is in flight are the carries since it was cleared.
    (* anyconst *) wire [address__bits-1:0] f_any;
    wire [address__bits-1:0] f_slot = f_any; // > memory.f_slot
    wire [31:0] f_stored; // = memory.store

    reg f_known = 0;
    reg [2:1] f_carrying = 0, f_clearing = 0;
    reg [2:0] f_since = 7;
    reg [31:0] f_carries;
    wire f_clears = clear && address == f_slot;
    wire f_carry = carry && address == f_slot;
    always @(posedge clk) begin
        f_carrying <= {f_carrying[1], f_carry};
        f_clearing <= {f_clearing[1], f_clears};
        f_since <= f_carry || f_clearing[2] ? 0 : f_since + (f_since != 7);
        f_carries <= f_carries + f_carry;
        if (f_clearing[2]) begin
            f_known <= 1;
            f_carries <= 0;
        end
        if (rst) begin
            {f_known, f_carrying, f_clearing} <= 0;
            f_since <= 7;
        end
    end

    // A count's carries are far apart, and far from its clearing; each count is cleared, once or twice, before it counts, and not reset in
    // between: a reset clears anew.
    wire f_none = f_carries == 0 && f_carrying == 0;
    always @(*) if (f_started) assume (!rst && !(f_carry && (f_since < 4 || !f_known || f_clearing != 0))
        && !(f_clears && ((f_known && !f_none) || f_clearing != 0)) && !(clear && carry));

    always @(*) if (f_started && f_known)
        every_carry_counts_once: assert (f_stored + f_carrying[1] + f_carrying[2] == f_carries);
    wire [2:1] f_asked = {address_d2_q == f_slot, address_d1_q == f_slot};
    always @(*) if (f_started) begin
        assert (!f_known || f_clearing == 0 || f_none);
        assert (f_known || f_carrying == 0);
        assert (f_carrying == ({carry_d2_q, carry_d1_q} & f_asked) && (!f_carrying[1] || f_since == 0) && (!f_carrying[2] || f_since == 1));
        assert (f_clearing == ({clear_d2_q, clear_d1_q} & f_asked) && (f_clearing & (f_clearing - 1)) == 0);
        cover (f_known && f_carries == 2);
    end
