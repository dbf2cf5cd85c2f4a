    // Stands for a memory: one word of any slot is remembered, every other reads as anything. Whoever follows a word says which slot is its own.
    wire [write_address__bits-1:0] f_slot;
    reg [q__bits-1:0] store, fetched;
    (* anyseq *) wire [q__bits-1:0] f_anything;

    always @(posedge clock) begin
        if (write && write_address == f_slot) store <= write_data;
        fetched <= read_address == f_slot ? store : f_anything;
        q <= fetched;
    end
