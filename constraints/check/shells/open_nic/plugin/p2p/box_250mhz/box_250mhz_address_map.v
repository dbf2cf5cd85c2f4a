module box_250mhz_address_map (input wire aclk);
endmodule
