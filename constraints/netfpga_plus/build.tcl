# NetFPGA-PLUS, on the Alveos that it knows with two Ethernet ports.
source [file join [file dirname [file normalize [info script]]] .. netfpga.tcl]
tandem::netfpga netfpga_plus {
    au250 xcu250-figd2104-2L-e
    au200 xcu200-fsgd2104-2-e
    au280 xcu280-fsvh2892-2L-e
    vcu1525 xcvu9p-fsgd2104-2L-e
} $argv
