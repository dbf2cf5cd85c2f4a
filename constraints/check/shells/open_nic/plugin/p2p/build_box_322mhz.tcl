read_verilog -quiet -sv p2p_322mhz.sv
