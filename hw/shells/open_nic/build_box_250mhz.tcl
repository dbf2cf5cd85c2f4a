# The shell runs this in the plugin's folder: reads what box_250mhz instantiates. The distributor is what `just emit` has written, or what the
# folder in TANDEM_VERILOG holds.
set tandem_root [file normalize [file join [pwd] .. .. ..]]
set tandem_verilog [file join $tandem_root out verilog]
if {[info exists ::env(TANDEM_VERILOG)]} { set tandem_verilog [file normalize $::env(TANDEM_VERILOG)] }
set tandem_distributor [file join $tandem_verilog tandem_512x8 tandem_distributor.v]
if {![file exists $tandem_distributor]} {
    error "$tandem_distributor is missing\nremedy: just emit   (in $tandem_root), or TANDEM_VERILOG=FOLDER"
}
read_verilog -quiet $tandem_distributor
foreach tandem_module {
    crossing reset frame_start merge axil_front axil_back
} {
    read_verilog -quiet -sv [file join $tandem_root hw shells common tandem_$tandem_module.sv]
}
read_verilog -quiet -sv [file join $tandem_root hw shells open_nic box_250mhz tandem_250mhz.sv]
