# The shell runs this in the plugin's folder: reads what box_250mhz instantiates.
source read_box.tcl
tandem_read_box 250mhz {async_fifo reset frame_sync host_arb_mux axil_slave axil_master}
