set part xcu50-fsvh2104-2-e
set board_part xilinx.com:au50:part0:1.0
set zynq_family 0
