    // Stands for a small memory: one word is remembered, chosen by the checker that follows it; every other reads as anything.
    wire [write_address__bits-1:0] f_slot;
    reg [q__bits-1:0] store;
    (* anyseq *) wire [q__bits-1:0] f_anything;

    always @(posedge clk) if (write && write_address == f_slot) store <= write_data;
    always @(*) q = read_address == f_slot ? store : f_anything;
