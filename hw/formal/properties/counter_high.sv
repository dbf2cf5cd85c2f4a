    // Of any one count: what is stored and what is in flight are the carries since it was cleared.
    (* anyconst *) wire [address__bits-1:0] f_any;
    wire [address__bits-1:0] f_slot = f_any; // > memory.f_slot
    wire [31:0] f_stored; // = memory.store

    reg f_known = 0;
    reg [4:1] f_asked = 0, f_clearing = 0;
    reg [4:3] f_carrying = 0;
    reg [2:0] f_since = 7;
    reg [31:0] f_carries;
    wire f_clears = clear && address == f_slot;
    wire f_carry = f_asked[2] && carry_d2;
    always @(posedge clk) begin
        f_asked <= {f_asked[3:1], address == f_slot};
        f_clearing <= {f_clearing[3:1], f_clears};
        f_carrying <= {f_carrying[3], f_carry};
        f_since <= f_carry || f_clearing[4] ? 0 : f_since + (f_since != 7);
        f_carries <= f_carries + f_carry;
        if (f_clearing[4]) begin
            f_known <= 1;
            f_carries <= 0;
        end
        if (rst) begin
            {f_known, f_asked, f_clearing, f_carrying} <= 0;
            f_since <= 7;
        end
    end

    // A count's carries are far apart, and far from its clearing; each count is cleared before it counts, and not reset in between: a reset clears anew.
    always @(*) if (f_started) assume (!rst && !(f_carry && f_since < 4)
        && !(f_clears && (f_known || f_clearing)) && !(f_carry && !f_known) && !(clears_q[1] && carry_d2));

    always @(*) if (f_started && f_known)
        every_carry_counts_once: assert (f_stored + f_carrying[3] + f_carrying[4] == f_carries);
    always @(*) if (f_started) begin
        assert (!f_known || f_clearing == 0);
        assert (f_known || f_carrying == 0);
        assert (f_carrying == ({carry_d4_q, carry_d3_q} & f_asked[4:3]) && (!f_carrying[3] || f_since == 0) && (!f_carrying[4] || f_since == 1));
        assert (f_clearing == (clears_q & f_asked) && (f_clearing & (f_clearing - 1)) == 0);
        cover (f_known && f_carries == 2);
    end
