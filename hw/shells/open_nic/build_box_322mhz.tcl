# The shell runs this in the plugin's folder: reads what box_322mhz instantiates.
source read_box.tcl
tandem_read_box 322mhz {async_fifo reset cdc_counter frame_sync frame_fifo store_forward host_arb_mux axil_slave axil_master}
