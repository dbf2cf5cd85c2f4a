set part xcu250-figd2104-2L-e
set board_part xilinx.com:au250:part0:1.0
set zynq_family 0
