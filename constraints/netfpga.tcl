# Builds the distributor as the output port lookup of a NetFPGA. There is no project of ours: the user's own reference_switch_lite is
# built, from a copy of its script in which another lookup is named.

source [file join [file dirname [file normalize [info script]]] tandem.tcl]

# Where a NetFPGA's checkout has what, and what makes its reference project ours: texts of its script and what takes their place. Each
# has to be there, else this is a release that we do not know.
#   shell, url, project, library, cores, design   names and folders, the last one that of the emitted Verilog
#   before                                        what its Makefile runs before the script
#   changes                                       regular expressions and what they become
set tandem::netfpgas [dict create netfpga_plus {
    shell NetFPGA-PLUS url https://github.com/NetFPGA/NetFPGA-PLUS folder NFPLUS_FOLDER project hw/projects library hw/lib
    cores hw/lib/contrib packed hw/lib/std/input_arbiter_v1_0_0/component.xml design tandem_512x8
    bitstream bitfiles/*.bit before {}
    changes {
        {switch_lite_output_port_lookup} {tandem_output_port_lookup}
        {(set datapath_width_bit\s+)\d+} {\1512}
        {(set datapath_freq_mhz\s+)\d+} {\1250}
        {[^\n]*C_LUT_DEPTH_BITS[^\n]*\n} {}
    }
} netfpga_sume {
    shell NetFPGA-SUME-live url https://github.com/NetFPGA/NetFPGA-SUME-live folder SUME_FOLDER project projects library lib/hw
    cores lib/hw/contrib/cores packed lib/hw/std/cores/input_arbiter_v1_0_0/component.xml design tandem_256x4
    bitstream hw/project/*.runs/impl_1/*.bit before {make identifier}
    changes {
        {switch_lite_output_port_lookup} {tandem_output_port_lookup}
    }
}]

# Builds for a kind of NetFPGA, as `arguments` ask:
#   --shell FOLDER   the user's checkout
#   --board BOARD    which Alveo, of those that NetFPGA-PLUS knows; NetFPGA-SUME is a board itself
#   --until STEP     project: Vivado's project with all in it. bitstream: all of it
proc tandem::netfpga {kind boards arguments} {
    variable root
    variable netfpgas
    dict with netfpgas $kind {}
    set options [options [list shell "" board [lindex [dict keys $boards] 0] until bitstream] $arguments]
    one_of --board [dict get $options board] [dict keys $boards]
    one_of --until [dict get $options until] {project bitstream}
    need_vivado
    set name reference_switch_lite
    set checkout [checkout [dict get $options shell] $shell $url [list $library [file join $project $name hw tcl $name.tcl]]]
    if {![file exists [file join $checkout $packed]]} {
        fail "the cores of $checkout are not packed yet: there is no $packed" "source its tools/settings.sh, then: make -C $checkout"
    }
    set verilog [verilog $design]
    set results [results ${kind}_[dict get $options board]]

    # What the checkout's tools/settings.sh would tell its scripts.
    set ::env($folder) $checkout
    set ::env(NF_PROJECT_NAME) $name
    set ::env(NF_DESIGN_DIR) [file join $checkout $project tandem]
    set ::env(BOARD_NAME) [dict get $options board]
    set ::env(DEVICE) [dict get $boards [dict get $options board]]
    if {$kind eq "netfpga_plus"} {
        set ::env(BOARD) [lindex [get_board_parts -quiet -latest_file_version *:[dict get $options board]:*] 0]
        if {$::env(BOARD) eq ""} { fail "Vivado knows no board [dict get $options board]" "install its board files" }
    } else {
        set ::env(CONSTRAINTS) [file join $checkout $library std constraints]
        if {![info exists ::env(XILINX_PATH)]} { set ::env(XILINX_PATH) [expr {[info exists ::env(XILINX_VIVADO)] ? $::env(XILINX_VIVADO) : ""}] }
    }

    set core [netfpga_core $kind $verilog [file join $checkout $cores]]
    run_script [file join $core tandem_output_port_lookup.tcl] {} $core
    set copy [netfpga_project $checkout $project $name $changes]
    set folder [file join $copy hw]
    if {$before ne "" && [catch {exec {*}$before -C $folder 2>@1} said]} { fail "$before has failed in $folder:\n$said" "see the lines above" }
    run_script [file join $folder tcl make.tcl] {} $folder
    constrain_set [file join $root constraints crossings.xdc]
    if {[dict get $options until] eq "project"} { return }
    run_script [file join $folder tcl implement.tcl] {} $folder
    finished impl_1
    set found [glob -nocomplain -directory $copy $bitstream]
    if {[llength $found] != 1} { fail "the project in $copy has written no bitstream" "see the lines above" }
    file copy -force [lindex $found 0] [file join $results tandem.bit]
    reports $results
    meets_timing [slack max] [slack min] $results
    puts "bitstream: [file join $results tandem.bit]"
}

# Puts our core into the checkout's library, with the Verilog that it needs; what was there of an earlier build is replaced.
proc tandem::netfpga_core {kind verilog cores} {
    variable root
    set ours [glob -directory [file join $root hw shells $kind] hw/lib/contrib/tandem_*]
    set core [file join $cores [file tail $ours]]
    file delete -force $core
    file mkdir $cores
    file copy $ours $core
    file copy [file join $verilog tandem_core.v] [file join $core hdl]
    foreach file [glob [file join $root hw shells common *.sv]] { file copy $file [file join $core hdl] }
    return $core
}

# Makes the project `tandem` beside the reference project: a copy with our lookup. Its script is cut where it begins to launch runs, so that
# constraints can come between: into make.tcl and implement.tcl.
proc tandem::netfpga_project {checkout projects name changes} {
    set project [file join $checkout $projects tandem]
    file delete -force $project
    file copy [file join $checkout $projects $name] $project
    file delete -force [file join $project hw project] [file join $project hw ip_repo] {*}[glob -nocomplain $project/bitfiles/*.bit]
    set script [file join $project hw tcl $name.tcl]
    set file [open $script]
    set text [read $file]
    close $file
    set remedy "name a checkout of the release that docs/netfpga.md names"
    foreach {pattern into} $changes {
        if {[regsub -all $pattern $text $into text] == 0} { fail "$script is not as this build knows it: nothing in it is like $pattern" $remedy }
    }
    set cut [string first "\nlaunch_runs " $text]
    if {$cut < 0} { fail "$script is not as this build knows it: it launches no runs" $remedy }
    # Its last line would end Vivado, which has still to report.
    regsub -line -all {^exit\s*$} $text "" text
    foreach {part from to} [list make 0 $cut implement $cut end] {
        set file [open [file join $project hw tcl $part.tcl] w]
        puts $file [string range $text $from $to]
        close $file
    }
    return $project
}

# Adds constraints of ours to those that the open project implements with, which are not its default ones.
proc tandem::constrain_set {file} {
    add_files -fileset [get_property CONSTRSET [get_runs impl_1]] -norecurse $file
    set_property file_type TCL [get_files $file]
    set_property used_in_synthesis false [get_files $file]
    set_property processing_order LATE [get_files $file]
}
