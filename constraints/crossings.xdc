# Bounds the paths between clock domains, which only two modules of hw/shells/common have: tandem_async_fifo and tandem_reset. The clocks are
# those that reach each instance, so this holds in any shell. Where both ends have the same clock, the path is timed as any other.
#
# A path is given by the clock it starts from and the flip-flops it ends at. That is more specific than the shells' own delays from clock to
# clock, so it takes precedence over them.

namespace eval tandem_crossings {
    # The clock of the first flip-flop of a list.
    proc clock {cells} {
        return [get_clocks -of_objects [get_pins -of_objects [lindex $cells 0] -filter {REF_PIN_NAME == C}]]
    }

    # Every instance of a module.
    proc instances {module} {
        return [get_cells -hierarchical -filter "REF_NAME == $module || ORIG_REF_NAME == $module"]
    }

    # Paths from the clock `from` to the flip-flops `to` may take `period`.
    proc within {period from to} {
        set_max_delay -datapath_only -from $from -to $to $period
    }
}

foreach fifo [tandem_crossings::instances tandem_async_fifo] {
    foreach pointer {write_gray read_gray} {
        set from [get_cells "$fifo/${pointer}_reg\[*\]"]
        set to [get_cells "$fifo/${pointer}_first_reg\[*\]"]
        set sends [tandem_crossings::clock $from]
        set sees [tandem_crossings::clock $to]
        if {$sends eq $sees} { continue }
        set period [get_property PERIOD $sends]
        tandem_crossings::within $period $sends $to
        # One bit changes at a time. This keeps it so at the receiver: no bit is overtaken by the next change of another.
        set_bus_skew -from $from -to $to [expr {min($period, [get_property PERIOD $sees])}]
        if {$pointer eq "write_gray"} {
            # The words that the pointer covers have been stable for the clocks that the pointer takes to be sampled; one is enough.
            tandem_crossings::within [get_property PERIOD $sees] $sends [get_cells "$fifo/head_reg\[*\]"]
        }
    }
}

foreach reset [tandem_crossings::instances tandem_reset] {
    set here [tandem_crossings::clock [get_cells "$reset/stop_reg"]]
    foreach domain [get_cells "$reset/domain\[*\].stop_seen_reg\[0\]"] {
        set there [tandem_crossings::clock $domain]
        if {$here eq $there} { continue }
        # The first stage of each chain is its bit 0.
        regsub {stop_seen_reg\[0\]$} $domain "" domain
        foreach {chain from} [list stop_seen $here clear_seen $here stopped_seen $there cleared_seen $there] {
            tandem_crossings::within [get_property PERIOD $from] $from [get_cells "${domain}${chain}_reg\[0\]"]
        }
    }
}
