# Alveo U50: one Ethernet port, in OpenNIC's shell.
source [file join [file dirname [file normalize [info script]]] .. open_nic.tcl]
tandem::open_nic au50 1 "" $argv
