    // Never so many events wait that their number overflows: the reader's clock would have to be thousands of times the slower.
    always @(*) assume (waiting != 16'hffff);

    // How many events were sent in all, and with each word how many were until then. A reset forgets all, both ends together.
    wire f_rst; // = crossing.f_rst
    wire [4:0] f_write_at; // = crossing.write_at
    wire [4:0] f_read_at; // = crossing.read_at
    wire f_writes; // = crossing.f_writes
    wire f_loads; // = crossing.loads
    wire f_head; // = crossing.head_valid
