    // Stands for a small memory: of each word one bit is remembered, chosen by the checker that follows a word; every other reads as anything.
    wire [$clog2(q__bits + (q__bits == 1))-1:0] f_which;
    wire [read_address__bits-1:0] f_place;
    reg store [0:(1 << read_address__bits) - 1];
    wire f_seen = store[f_place];
    (* anyseq *) wire [q__bits-1:0] f_anything;

    always @(posedge clk) if (write) store[write_address] <= write_data[f_which];
    always @(*) begin
        q = f_anything;
        q[f_which] = store[read_address];
    end
