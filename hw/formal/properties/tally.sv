    // Stands for a memory: one word is remembered, chosen by the checker that follows it; every other reads as anything. Read in the clock in
    // which it is written, it shows its old value.
    wire [write_address__bits-1:0] f_slot;
    reg [q__bits-1:0] store, fetched;
    (* anyseq *) wire [q__bits-1:0] f_anything;

    always @(posedge clk) begin
        if (write && write_address == f_slot) store <= write_data;
        fetched <= read_address == f_slot ? store : f_anything;
        q <= fetched;
    end
