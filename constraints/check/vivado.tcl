# Stands in for Vivado: runs a script as `vivado -mode batch -source SCRIPT -tclargs ARGUMENT...` does, implements the commands that our
# scripts and constraints use, and records them. Any other command or option is an error, and so is a name without an object: of a file, a
# port, a cell or a clock. Where Vivado would synthesise, the design is elaborated from the files that were read, and each constraint is run
# against the elaborated design.
#
# TANDEM_ELABORATE is the command that elaborates, TANDEM_RECORD the file to which every command is appended, a Tcl list each. Two variables
# set the result of a run: TANDEM_PROGRESS its progress, TANDEM_SLACK its slack.

package require Tcl 8.6

proc refuse {message} {
    return -level 2 -code error $message
}

proc record {arguments} {
    set file [open $::env(TANDEM_RECORD) a]
    puts $file $arguments
    close $file
}

proc environment {name default} {
    return [expr {[info exists ::env($name)] ? $::env($name) : $default}]
}

# Parses a command's options: `flags` stand alone, `valued` have a value. They go to the caller's variable `options`, the other arguments to
# `rest`.
proc parse {command flags valued arguments} {
    upvar options options rest rest
    set options {}
    set rest {}
    for {set i 0} {$i < [llength $arguments]} {incr i} {
        set argument [lindex $arguments $i]
        if {$argument in $flags} {
            dict set options $argument 1
        } elseif {$argument in $valued} {
            incr i
            if {$i >= [llength $arguments]} { refuse "$command: $argument has no value" }
            dict lappend options $argument [lindex $arguments $i]
        } elseif {[regexp {^-[a-z_]} $argument]} {
            refuse "$command: unknown option $argument"
        } else {
            lappend rest $argument
        }
    }
    record [list $command {*}$arguments]
}

proc option {name {default ""}} {
    upvar options options
    return [expr {[dict exists $options $name] ? [lindex [dict get $options $name] end] : $default}]
}

# ---- Projects and files

set project ""
set stage none
array set files {}
set order {}

proc need_project {} {
    if {$::project eq ""} { return -level 2 -code error "no project is open" }
}

proc create_project {args} {
    parse create_project {-force -ip -in_memory} {-part -name -dir} $args
    if {[option -part] eq ""} { refuse "create_project: no -part" }
    set ::project [option -name [lindex $rest 0]]
    set ::project_folder [file normalize [option -dir [lindex $rest end]]]
    if {[dict exists $options -in_memory]} { set ::project in_memory }
    array unset ::files
    set ::order {}
    set ::stage open
    set ::properties [dict create generic {} verilog_define {} include_dirs {} top {}]
    return $::project
}

proc open_project {args} {
    parse open_project {-quiet} {} $args
    set ::project [file rootname [file tail [lindex $rest 0]]]
}

proc close_project {args} {
    need_project
    record close_project
    set ::project ""
}

proc current_project {args} {
    need_project
    return $::project
}

proc current_fileset {args} {
    need_project
    return sources_1
}

# Where Vivado's own store of boards would be.
array set parameters {board.repoPaths /vivado/boards}

proc set_param {name value} {
    record [list set_param $name $value]
    set ::parameters($name) $value
}

proc get_param {name} {
    if {![info exists ::parameters($name)]} { refuse "get_param: no parameter is called $name" }
    return $::parameters($name)
}

# Adds files of a kind to the project.
proc take {kind options names} {
    need_project
    foreach name $names {
        set name [file normalize $name]
        if {![file isfile $name]} { return -level 2 -code error "file does not exist: $name" }
        set ::files($name) [dict create kind $kind used_in_synthesis true {*}$options]
        if {$name ni $::order} { lappend ::order $name }
    }
}

proc read_verilog {args} {
    parse read_verilog {-quiet -sv} {-library} $args
    take [expr {[dict exists $options -sv] ? "sv" : "v"}] {} [concat {*}$rest]
}

proc read_vhdl {args} {
    parse read_vhdl {-quiet} {} $args
    take vhdl {} [concat {*}$rest]
}

