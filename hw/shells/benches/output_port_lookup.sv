// NetFPGA's lookup slot between input arbiter and output queues (sim/tops/lookup.sv, which checks the host's frames and the slot's `tuser`):
// bridged frames pass whole and in order with the right port, with stalls and resets. Ends with "passed", or with what is wrong.
module output_port_lookup;
    timeunit 1ps;
    timeprecision 1ps;
    localparam int BYTES = `DATA_W / 8;

    int seed;
    bit clk = 0, clk_axil = 0, rst = 1;
    always #2ns clk = !clk;
    initial #333 forever #3100 clk_axil = !clk_axil;

    logic [`DATA_W-1:0] s_data;
    logic [BYTES-1:0] s_keep;
    logic s_last, s_valid = 0, m_ready = 0, arvalid = 0;
    wire [`DATA_W-1:0] m_data;
    wire [BYTES-1:0] m_keep;
    wire m_last, m_valid, s_ready, arready, rvalid;
    wire [47:0] m_user;
    wire [31:0] rdata;
    wire [1:0] rresp;
    logic [23:0] s_user;
    lookup dut (
        .clk(clk), .clk_axil(clk_axil), .rst(rst),
        .s_axis_tdata(s_data), .s_axis_tkeep(s_keep), .s_axis_tlast(s_last), .s_axis_tvalid(s_valid), .s_axis_tready(s_ready),
        .s_axis_tuser(s_user), .m_axis_tdata(m_data), .m_axis_tkeep(m_keep), .m_axis_tlast(m_last), .m_axis_tvalid(m_valid),
        .m_axis_tready(m_ready), .m_axis_tuser(m_user),
        .s_axil_awaddr('0), .s_axil_awvalid(1'b0), .s_axil_wdata('0), .s_axil_wstrb('0), .s_axil_wvalid(1'b0), .s_axil_bready(1'b1),
        .s_axil_araddr(12'd0), .s_axil_arvalid(arvalid), .s_axil_arready(arready), .s_axil_rdata(rdata), .s_axil_rresp(rresp),
        .s_axil_rvalid(rvalid), .s_axil_rready(1'b1)
    );

    function automatic [7:0] content(input int number, input int at);
        return 8'(at * 7 + number * 13);
    endfunction
    function automatic int size(input int number);
        return 60 + number * 211 % 1459;
    endfunction
    bit stop = 1, taken = 0;
    int number = 0, at = 0, offers = 100, takes = 100, first = 0, due = 0, place = 0, total = 0, hosts = 0;
    always @(posedge clk) taken <= s_valid && s_ready;
    always @(negedge clk) begin
        if (taken) begin
            at += BYTES;
            if (at >= size(number)) begin
                at = 0;
                number++;
            end
        end
        if (taken || !s_valid || rst) begin
            if (rst) at = 0;
            s_valid = !rst && (at != 0 || !stop) && int'($urandom_range(99)) < offers;
            s_last = size(number) - at <= BYTES;
            s_keep = size(number) - at >= BYTES ? '1 : ~({BYTES{1'b1}} << (size(number) - at));
            for (int b = 0; b < BYTES; b++) s_data[8*b +: 8] = content(number, at + b);
            s_user = at == 0 ? {16'(size(number)), 7'd0, number[0]} : '1;
            // The source stays with every beat of the frame, as from NetFPGA's arbiter.
            s_user[0] = number[0];
        end
        m_ready = int'($urandom_range(99)) < takes;
    end
    always @(posedge clk) if (m_valid && m_ready && !rst) begin
        if (m_user[47:32] != 16'(size(due))) $fatal(1, "wrong: frame %0d of %0d bytes is announced with %0d", due, size(due), m_user[47:32]);
        if (m_user[0] != due[0] || m_user[8] == due[0]) $fatal(1, "wrong: frame %0d came by %h and leaves by %h", due, m_user[7:0], m_user[15:8]);
        for (int b = 0; b < BYTES; b++)
            if (m_keep[b] != (place + b < size(due)) || (m_keep[b] && m_data[8*b +: 8] != content(due, place + b)))
                $fatal(1, "wrong: byte %0d of frame %0d, or a host's frame or the slot's tuser before it", place + b, due);
        place += BYTES;
        if (m_last != (place >= size(due))) $fatal(1, "wrong: frame %0d ends early or late", due);
        if (m_last) begin
            place = 0;
            due++;
            total++;
        end
    end

    initial begin
        if (!$value$plusargs("seed=%d", seed)) seed = 1;
        void'($urandom(seed));
        for (int round = 0; round < 8; round++) begin
            // A reset at any time; a frame that is partly through is dropped.
            rst = 1;
            repeat (20 + $urandom_range(20)) @(negedge clk);
            if (at != 0) $fatal(1, "wrong: the bench");
            due = number;
            place = 0;
            rst = 0;
            repeat (2) begin
                offers = $urandom_range(100, 10);
                takes = $urandom_range(100, 10);
                stop = 0;
                #($urandom_range(20000, 2000) * 1ns);
                @(negedge clk_axil) arvalid = 1;
                do @(posedge clk_axil); while (!arready);
                @(negedge clk_axil) arvalid = 0;
                while (!rvalid) @(posedge clk_axil);
                if (rdata != 32'h544e_444d || rresp != 0) $fatal(1, "wrong: the identity reads %h", rdata);
                stop = 1;
                takes = 100;
                offers = 100;
                #10us;
                if (due != number) $fatal(1, "wrong: %0d frames went in, %0d came out", number, due);
            end
            hosts += 32'(dut.got);
            if (dut.got != dut.sent || dut.broken) $fatal(1, "wrong: %0d of the host's frames went in, %0d came out", dut.sent, dut.got);
            stop = 0;
            #($urandom_range(3000) * 1ns);
        end
        if (total == 0 || hosts == 0) $fatal(1, "wrong: nothing was tried");
        $display("passed: %0d frames through, and %0d of the host's", total, hosts);
        $finish;
    end
endmodule
