read_verilog -quiet -sv p2p_250mhz.sv
