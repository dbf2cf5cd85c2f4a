# The Verilog files of an emitted top, in the order in which they are read: the only place in Tcl that knows how `just emit` lays them out. They
# are those that `$top.f` lists, a line each, or that list alone where there is none.
proc tandem_emitted {folder top} {
    set list [file join $folder $top.f]
    if {![file exists $list]} { return [list $list] }
    set file [open $list]
    set lines [split [read $file] "\n"]
    close $file
    set files {}
    foreach line $lines {
        if {$line ne "" && ![string match //* $line]} { lappend files [file join $folder $line] }
    }
    return $files
}
