// HalfSipHash-2-4 with 32 bits of output, of a message of 18 bytes: written from the authors' description, word by word, all in one clock.
// Bytes and words are little-endian: byte 0 is least significant.
module halfsiphash (
    input wire [63:0] secret,
    input wire [143:0] key,
    output reg [31:0] hash
);
    reg [31:0] v0, v1, v2, v3, m;
    integer word, i;

    task sipround;
        begin
            v0 = v0 + v1;
            v1 = {v1[26:0], v1[31:27]};
            v1 = v1 ^ v0;
            v0 = {v0[15:0], v0[31:16]};
            v2 = v2 + v3;
            v3 = {v3[23:0], v3[31:24]};
            v3 = v3 ^ v2;
            v0 = v0 + v3;
            v3 = {v3[24:0], v3[31:25]};
            v3 = v3 ^ v0;
            v2 = v2 + v1;
            v1 = {v1[18:0], v1[31:19]};
            v1 = v1 ^ v2;
            v2 = {v2[15:0], v2[31:16]};
        end
    endtask

    always @(*) begin
        v0 = secret[31:0];
        v1 = secret[63:32];
        v2 = secret[31:0] ^ 32'h6c796765;
        v3 = secret[63:32] ^ 32'h74656462;
        // The last word holds what is left of the message, and its length in the highest byte.
        for (word = 0; word < 5; word = word + 1) begin
            m = word < 4 ? key[32 * word +: 32] : {8'd18, 8'd0, key[143:128]};
            v3 = v3 ^ m;
            for (i = 0; i < 2; i = i + 1) sipround;
            v0 = v0 ^ m;
        end
        v2 = v2 ^ 32'hff;
        for (i = 0; i < 4; i = i + 1) sipround;
        hash = v1 ^ v3;
    end
endmodule