proc read_xdc {args} {
    parse read_xdc {-unmanaged -quiet} {-mode -ref -cells} $args
    if {$::stage ni {open}} { refuse "read_xdc: the design is $::stage already" }
    take xdc [list mode [option -mode]] $rest
}

proc add_files {args} {
    parse add_files {-norecurse} {-fileset} $args
    if {[option -fileset] ni $::filesets} { refuse "add_files: no file set is called [option -fileset]" }
    take xdc {mode ""} [concat {*}$rest]
}

# Constraints apply if they are in the set that the runs use; here every set of a project is.
set filesets constrs_1
set constraint_set constrs_1

proc create_fileset {args} {
    parse create_fileset {-constrset -quiet} {} $args
    lappend ::filesets {*}$rest
}

proc get_board_parts {args} {
    parse get_board_parts {-quiet} {-latest_file_version} $args
    return [environment TANDEM_BOARD_PART xilinx.com:[string trim [option -latest_file_version] *:]:part0:1.0]
}

proc read_ip {args} {
    parse read_ip {-quiet} {} $args
    need_project
}

proc get_files {args} {
    parse get_files {-quiet} {} $args
    need_project
    set found {}
    foreach name [concat {*}$rest] {
        set matches [lsearch -all -inline $::order *[literal [file tail $name]]]
        if {$matches eq "" && ![string match *.xci $name]} { refuse "get_files: the project has no file $name" }
        lappend found {*}[expr {$matches eq "" ? $name : [file normalize $name]}]
    }
    return $found
}

proc get_filesets {args} { return [lindex $args end] }

# ---- Cores made by script, and cores packed from sources

set cores {}
array set packed {}

proc create_ip {args} {
    parse create_ip {} {-name -vendor -library -version -module_name -dir} $args
    set module [option -module_name]
    if {$module eq ""} { refuse "create_ip: no -module_name" }
    lappend ::cores $module
    if {[option -vendor] eq "NetFPGA"} {
        set name [option -name]
        if {![info exists ::packed($name)]} { refuse "create_ip: no packed core is called $name" }
        foreach file $::packed($name) { take [string range [file extension $file] 1 end] {} [list $file] }
        # The core under its name in the project; CONFIG sets its parameters.
        set ::core_of($module) [file normalize $module.v]
        set from [open [lsearch -inline $::packed($name) */$name.v]]
        set to [open $::core_of($module) w]
        puts $to [regsub "module $name\\M" [read $from] "module $module"]
        close $from
        close $to
        take v {} [list $::core_of($module)]
    }
}

# Sets a parameter of a core made from sources.
proc configure {module name value} {
    if {![info exists ::core_of($module)]} { return }
    set file [open $::core_of($module)]
    set text [read $file]
    close $file
    if {![regsub "(parameter $name\\s*=\\s*)\[^,\n\]+" $text "\\1$value" text]} {
        return -level 2 -code error "$module has no parameter $name"
    }
    set file [open $::core_of($module) w]
    puts -nonewline $file $text
    close $file
}

namespace eval ipx {
    proc package_project {args} {
        need_project
        set ::core [dict create]
    }
    proc current_core {} { return core_1 }
    proc infer_user_parameters {core} {}
    proc get_bus_interfaces {name args} { return $name }
    proc add_bus_parameter {name bus} {}
    proc check_integrity {core} {}
    proc save_core {core} {
        record [list ipx::save_core [dict get $::core name]]
        set ::packed([dict get $::core name]) $::order
    }
}

proc get_ips {args} {
    parse get_ips {-quiet} {} $args
    foreach name $rest {
        if {$name ni $::cores} { refuse "get_ips: no core is called $name" }
    }
    return $rest
}

foreach command {upgrade_ip generate_target create_ip_run reset_target update_ip_catalog update_compile_order} {
    proc $command {args} "need_project; record \[list $command {*}\$args\]"
}

# ---- Properties

set properties {}

