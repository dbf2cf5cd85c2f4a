    // Of any one count: what is stored, with the carries so far above it, is what was counted since it was cleared, once that is added; and
    // each frame is added to what the frames before it have made of the count. Modulo 2 to the power of 36.
    (* anyconst *) wire [address__bits-1:0] f_any;
    wire [address__bits-1:0] f_slot = f_any; // > memory.f_slot
    wire [63:0] f_stored; // = memory.store
    wire f_counts = count && address == f_slot;
    wire f_clears = clear && address == f_slot;

    reg f_known = 0;
    reg [3:1] f_counting = 0, f_clearing = 0;
    reg [15:0] f_bytes1, f_bytes2;
    reg [35:0] f_frames, f_bytes;
    reg [3:0] f_carries_frames, f_carries_bytes;
    always @(posedge clk) begin
        f_counting <= {f_counting[2:1], f_counts};
        f_clearing <= {f_clearing[2:1], f_clears};
        {f_bytes2, f_bytes1} <= {f_bytes1, bytes};
        if (f_counting[2]) begin
            f_frames <= f_frames + 1;
            f_bytes <= f_bytes + f_bytes2;
        end
        if (f_counting[3]) begin
            f_carries_frames <= f_carries_frames + carry_frames_d3;
            f_carries_bytes <= f_carries_bytes + carry_bytes_d3;
        end
        if (f_clearing[3]) begin
            f_known <= 1;
            {f_frames, f_bytes, f_carries_frames, f_carries_bytes} <= 0;
        end
        if (rst) {f_known, f_counting, f_clearing} <= 0;
    end

    // The bank clears each count, once or twice, before it counts, and is not reset in between: a reset clears anew.
    wire f_none = {f_frames, f_bytes, f_carries_frames, f_carries_bytes} == 0 && f_counting == 0;
    always @(*) if (f_started) assume (!rst && !(f_clears && ((f_known && !f_none) || f_clearing != 0))
        && !(f_counts && (!f_known || f_clearing != 0)) && !(clear && count));

    wire [3:0] f_all_frames = f_carries_frames + (f_counting[3] && carry_frames_d3);
    wire [3:0] f_all_bytes = f_carries_bytes + (f_counting[3] && carry_bytes_d3);
    wire [63:0] f_sum = f_counting[3] ? sum_d3 : f_stored;
    always @(*) if (f_started && f_known) begin
        added_to_what_was_counted_before: assert (!f_counting[2] || addend_d2 == {f_bytes[31:0], f_frames[31:0]});
        every_frame_counts_once: assert ({f_all_frames, f_sum[31:0]} == f_frames);
        every_byte_counts_once: assert ({f_all_bytes, f_sum[63:32]} == f_bytes);
        cover (f_frames == 3);
    end

    // In step with the registers.
    wire [3:1] f_asked = {address_d3_q == f_slot, address_d2_q == f_slot, address_d1_q == f_slot};
    always @(*) if (f_started) begin
        assert (!f_known || f_clearing == 0 || f_none);
        assert (f_known || f_counting == 0);
        assert (f_counting == (counts_q & f_asked) && f_clearing == (clears_q & f_asked) && (f_clearing & (f_clearing - 1)) == 0);
    end
