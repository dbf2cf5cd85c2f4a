    // A small memory as it is; whoever follows a word looks into it.
    reg [q__bits-1:0] store [0:(1 << read_address__bits) - 1];
    wire [read_address__bits-1:0] f_place;
    wire [q__bits-1:0] f_word = store[f_place];

    always @(posedge clock) if (write) store[write_address] <= write_data;
    always @(*) q = store[read_address];
