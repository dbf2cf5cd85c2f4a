# Shared by the builds of all boards. Runs in Vivado, whose older releases have Tcl 8.5, and in constraints/check's stand-in for it.

namespace eval tandem {
    variable root [file dirname [file dirname [file normalize [info script]]]]
}

# Ends the build: prints what is wrong and the remedy.
proc tandem::fail {wrong remedy} {
    puts stderr "bitstream: $wrong"
    puts stderr "bitstream: remedy: $remedy"
    exit 1
}

# The options given as `--name value`, with defaults for the others.
proc tandem::options {defaults arguments} {
    set options $defaults
    set known --[join [dict keys $defaults] {, --}]
    foreach {option value} $arguments {
        set name [string range $option 2 end]
        if {![string match --?* $option] || ![dict exists $defaults $name]} {
            fail "there is no option $option" "the options are $known"
        }
        if {$value eq ""} { fail "$option has no value" "give one: $option VALUE" }
        dict set options $name $value
    }
    return $options
}

# Refuses a value that is not one of `allowed`.
proc tandem::one_of {option value allowed} {
    if {$value ni $allowed} { fail "$option is $value" "give $option as one of: [join $allowed {, }]" }
}

# Refuses a value that is not a whole number from `least` to `most`.
proc tandem::number {option value least most} {
    if {![string is integer -strict $value] || $value < $least || $value > $most} {
        fail "$option is $value" "give $option as a whole number from $least to $most"
    }
}

# Refuses an interpreter other than Vivado's.
proc tandem::need_vivado {} {
    if {[info commands launch_runs] eq ""} {
        fail "this Tcl is not Vivado's: it has no launch_runs" "run it as: just bitstream BOARD --shell FOLDER, with Vivado's settings64.sh sourced"
    }
}

# The absolute path of the user's checkout of a shell. Refuses a folder without one of `files`, so that no build starts in another folder.
proc tandem::checkout {folder name url files} {
    if {$folder eq ""} { fail "no checkout of $name is named" "git clone $url, then give its folder: --shell FOLDER" }
    set folder [file normalize $folder]
    if {![file isdirectory $folder]} { fail "there is no folder $folder" "git clone $url $folder" }
    foreach file $files {
        if {![file exists [file join $folder $file]]} {
            fail "$folder is not a checkout of $name that this build supports: it has no $file" "name a checkout of $url"
        }
    }
    return $folder
}

source [file join $tandem::root hw shells emitted.tcl]

# The emitted Verilog files of a design's `top`. Also passes their folder to the scripts of hw/shells, as TANDEM_VERILOG.
proc tandem::verilog {design top} {
    variable root
    if {![info exists ::env(TANDEM_VERILOG)]} { set ::env(TANDEM_VERILOG) [file join $root out verilog] }
    set ::env(TANDEM_VERILOG) [file normalize $::env(TANDEM_VERILOG)]
    set folder [file join $::env(TANDEM_VERILOG) $design]
    set files [tandem_emitted $folder $top]
    foreach file $files {
        if {![file exists $file]} { fail "there is no emitted Verilog in $folder: [file tail $file] is missing" "just emit" }
    }
    return $files
}

# The folder for a build's results, created if missing.
proc tandem::results {name} {
    variable root
    set folder [file join $root out bitstream $name]
    file mkdir $folder
    return $folder
}

# Runs one of the shell's scripts with its own arguments, as Vivado would: in the script's folder, unless another is named.
proc tandem::run_script {script arguments {folder ""}} {
    set here [pwd]
    set ::argv $arguments
    set ::argc [llength $arguments]
    cd [expr {$folder eq "" ? [file dirname $script] : $folder}]
    if {[catch {uplevel #0 [list source $script]}]} {
        puts stderr $::errorInfo
        fail "$script has failed" "see the lines above"
    }
    cd $here
}

# Reads one of this repository's constraint files into the open project. These files are Tcl, not plain XDC, so Vivado runs them and does not
# write them back. They name cells of the synthesised design and clocks of the shell, so they apply to the implementation only, and after the
# shell's own.
proc tandem::constrain {file} {
    read_xdc -unmanaged $file
    set_property used_in_synthesis false [get_files $file]
    set_property processing_order LATE [get_files $file]
}

# Runs the open project up to the bitstream, and copies that and the reports to `results`.
proc tandem::implement {results name jobs} {
    launch_runs synth_1 -jobs $jobs
    wait_on_run synth_1
    finished synth_1
    launch_runs impl_1 -to_step write_bitstream -jobs $jobs
    wait_on_run impl_1
    finished impl_1
    open_run impl_1
    reports $results
    set bitstream [glob -nocomplain -directory [get_property DIRECTORY [get_runs impl_1]] *.bit]
    if {[llength $bitstream] != 1} { fail "impl_1 has written no bitstream" "see the end of its runme.log" }
    file copy -force [lindex $bitstream 0] [file join $results $name.bit]
    meets_timing [slack max] [slack min] $results
    puts "bitstream: [file join $results $name.bit]"
}

# Refuses a run that has not finished.
proc tandem::finished {run} {
    if {[get_property PROGRESS [get_runs $run]] ne "100%"} {
        set log [file join [get_property DIRECTORY [get_runs $run]] runme.log]
        fail "$run has ended as: [get_property STATUS [get_runs $run]]" "see $log"
    }
}

# The worst slack of the open design, for setup (max) or hold (min).
proc tandem::slack {delay} {
    return [get_property SLACK [get_timing_paths -delay_type $delay -max_paths 1]]
}

# Writes the reports on the open design.
proc tandem::reports {results} {
    report_timing_summary -file [file join $results timing.txt]
    report_bus_skew -file [file join $results bus_skew.txt]
    report_cdc -details -file [file join $results cdc.txt]
    report_utilization -hierarchical -file [file join $results utilization.txt]
}

# Refuses a design with a negative slack.
proc tandem::meets_timing {setup hold results} {
    if {$setup < 0 || $hold < 0} {
        fail "timing is not met: the worst slack is $setup ns for setup, $hold ns for hold" \
            "see [file join $results timing.txt]; try another strategy, or another seed of placement"
    }
}
