# The Verilog files of an emitted top, in the order in which they are read: the only place in Tcl that knows how `just emit` lays them out.
proc tandem_emitted {folder top} {
    return [list [file join $folder $top.v]]
}
