# The clocks that the shell gives the box at 250 MHz, for the box by itself. The shell derives one from the other, so they are in phase.
create_clock -period 4.000 -name axis_aclk [get_ports axis_aclk]
create_clock -period 8.000 -name axil_aclk [get_ports axil_aclk]
