    // Stands for a memory: one word is remembered, chosen by the checker that follows it; every other reads as anything. Read in the clock in
    // which it is written, it shows its old value or its new one: a memory of few words the new one, a larger one the old one.
    wire [write_address__bits-1:0] f_slot;
    reg [q__bits-1:0] store, fetched;
    (* anyseq *) wire [q__bits-1:0] f_anything;
    (* anyconst *) wire f_shows_new;

    wire f_writes = write && write_address == f_slot;
    always @(posedge clk) begin
        if (f_writes) store <= write_data;
        fetched <= read_address != f_slot ? f_anything : f_shows_new && f_writes ? write_data : store;
        q <= fetched;
    end
