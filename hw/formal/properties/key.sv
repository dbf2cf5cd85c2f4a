    // A packet's fields come at different clocks: its tuple five clocks before its key, its addresses four, its rule's answer two.
    localparam TUPLE = 16 + 16 + 8 + 1;
    reg [5*TUPLE-1:0] f_tuples;
    reg [4*128-1:0] f_sources, f_destinations;
    reg [2*3-1:0] f_rules;
    reg [2:0] f_age = 0;
    always @(posedge clk) begin
        f_tuples <= {f_tuples, tuple__source, tuple__destination, tuple__protocol, tuple__ported};
        f_sources <= {f_sources, source};
        f_destinations <= {f_destinations, destination};
        f_rules <= {f_rules, rule_match__key_on_peer, rule_match__source_inside, rule_match__destination_inside};
        f_age <= f_age + (f_age != 5);
    end

    wire [15:0] f_source_port, f_destination_port;
    wire [7:0] f_protocol;
    wire f_ported, f_key_on_peer, f_source_inside, f_destination_inside;
    assign {f_source_port, f_destination_port, f_protocol, f_ported} = f_tuples[5*TUPLE-1 -: TUPLE];
    assign {f_key_on_peer, f_source_inside, f_destination_inside} = f_rules[2*3-1 -: 3];

    // Section 3 of docs/decision.md. An address is the number whose most significant byte comes first.
    function [127:0] f_number(input [127:0] bytes);
        integer i;
        for (i = 0; i < 16; i = i + 1) f_number[127 - 8*i -: 8] = bytes[8*i +: 8];
    endfunction
    wire [127:0] f_source = f_number(f_sources[4*128-1 -: 128]);
    wire [127:0] f_destination = f_number(f_destinations[4*128-1 -: 128]);
    wire [127:0] f_lo = f_source < f_destination ? f_source : f_destination;
    wire [127:0] f_hi = f_source < f_destination ? f_destination : f_source;

    // Questions 7 and 9 to 12, in section 2.
    wire f_pair = !f_ported || f_source_port == f_destination_port;
    wire f_by_peer = f_key_on_peer && f_source_inside != f_destination_inside;
    wire f_source_side = f_by_peer ? !f_source_inside : f_source_port > f_destination_port;
    wire [127:0] f_address = f_pair ? f_lo ^ {f_hi[63:0], f_hi[127:64]} : f_source_side ? f_source : f_destination;
    wire [15:0] f_tail = !f_ported ? f_protocol : f_source_side ? f_source_port : f_destination_port;

    always @(*) if (f_age == 5) begin
        as_the_page_writes_it: assert (key == {f_tail[7:0], f_tail[15:8], f_number(f_address)});
        cover (f_pair && f_ported);
        cover (!f_pair && f_by_peer && f_source_side);
    end
