# Reads what a box instantiates: the emitted distributor, the modules of ../common named in `modules`, and the box itself. The distributor is
# what `just emit` has written, or what the folder in TANDEM_VERILOG holds: of the design in TANDEM_DESIGN, or else of the one with which the box
# holds its line rate. The working folder is a plugin's folder in hw/shells.
proc tandem_read_box {box modules} {
    set root [file normalize [file join [pwd] .. .. ..]]
    source [file join $root hw shells emitted.tcl]
    set verilog [file join $root out verilog]
    if {[info exists ::env(TANDEM_VERILOG)]} { set verilog [file normalize $::env(TANDEM_VERILOG)] }
    set design [expr {$box eq "322mhz" ? "tandem_512x8_shared" : "tandem_512x8"}]
    if {[info exists ::env(TANDEM_DESIGN)]} { set design $::env(TANDEM_DESIGN) }
    set emitted [tandem_emitted [file join $verilog $design] tandem_distributor]
    foreach file $emitted {
        if {![file exists $file]} {
            error "$file is missing\nremedy: just emit   (in $root), or TANDEM_VERILOG=FOLDER"
        }
        read_verilog -quiet $file
    }
    foreach module $modules { read_verilog -quiet -sv [file join $root hw shells common tandem_$module.sv] }
    read_verilog -quiet -sv [file join $root hw shells open_nic box_$box tandem_$box.sv]
}
