# Builds the distributor as a user plugin of OpenNIC's shell. The build.tcl of each Alveo calls `tandem::open_nic`.

source [file join [file dirname [file normalize [info script]]] tandem.tcl]

# Builds for a board with `ports` Ethernet ports and a `placement` file of the folder open_nic, or none, with these options in `arguments`:
#   --shell FOLDER      the user's checkout of open-nic-shell
#   --box 250|322       the box that holds the distributor; the other passes everything through
#   --sides 1|2         decision sides: one that both ports share, or one for each port. At 322 MHz one is enough, and there are no two
#   --until STEP        project: stops when Vivado's project is complete. box: the box placed and routed by itself, without the shell.
#                       bitstream: the whole build
#   --jobs N            the number of Vivado's jobs that run at once
#   --max-frame BYTES   the longest frame that the shell accepts
proc tandem::open_nic {board ports placement arguments} {
    variable root
    set options [options {shell "" box 250 sides "" until bitstream jobs 8 max-frame 1518} $arguments]
    dict with options {}
    one_of --box $box {250 322}
    if {$sides eq ""} { set sides [expr {$box eq 322 ? 1 : 2}] }
    one_of --sides $sides [expr {$box eq 322 ? {1} : {1 2}}]
    one_of --until $until {project box bitstream}
    number --jobs $jobs 1 32
    number --max-frame ${max-frame} 256 9600
    need_vivado
    set shell [checkout $shell "OpenNIC's shell" https://github.com/Xilinx/open-nic-shell [list script/build.tcl plugin/p2p \
        script/board_settings/$board.tcl src/open_nic_shell.sv]]
    set ::env(TANDEM_DESIGN) [expr {$sides eq 1 ? "tandem_512x8_shared" : "tandem_512x8"}]
    verilog $::env(TANDEM_DESIGN) tandem_distributor
    set name ${board}_$box
    set results [results $name]
    set constraints [file join $root constraints]
    if {$until eq "box"} {
        open_nic_box $shell $board $ports $box $results
        return
    }

    # -rebuild: otherwise the shell's script asks what to do with an earlier build.
    run_script [file join $shell script build.tcl] [list -board $board -tag tandem_$box -rebuild 1 -jobs $jobs -impl 0 \
        -user_plugin [open_nic_plugin $box $results] -num_cmac_port $ports -num_phys_func $ports -max_pkt_len ${max-frame}]
    if {[catch {current_project} project] || $project ne "open_nic_shell"} {
        fail "the shell's script has left no project open" "see above; the folder of an earlier build may be in the way: [file join $shell build ${board}_tandem_$box]"
    }
    # In the other box the register clock is in phase with the data clock: paths between them are timed as any others.
    if {$box eq 322} { constrain [file join $constraints crossings.xdc] }
    if {$placement ne ""} { constrain [file join $constraints open_nic $placement] }
    if {$until eq "bitstream"} { implement $results $name $jobs }
}

# Makes the folder of a plugin with the distributor in one box only: the shell uses its own for a box that the plugin lacks.
proc tandem::open_nic_plugin {box results} {
    variable root
    set ours [file join $root hw shells open_nic]
    set plugin [file join $results plugin]
    file delete -force $plugin
    file mkdir $plugin
    file link -symbolic [file join $plugin box_${box}mhz] [file join $ours box_${box}mhz]
    set script [open [file join $plugin build_box_${box}mhz.tcl] w]
    puts $script "cd [list $ours]\nsource build_box_${box}mhz.tcl"
    close $script
    return $plugin
}

# Places and routes the box by itself on the board's part: its timing without the shell around it, in a fraction of the time. Paths from
# and to the box's ports are not timed.
proc tandem::open_nic_box {shell board ports box results} {
    variable root
    namespace eval board [list source [file join $shell script board_settings $board.tcl]]
    create_project -in_memory -part $board::part
    run_script [file join [open_nic_plugin $box $results] build_box_${box}mhz.tcl] {}
    read_xdc -mode out_of_context [file join $root constraints open_nic clocks_${box}mhz.xdc]
    if {$box eq 322} { constrain [file join $root constraints crossings.xdc] }
    set generics [list -generic NUM_CMAC_PORT=$ports]
    if {$box eq 250} { lappend generics -generic NUM_PHYS_FUNC=$ports }
    synth_design -top tandem_${box}mhz -part $board::part -mode out_of_context {*}$generics
    opt_design
    place_design
    phys_opt_design
    route_design
    write_checkpoint -force [file join $results box.dcp]
    reports $results
    meets_timing [slack max] [slack min] $results
    puts "bitstream: the box alone meets timing; see [file join $results timing.txt]"
}
