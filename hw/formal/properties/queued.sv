    // Stands for a host queue: whole frames leave it that are for the host, each as it came; proved of `host_queue`.
    (* anyseq *) wire [m_beat__bits-1:0] f_beat;
    (* anyseq *) wire [m_keep__bits-1:0] f_keep;
    (* anyseq *) wire [m_metadata__bits-1:0] f_metadata;
    (* anyseq *) wire f_valid;
    (* anyseq *) wire [lost__bits-1:0] f_lost;
    assign m_beat = f_beat;
    assign m_keep = f_keep;
    assign m_metadata = f_metadata;
    assign m_valid = f_valid;
    assign lost = f_lost;
    frames #(.W(9), .ASSUMED(1)) f_frames (.clock(clock), .rst(rst), .valid(m_valid), .taken(m_valid & m_ready),
        .first(m_beat[0]), .last(m_beat__last), .index(m_beat[2:1]), .mark({m_beat[3], m_metadata[15:8]}));
    always @(*) if (m_valid) assume (m_metadata[15:8] == 255);
