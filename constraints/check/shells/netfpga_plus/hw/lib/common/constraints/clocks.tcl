# Stands in for what the clock generator makes.
create_clock -period 4.000 -name core_clk [get_nets core_clk]
