    // Stands for a memory: one bit of one word is remembered, chosen by the checker that follows a word; all else reads as anything.
    wire [write_address__bits-1:0] f_slot;
    wire [$clog2(q__bits)-1:0] f_which;
    reg store, fetched, shown;
    (* anyseq *) wire [q__bits-1:0] f_anything;

    always @(posedge clk) begin
        if (write && write_address == f_slot) store <= write_data[f_which];
        fetched <= read_address == f_slot ? store : f_anything[0];
        shown <= fetched;
    end
    always @(*) begin
        q = f_anything;
        q[f_which] = shown;
    end
