# NetFPGA-SUME.
source [file join [file dirname [file normalize [info script]]] .. netfpga.tcl]
tandem::netfpga netfpga_sume {sume xc7vx690t-3-ffg1761} $argv
