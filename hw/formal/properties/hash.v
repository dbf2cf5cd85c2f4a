// The pipeline with a key that comes at once: it wants bytes 0 to 3 first, and the whole key two clocks later.
module at_once (
    input wire [63:0] secret,
    input wire [143:0] key,
    output wire [31:0] hash,
    input wire clk
);
    reg [143:0] later, latest;
    always @(posedge clk) begin
        later <= key;
        latest <= later;
    end
    tandem_hash pipeline (.secret(secret), .first_word(key[31:0]), .key(latest), .hash(hash), .clk(clk));
endmodule
