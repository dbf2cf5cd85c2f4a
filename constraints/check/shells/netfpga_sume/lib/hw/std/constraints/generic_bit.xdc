# Stands in for the settings of the bitstream, and for what the clock generators make.
create_clock -period 5.000 -name clk_200 [get_nets clk_200]
create_clock -period 10.000 -name axi_clk [get_nets axi_clk]
