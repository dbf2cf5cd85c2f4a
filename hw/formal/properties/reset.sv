    // Any two domains, whatever the clocks: what crosses between them is cleared together.
    cleared_together #(.CLOCKS(STAGES)) f_cleared_together (
        .clk(domain_clk[1:0]), .rst(domain_rst[1:0]), .clear(domain_clear[1:0]), .uncleared(), .cleared(), .saw(), .blind());
    always @(*) cover (domain_clear[1:0] == 3);

    // A stopped domain is cleared before it goes on, and is stopped for more than a clock.
    reg [DOMAINS-1:0] f_stopped = 0, f_long = 0, f_cleared = 0;
    // A pending reset: the domains that have not made it since it was requested.
    reg [DOMAINS-1:0] f_pending = 0;
    genvar g;
    generate for (g = 0; g < DOMAINS; g = g + 1) begin : f_domain
        always @(posedge domain_clk[g]) begin
            f_stopped[g] <= domain_rst[g];
            f_long[g] <= domain_rst[g] & f_stopped[g];
            f_cleared[g] <= domain_rst[g] & (f_cleared[g] | domain_clear[g]);
        end
        always @(posedge 1'b1) f_pending[g] <= (f_pending[g] | (request & clk)) & !(domain_rst[g] & domain_clk[g]);
    end endgenerate
    always @(*) begin
        goes_on_when_cleared: assert ((~domain_rst & f_stopped & ~(f_cleared & f_long)) == 0);
        idle_when_none_is_pending: assert (!idle || (domain_rst == 0 && f_pending == 0));
    end

    // A round is a time in which every clock rises, once or more. A reset ends within so many rounds after its request.
    reg [DOMAINS:0] f_rose = 0;
    reg [5:0] f_rounds = 0;
    wire [DOMAINS:0] f_risen = f_rose | {clk, domain_clk};
    always @(posedge 1'b1) begin
        f_rose <= request || &f_risen ? 0 : f_risen;
        f_rounds <= request || idle ? 0 : f_rounds + &f_risen;
    end
    always @(*) begin
        a_reset_ends: assert (f_rounds <= 36);
        cover (idle && f_cleared == 0 && f_stopped == 0);
    end
