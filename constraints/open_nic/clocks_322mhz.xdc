# The clocks that the shell gives the box at 322 MHz, for the box by itself: one from each Ethernet port, and the register clock, all asynchronous.
foreach port [get_ports cmac_clk*] {
    create_clock -period 3.103 -name $port $port
}
create_clock -period 8.000 -name axil_aclk [get_ports axil_aclk]
