# Alveo U55C: two Ethernet ports, in OpenNIC's shell.
source [file join [file dirname [file normalize [info script]]] .. open_nic.tcl]
tandem::open_nic au55c 2 "" $argv
