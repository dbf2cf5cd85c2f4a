    // What `egress` is promised of decisions. Their FIFO is proved of `fifo_`.
    stable #(.W(front__bits)) f_stable (.clk(clk), .rst(rst), .valid(valid), .ready(pop), .payload(front));
    always @(*) if (f_started && !rst) begin
        at_once_when_none_waits: assert (!f_alone || valid);
        cover (valid && !pop && decision_valid);
    end

    // A decision came when there was none.
    reg f_alone = 0;
    always @(posedge clk) f_alone <= decision_valid && !valid && waiting_empty && !rst;
