    // Any two domains, whatever the clocks: what crosses between them is forgotten together.
    forgets #(.CLOCKS(STAGES)) f_forgets (
        .clk(domain_clk[1:0]), .rst(domain_rst[1:0]), .clear(domain_clear[1:0]), .forgetting(), .forgot(), .saw(), .blind());
    always @(*) cover (domain_clear[1:0] == 3);
