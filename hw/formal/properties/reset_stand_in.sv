    // Stands for `tandem_reset`: resets at any time, each in its domain's clock and for two clocks or more; proved of `tandem_reset`.
    (* anyseq *) wire [DOMAINS-1:0] f_any, f_clear;
    (* anyseq *) wire f_done, f_idle;
    reg [DOMAINS-1:0] f_rst = ~0, f_lasted = 0;
    assign {domain_rst, domain_clear, done, idle} = {f_rst, f_clear, f_done, f_idle};
    genvar g;
    generate for (g = 0; g < DOMAINS; g = g + 1) begin : f_domain
        always @(posedge domain_clk[g]) begin
            f_rst[g] <= f_any[g] | (f_rst[g] & !f_lasted[g]);
            f_lasted[g] <= f_rst[g];
        end
    end endgenerate
