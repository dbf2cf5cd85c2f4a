    // Stands for a queue of windows: what waits stays until it is taken, and is anything; proved of `window_queue`.
    (* anyseq *) wire f_valid, f_room;
    (* anyseq *) wire [window__bits-1:0] f_window;
    (* anyseq *) wire [bytes__bits-1:0] f_bytes;
    (* anyseq *) wire [types__bits+first__bits+second__bits-1:0] f_marks;
    assign valid = f_valid;
    assign room = f_room;
    assign window = f_window;
    assign bytes = f_bytes;
    assign {types, first, second} = f_marks;
    reg f_waits = 0;
    always @(posedge clk) f_waits <= valid && !pop && !rst;
    always @(*) if (f_waits) assume (valid);
    always @(*) if (!rst) taken_when_there: assert (valid || !pop);
