# Stands in for what the shell's cores and constraints make: its clocks, and delays between two of them.
create_clock -period 4.000 -name axis_aclk [get_nets axis_aclk]
create_clock -period 8.000 -name axil_aclk [get_nets axil_aclk]
foreach net [get_nets cmac_clk*] {
    create_clock -period 3.103 -name $net $net
    set_max_delay -datapath_only -from [get_clocks axis_aclk] -to [get_clocks $net] 4.000
    set_max_delay -datapath_only -from [get_clocks $net] -to [get_clocks axis_aclk] 3.103
}
