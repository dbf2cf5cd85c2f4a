    // Of each frame the first beats, in their turns: what `ingress` sends. No more come when `room` was low two clocks before.
    localparam F = fresh_data__bits;
    localparam BEATS = window__bits / F;
    reg [3:0] f_index = 0;
    reg [1:0] f_room = 0;
    always @(posedge clk) begin
        if (fresh_valid) f_index <= fresh_last ? 0 : f_index == BEATS ? BEATS : f_index + 1;
        f_room <= {f_room[0], room};
        if (rst) {f_index, f_room} <= 0;
    end
    always @(*) if (!rst) assume (fresh_turn == 1 << f_index && !(fresh_valid && !f_room[1]) && !(pop && !valid));
    // The beat that is measured is the one before.
    reg f_last, f_valid = 0;
    always @(posedge clk) {f_valid, f_last} <= {fresh_valid && !rst, fresh_last};
    always @(*) if (f_valid) assume (beat__last == f_last);

    // A window comes once for each frame: with its last beat in the window. Its first beat, what stands in that, and the frame's length are followed.
    wire f_came = fresh_valid && (f_index == BEATS - 1 || (fresh_last && f_index < BEATS));
    reg [F-1:0] f_open;
    always @(posedge clk) if (f_index == 0) f_open <= fresh_data;
    wire [F-1:0] f_first = f_index == 0 ? fresh_data : f_open;
    wire f_followed, f_told, f_chosen;
    wire [5:0] f_ahead, f_inside;
    wire [7:0] f_waited;
    wire [$clog2(F)-1:0] f_which;
    follow #(.W(F), .N(6), .LATENCY(0)) f_follow (
        .clk(clk), .rst(rst), .came(f_came), .in(f_first), .valid(valid), .left(pop), .out(window[F-1:0]),
        .followed(f_followed), .ahead(f_ahead), .inside(f_inside), .waited(f_waited), .which(f_which), .told(f_told), .chosen(f_chosen));

    // It lies in one place of each memory, any.
    (* anyconst *) wire [4:0] f_slot;
    wire [4:0] f_beat_slot = f_slot; // > beats_0.f_slot
    wire [4:0] f_last_slot = f_slot; // > beats_1.f_slot
    wire [4:0] f_length_slot = f_slot; // > lengths.f_slot
    wire [4:0] f_types_slot = f_slot; // > types_held.f_slot
    wire [F-1:0] f_stored; // = beats_0.store
    wire [7:0] f_length; // = lengths.store
    always @(*) if (f_chosen) assume (head_q == f_slot);

    // Its length comes a clock after it.
    reg f_measuring = 0, f_shown = 0;
    reg [7:0] f_measured;
    wire [15:0] f_all = offset + beat__bytes;
    always @(posedge clk) begin
        f_measuring <= f_chosen && !rst;
        if (f_measuring) f_measured <= beat__last ? f_all[7:0] : 129;
        f_shown <= f_followed && f_ahead == 0 && valid && !rst;
    end
    reg f_completed = 0;
    reg [4:0] f_completed_at;
    always @(posedge clk) begin
        f_completed <= f_came && !rst;
        f_completed_at <= head_q;
    end

    always @(*) if (f_started && !rst) begin
        a_window_of_each_frame: assert (completes == f_came);
        has_room_for_what_comes: assert (f_inside <= 26);
        measured_when_it_was_shown: assert (!f_shown || bytes == f_measured);
        cover (f_followed && f_ahead == 2 && pop);
        cover (!room && f_came);
    end
    // In step with the registers.
    always @(*) if (f_started && !rst) begin
        assert (f_inside == fill_count_q && valid == (f_inside != 0) && head_q - tail_q == fill_count_q);
        assert (!(f_room[0] && f_inside > 24) && !(f_room[1] && f_inside > 25));
        assert (f_index <= BEATS && f_waited == 0);
        assert (f_index == 0 || f_index == BEATS || head_q != f_slot || f_stored == f_open);
        assert (completes_d1_q == f_completed && (!f_completed || head_d1_q == f_completed_at && f_valid));
        if (f_followed) begin
            assert (f_ahead < f_inside && tail_q + f_ahead[4:0] == f_slot && f_stored[f_which] == f_told);
            assert (f_measuring || f_length == f_measured);
        end
        assert (!f_measuring || (f_followed && f_completed && f_completed_at == f_slot));
        assert (!(f_followed && f_completed && f_completed_at == f_slot) || f_measuring);
        if (f_shown) assert (tail_d1_q == f_slot && f_length == f_measured);
    end
