# Builds a core as the output port lookup of a NetFPGA. This repository has no NetFPGA project: the user's own reference_switch_lite is
# built, from a copy of its script that names our lookup.

source [file join [file dirname [file normalize [info script]]] tandem.tcl]

# Where a NetFPGA's checkout holds its parts, and the replacements in its reference project's script. Each replaced text must be there, or this
# is a release that the build does not support.
#   shell, url, project, library, cores, design   names and folders; `design` is the folder of the emitted Verilog
#   before                                        the command that its Makefile runs before the script
#   changes                                       regular expressions and their replacements
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

# Builds for a kind of NetFPGA, with these options in `arguments`:
#   --shell FOLDER   the user's checkout
#   --board BOARD    the Alveo, one that NetFPGA-PLUS supports; NetFPGA-SUME is a board itself
#   --until STEP     project: stops when Vivado's project is complete. bitstream: the whole build
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
    set verilog [verilog $design tandem_core]
    set results [results ${kind}_[dict get $options board]]

    # The variables that the checkout's tools/settings.sh sets for its scripts.
    set ::env($folder) $checkout
    set ::env(NF_PROJECT_NAME) $name
    set ::env(NF_DESIGN_DIR) [file join $checkout $project tandem]
    set ::env(BOARD_NAME) [dict get $options board]
    set ::env(DEVICE) [dict get $boards [dict get $options board]]
    if {$kind eq "netfpga_plus"} {
        # Releases since January 2024 look for boards in this variable's folders only.
        if {[info exists ::env(BOARD_FILE_PATH)]} {
            set_param board.repoPaths $::env(BOARD_FILE_PATH)
        } else {
            set ::env(BOARD_FILE_PATH) [get_param board.repoPaths]
        }
        set ::env(BOARD) [lindex [get_board_parts -quiet -latest_file_version *:[dict get $options board]:*] 0]
        if {$::env(BOARD) eq ""} { fail "Vivado knows no board [dict get $options board]" "install its board files, or name their folder in BOARD_FILE_PATH" }
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

# Copies our core into the checkout's library, with the Verilog that it needs. Replaces the copy of an earlier build.
proc tandem::netfpga_core {kind verilog cores} {
    variable root
    set ours [glob -directory [file join $root hw shells $kind] hw/lib/contrib/tandem_*]
    set core [file join $cores [file tail $ours]]
    file delete -force $core
    file mkdir $cores
    file copy $ours $core
    foreach file $verilog { file copy $file [file join $core hdl] }
    foreach file [glob [file join $root hw shells common *.sv]] { file copy $file [file join $core hdl] }
    return $core
}

# Makes the project `tandem` next to the reference project: a copy with our lookup. Its script is split into make.tcl and implement.tcl where
# it launches the first run, so that constraints can be added in between.
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
        if {[regsub -all $pattern $text $into text] == 0} { fail "$script is not the one that this build supports: it has no match for $pattern" $remedy }
    }
    set cut [string first "\nlaunch_runs " $text]
    if {$cut < 0} { fail "$script is not the one that this build supports: it launches no runs" $remedy }
    # The script's last line would end Vivado, which has yet to write the reports.
    regsub -line -all {^exit\s*$} $text "" text
    foreach {part from to} [list make 0 $cut implement $cut end] {
        set file [open [file join $project hw tcl $part.tcl] w]
        puts $file [string range $text $from $to]
        close $file
    }
    return $project
}

# Adds a constraint file to the set that the open project is implemented with, which is not its default set.
proc tandem::constrain_set {file} {
    add_files -fileset [get_property CONSTRSET [get_runs impl_1]] -norecurse $file
    set_property file_type TCL [get_files $file]
    set_property used_in_synthesis false [get_files $file]
    set_property processing_order LATE [get_files $file]
}
