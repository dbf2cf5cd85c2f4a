# Alveo U280: two Ethernet ports, in OpenNIC's shell.
source [file join [file dirname [file normalize [info script]]] .. open_nic.tcl]
tandem::open_nic au280 2 placement.xdc $argv
