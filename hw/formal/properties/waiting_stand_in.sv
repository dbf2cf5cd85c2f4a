    // Stands for the FIFO of decisions: words leave in the order in which they came, each some clocks after; of one, any one bit is remembered, chosen by
    // the checker that follows it, and all else reads as anything.
    wire [$clog2(front__bits)-1:0] f_which;
    wire f_chosen;
    reg [8:0] f_inside = 0, f_ahead = 0;
    reg f_told;
    (* anyseq *) wire f_shows, f_late;
    (* anyseq *) wire [front__bits-1:0] f_anything;
    reg f_popped = 0;
    reg [front__bits-1:0] f_front;
    always @(posedge clk) begin
        f_inside <= f_inside + push - pop;
        if (pop) f_ahead <= f_ahead - 1;
        if (f_chosen) begin
            f_ahead <= f_inside - pop;
            f_told <= data[f_which];
        end
        f_popped <= pop;
        if (rst) {f_inside, f_ahead, f_popped} <= 0;
    end
    assign valid = f_inside != 0 && f_shows;
    assign empty = f_inside == 0 && !(f_popped && f_late);
    always @(*) begin
        f_front = f_anything;
        if (f_ahead == 0) f_front[f_which] = f_told;
    end
    assign front = f_front;
    assign word = f_anything;
    assign front_mark = f_late;
    assign count = f_inside;
