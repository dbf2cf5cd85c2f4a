# Ways from one clock to another, of which hw/shells/common has two kinds: tandem_crossing and tandem_reset. Each instance asks what
# clocks reach it, so this holds in any shell. Where both ends have the same clock, the way is timed as any other.
#
# Ways are told by the clock they come from and the flip-flops they go to; that is more than the shells' own delays from clock to clock
# say, so it goes before them.

namespace eval tandem_crossings {
    # The clock of the first of some flip-flops.
    proc clock {cells} {
        return [get_clocks -of_objects [get_pins -of_objects [lindex $cells 0] -filter {REF_PIN_NAME == C}]]
    }

    # Every instance of one of our modules.
    proc instances {module} {
        return [get_cells -hierarchical -filter "REF_NAME == $module || ORIG_REF_NAME == $module"]
    }

    # What comes from the clock `from` may take `period` to the flip-flops `to`.
    proc within {period from to} {
        set_max_delay -datapath_only -from $from -to $to $period
    }
}

foreach crossing [tandem_crossings::instances tandem_crossing] {
    foreach pointer {write_gray read_gray} {
        set from [get_cells "$crossing/${pointer}_reg\[*\]"]
        set to [get_cells "$crossing/${pointer}_first_reg\[*\]"]
        set sends [tandem_crossings::clock $from]
        set sees [tandem_crossings::clock $to]
        if {$sends eq $sees} { continue }
        set period [get_property PERIOD $sends]
        tandem_crossings::within $period $sends $to
        # One bit changes at a time, and this keeps it so: no bit is overtaken by the next change of another.
        set_bus_skew -from $from -to $to [expr {min($period, [get_property PERIOD $sees])}]
        if {$pointer eq "write_gray"} {
            # The words behind the pointer have been at rest for the clocks that it takes to be seen; one is enough.
            tandem_crossings::within [get_property PERIOD $sees] $sends [get_cells "$crossing/head_reg\[*\]"]
        }
    }
}

foreach reset [tandem_crossings::instances tandem_reset] {
    set here [tandem_crossings::clock [get_cells "$reset/stop_reg"]]
    foreach domain [get_cells "$reset/domain\[*\].stop_seen_reg\[0\]"] {
        set there [tandem_crossings::clock $domain]
        if {$here eq $there} { continue }
        # Each chain's first stage is its bit 0.
        regsub {stop_seen_reg\[0\]$} $domain "" domain
        foreach {chain from} [list stop_seen $here clear_seen $here stopped_seen $there cleared_seen $there] {
            tandem_crossings::within [get_property PERIOD $from] $from [get_cells "${domain}${chain}_reg\[0\]"]
        }
    }
}