proc set_property {args} {
    parse set_property {-quiet} {-name -value -object -objects -dict} $args
    set objects [concat {*}[dict values [dict filter $options script {name value} {expr {$name in {-object -objects}}}]]]
    if {[dict exists $options -dict]} {
        set pairs [lindex [dict get $options -dict] 0]
        lappend objects {*}[concat {*}$rest]
    } elseif {[dict exists $options -name]} {
        set pairs [list [option -name] [option -value]]
    } else {
        if {[llength $rest] < 3} { refuse "set_property: a name, a value and an object are needed" }
        set pairs [lrange $rest 0 1]
        lappend objects {*}[concat {*}[lrange $rest 2 end]]
    }
    if {$objects eq ""} { refuse "set_property: no object" }
    foreach {name value} $pairs {
        foreach object $objects {
            if {[info exists ::files($object)]} {
                dict set ::files($object) [string tolower $name] $value
            } elseif {$object eq "sources_1"} {
                dict set ::properties [string tolower $name] $value
            } elseif {$object eq "core_1"} {
                dict set ::core $name $value
            } elseif {[string tolower $name] eq "constrset"} {
                if {$value ni $::filesets} { refuse "set_property: no file set is called $value" }
                set ::constraint_set $value
            } elseif {[string match CONFIG.* $name]} {
                configure $object [string range $name 7 end] $value
            }
        }
    }
}

proc get_property {args} {
    parse get_property {-min -max -quiet} {} $args
    lassign $rest name object
    if {[llength $object] != 1} { refuse "get_property: one object is needed, not [llength $object]" }
    set object [lindex $object 0]
    switch -- [string toupper $name] {
        PERIOD {
            if {![info exists ::clocks($object)]} { refuse "get_property: $object is no clock" }
            return [lindex $::clocks($object) 0]
        }
        REF_NAME - ORIG_REF_NAME { return $::cells($object) }
        PROGRESS { return [environment TANDEM_PROGRESS 100%] }
        STATUS { return [expr {[environment TANDEM_PROGRESS 100%] eq "100%" ? "Complete!" : "ERROR"}] }
        DIRECTORY { return [file join $::project_folder $::project.runs $object] }
        SLACK { return [environment TANDEM_SLACK 0.031] }
        CONSTRSET { return $::constraint_set }
    }
    if {$object eq "sources_1" && [dict exists $::properties $name]} { return [dict get $::properties $name] }
    refuse "get_property: unknown property $name"
}

# ---- Runs

set steps {}

proc get_runs {args} {
    need_project
    foreach name $args {
        if {$name ni {synth synth_1 impl_1}} { refuse "get_runs: no run is called $name" }
    }
    return $args
}

proc launch_runs {args} {
    parse launch_runs {} {-jobs -to_step} $args
    need_project
    foreach run $rest {
        if {$run eq "impl_1" && "synth_1" ni $::steps && "synth" ni $::steps} { refuse "launch_runs: impl_1 before synth_1 has ended" }
        lappend ::launched $run
        set ::last_step [option -to_step]
    }
}

proc wait_on_run {run} {
    record [list wait_on_run $run]
    if {$run ni $::launched} { refuse "wait_on_run: $run was not launched" }
    lappend ::steps $run
    if {[environment TANDEM_PROGRESS 100%] ne "100%"} { return }
    if {$run ne "impl_1"} {
        elaborate [dict get $::properties top] [dict get $::properties generic] any
    } else {
        constrained any
        set folder [get_property DIRECTORY $run]
        file mkdir $folder
        if {$::last_step eq "write_bitstream"} { close [open [file join $folder [dict get $::properties top].bit] w] }
    }
}

proc open_run {run} {
    record [list open_run $run]
    if {$run ni $::steps} { refuse "open_run: $run has not ended" }
}

proc synth_design {args} {
    parse synth_design {} {-top -part -mode -generic} $args
    set ::steps synth_design
    elaborate [option -top] [expr {[dict exists $options -generic] ? [dict get $options -generic] : {}}] [option -mode any]
    constrained [option -mode any]
}

