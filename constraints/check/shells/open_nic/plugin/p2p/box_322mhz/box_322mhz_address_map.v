module box_322mhz_address_map (input wire aclk);
endmodule
