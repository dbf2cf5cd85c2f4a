    // Stands for a packet FIFO: whole frames leave it that are for the host, each as it came; proved of `packet_fifo`.
    (* anyseq *) wire [m_beat__bits-1:0] f_beat;
    (* anyseq *) wire f_next_valid;
    (* anyseq *) wire [dropped__bits-1:0] f_dropped;
    assign m_beat = f_beat;
    assign m_last = m_beat__last;
    assign m_next_valid = f_next_valid;
    assign dropped = f_dropped;
    reg f_valid = 0;
    always @(posedge clk) f_valid <= m_next_valid & !rst;
    // A beat that is offered stays until it is taken; none is taken that is not offered.
    always @(*) if (!rst && f_valid && !m_taken) assume (m_next_valid);
    always @(*) if (!rst) taken_when_offered: assert (f_valid || !m_taken);
    frames #(.W(9), .ASSUMED(1)) f_frames (.clk(clk), .rst(rst), .valid(f_valid), .taken(m_taken),
        .first(m_beat[0]), .last(m_beat__last), .index(m_beat[2:1]), .mark({m_beat[3], m_beat__tuser[15:8]}));
    always @(*) if (f_valid) assume (m_beat__tuser[15:8] == 255);