foreach {command before} {opt_design synth_design place_design opt_design phys_opt_design place_design route_design place_design} {
    proc $command {args} "
        record \[list $command {*}\$args\]
        if {{$before} ni \$::steps} { refuse \"$command: before $before\" }
        lappend ::steps $command"
}

proc write_bitstream {args} {
    parse write_bitstream {-force} {} $args
    if {"impl_1" ni $::steps} { refuse "write_bitstream: nothing is implemented" }
    close [open [lindex $rest 0] w]
}

proc write_checkpoint {args} {
    parse write_checkpoint {-force} {} $args
    close [open [lindex $rest 0] w]
}

foreach {command flags} {report_timing_summary {} report_bus_skew {} report_cdc -details report_utilization -hierarchical} {
    proc $command {args} "
        parse $command {$flags} -file \$args
        if {!(\"impl_1\" in \$::steps || \"route_design\" in \$::steps)} { refuse \"$command: nothing is routed\" }
        close \[open \[option -file\] w\]"
}

proc get_timing_paths {args} {
    parse get_timing_paths {} {-delay_type -max_paths} $args
    if {[option -delay_type] ni {min max}} { refuse "get_timing_paths: -delay_type is [option -delay_type]" }
    return path
}

# ---- The elaborated design, and what constraints name in it

array set clocks {}

proc elaborate {top generics mode} {
    if {$top eq ""} { refuse "no top is set" }
    set command [list $top]
    foreach name $::order {
        if {[dict get $::files($name) kind] in {v sv}} { lappend command $name }
    }
    foreach folder [dict get $::properties include_dirs] { lappend command -I $folder }
    foreach define [dict get $::properties verilog_define] { lappend command -D $define }
    foreach generic $generics { lappend command -G $generic }
    record [list elaborate {*}$command]
    if {[catch {exec {*}$::env(TANDEM_ELABORATE) {*}$command 2>@1} objects]} {
        refuse "the files that were read do not elaborate:\n$objects"
    }
    foreach kind {ports nets cells registers pins below} {
        array unset ::$kind
        array set ::$kind {}
    }
    set ::below() {}
    foreach object [split $objects \n] {
        set rest [lassign $object kind name]
        switch -- $kind {
            port { set ::ports($name) 1 }
            net { set ::nets($name) 1 }
            cell {
                set ::cells($name) [lindex $rest 0]
                known $name
            }
            register - memory {
                set ::registers($name) $rest
                known $name
            }
            pin { set ::pins($name) [lindex $rest 0] }
            unknown {
                if {$name ni $::cores && ![string match xpm_* $name]} {
                    refuse "no file that was read has a module $name, and no script makes a core of that name"
                }
            }
        }
    }
}

# Records a cell under the instance that contains it.
proc known {name} {
    set last [string last / $name]
    lappend ::below([string range $name 0 $last-1]) [string range $name $last+1 end]
}

# Runs the constraints that apply, in the order in which they were read, those marked LATE last.
proc constrained {mode} {
    array unset ::clocks
    array unset ::clock_of
    foreach late {0 1} {
        foreach name $::order {
            set file $::files($name)
            if {[dict get $file kind] ne "xdc" || [dict get $file mode] ni [list "" $mode]} { continue }
            if {([dict exists $file processing_order] && [dict get $file processing_order] eq "LATE") != $late} { continue }
            record [list constraints $name]
            if {[catch {uplevel #0 [list source $name]} message]} {
                set ::errorInfo "$message\n$::errorInfo"
                return -level 2 -code error "constraints do not apply: $message\n[in_file $::errorInfo]"
            }
        }
    }
    record constrained
}

# The files and lines in a trace.
proc in_file {trace} {
    return [join [lmap {whole} [regexp -all -inline {\(file "[^"]*" line \d+\)} $trace] {set whole}] \n]
}

# A pattern in which only * and ? are special, as in Vivado.
proc literal {pattern} {
    return [string map {\\ \\\\ [ \\[ ] \\]} $pattern]
}

proc depth {name} {
    return [regexp -all / $name]
}

# The names in `all` that match one of `patterns`; each pattern must match a name.
proc matching {command all patterns quiet} {
    set found {}
    foreach pattern $patterns {
        set matches [lsearch -all -inline $all [literal $pattern]]
        if {$matches eq "" && !$quiet} { return -level 2 -code error "$command: nothing is called $pattern" }
        lappend found {*}$matches
    }
    return $found
}

proc get_ports {args} {
    parse get_ports {-quiet} {} $args
    return [matching get_ports [array names ::ports] [concat {*}$rest] [dict exists $options -quiet]]
}

proc get_nets {args} {
    parse get_nets {-quiet} {} $args
    return [matching get_nets [array names ::nets] [concat {*}$rest] [dict exists $options -quiet]]
}

proc get_cells {args} {
    parse get_cells {-hierarchical -hier -quiet} {-filter} $args
    set hierarchical [expr {[dict exists $options -hierarchical] || [dict exists $options -hier]}]
    set patterns [expr {$rest eq "" ? "*" : [concat {*}$rest]}]
    set found {}
    foreach pattern $patterns {
        if {$hierarchical} {
            if {[string match */* $pattern]} { refuse "get_cells: -hierarchical takes no path, but got $pattern" }
            foreach folder [array names ::below] { lappend found {*}[beneath $folder $pattern] }
        } else {
            # A star or a question mark does not match a slash.
            set last [string last / $pattern]
            set tail [string range $pattern $last+1 end]
            foreach folder [array names ::below [literal [string range $pattern 0 $last-1]]] {
                if {[depth $folder/] == [depth $pattern] || ($folder eq "" && $last < 0)} { lappend found {*}[beneath $folder $tail] }
            }
        }
    }
    if {[dict exists $options -filter]} { set found [filtered [option -filter] $found] }
    if {$found eq "" && ![dict exists $options -quiet]} {
        refuse "get_cells: nothing is called $patterns[expr {[option -filter] eq "" ? "" : " with [option -filter]"}]"
    }
    return [lsort -unique $found]
}

# The cells directly inside an instance whose last name matches.
proc beneath {folder pattern} {
    set path [expr {$folder eq "" ? "" : "$folder/"}]
    return [lmap name [lsearch -all -inline $::below($folder) [literal $pattern]] {string cat $path $name}]
}

# The pins of flip-flops: clock, data and asynchronous resets only.
proc get_pins {args} {
    parse get_pins {-quiet} {-of_objects -filter} $args
    set found {}
    if {[dict exists $options -of_objects]} {
        foreach cell [option -of_objects] {
            if {![info exists ::registers($cell)]} { refuse "get_pins: $cell is no flip-flop" }
            set asynchronous [expr {"ASYNCHRONOUS_RESET" in [lindex $::registers($cell) 1]}]
            foreach pin [expr {$asynchronous ? "C D CLR PRE" : "C D"}] { lappend found $cell/$pin }
        }
        if {[dict exists $options -filter]} { set found [filtered [option -filter] $found] }
    } else {
        set found [matching get_pins [array names ::pins] [concat {*}$rest] [dict exists $options -quiet]]
    }
    if {$found eq "" && ![dict exists $options -quiet]} { refuse "get_pins: none with [option -filter]" }
    return $found
}

proc get_clocks {args} {
    parse get_clocks {-quiet} {-of_objects} $args
    if {![dict exists $options -of_objects]} {
        return [matching get_clocks [array names ::clocks] [concat {*}$rest] [dict exists $options -quiet]]
    }
    set found {}
    foreach object [option -of_objects] {
        if {[info exists ::nets($object)]} {
            set net $object
        } elseif {[info exists ::pins($object)]} {
            set net $::pins($object)
        } elseif {[info exists ::registers([file dirname $object])] && [file tail $object] eq "C"} {
            set net [lindex $::registers([file dirname $object]) 0]
        } else {
            refuse "get_clocks: $object is neither a net nor a clock pin"
        }
        if {![info exists ::clock_of($net)]} { refuse "get_clocks: no clock reaches $object" }
        lappend found $::clock_of($net)
    }
    return [lsort -unique $found]
}

# Those of `names` for which a filter holds: terms joined by && and ||, of which && binds closer.
proc filtered {filter names} {
    set alternatives {}
    foreach alternative [split [string map {|| \x01} $filter] \x01] {
        set terms {}
        foreach term [split [string map {&& \x01} $alternative] \x01] {
            if {![regexp {^\s*(\w+)\s*(==|!=|=~)\s*(\S+)\s*$} $term -> property operator value]} {
                refuse "filter $filter: $term is not understood"
            }
            lappend terms $property $operator $value [literal $value]
        }
        lappend alternatives $terms
    }
    set kept {}
    foreach name $names {
        foreach terms $alternatives {
            set all 1
            foreach {property operator value pattern} $terms {
                set actual [property_of $name $property]
                switch -- $operator {
                    == { set holds [expr {$actual eq $value}] }
                    != { set holds [expr {$actual ne $value}] }
                    =~ { set holds [string match $pattern $actual] }
                }
                if {!$holds} { set all 0; break }
            }
            if {$all} { lappend kept $name; break }
        }
    }
    return $kept
}

proc property_of {name property} {
    switch -- $property {
        NAME { return $name }
        REF_NAME - ORIG_REF_NAME { return [expr {[info exists ::cells($name)] ? $::cells($name) : "FDRE"}] }
        REF_PIN_NAME { return [file tail $name] }
        ASYNC_REG { return [expr {[info exists ::registers($name)] && "ASYNC_REG" in [lindex $::registers($name) 1]}] }
    }
    return -level 2 -code error "unknown property $property"
}

# ---- Constraints

proc create_clock {args} {
    parse create_clock {-add} {-period -name} $args
    set object [lindex $rest 0]
    if {[llength $object] != 1 || ![string is double -strict [option -period]] || [option -period] <= 0} {
        refuse "create_clock: one object and a period are needed"
    }
    set ::clocks([option -name]) [list [option -period] $object]
    set ::clock_of($object) [option -name]
}

# A constraint on paths: the flags it accepts, and whether it ends with a delay. At least one end is named, and each named end must exist.
proc paths {command flags delay arguments} {
    parse $command $flags {-from -to -through} $arguments
    if {![dict exists $options -from] && ![dict exists $options -to]} { refuse "$command: no end" }
    foreach end {-from -to -through} {
        if {[dict exists $options $end] && [option $end] eq ""} { refuse "$command: nothing at $end" }
    }
    if {$delay != [llength $rest] || ($delay && !([string is double -strict $rest] && $rest > 0))} {
        refuse "$command: a delay is missing, or is none: $rest"
    }
    return $options
}

proc set_max_delay {args} { paths set_max_delay -datapath_only 1 $args }
proc set_false_path {args} { paths set_false_path {} 0 $args }

# Bits that must arrive together start at flip-flops that synthesis keeps, and end at synchronising ones.
proc set_bus_skew {args} {
    set options [paths set_bus_skew {} 1 $args]
    foreach {end attribute} {-from DONT_TOUCH -to ASYNC_REG} {
        foreach cell [option $end] {
            if {![info exists ::registers($cell)] || $attribute ni [lindex $::registers($cell) 1]} {
                refuse "set_bus_skew: $cell is no flip-flop with $attribute"
            }
        }
    }
}

array set pblocks {}

proc create_pblock {name} {
    record [list create_pblock $name]
    set ::pblocks($name) {}
}

proc get_pblocks {args} {
    parse get_pblocks {-quiet} {} $args
    return [matching get_pblocks [array names ::pblocks] $rest [dict exists $options -quiet]]
}

proc add_cells_to_pblock {args} {
    parse add_cells_to_pblock {-quiet} {} $args
    lassign $rest block cells
    if {$cells eq ""} { refuse "add_cells_to_pblock: no cell for $block" }
}

proc resize_pblock {args} {
    parse resize_pblock {} {-add -remove} $args
    if {![regexp {^(SLR\d|CLOCKREGION_X\d+Y\d+:CLOCKREGION_X\d+Y\d+)$} [option -add]]} {
        refuse "resize_pblock: [option -add] is no region"
    }
}

proc current_design {args} { return design_1 }

# ---- The command line

set script ""
for {set i 0} {$i < $argc} {incr i} {
    switch -- [lindex $argv $i] {
        -source { set script [lindex $argv [incr i]] }
        -mode - -log - -tempDir { incr i }
        -nojournal - -notrace { }
        -tclargs { break }
        default {
            puts stderr "vivado: unknown option [lindex $argv $i]"
            exit 1
        }
    }
}
set argv [lrange $argv $i+1 end]
set argc [llength $argv]
if {[catch {source $script} message]} {
    puts stderr "vivado: $message"
    puts stderr [in_file $errorInfo]
    exit 1
}
