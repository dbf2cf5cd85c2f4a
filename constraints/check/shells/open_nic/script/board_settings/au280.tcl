set part xcu280-fsvh2892-2L-e
set board_part xilinx.com:au280:part0:1.0
set zynq_family 0
