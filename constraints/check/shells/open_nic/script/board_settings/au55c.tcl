set part xcu55c-fsvh2892-2L-e
set board_part xilinx.com:au55c:part0:1.0
set zynq_family 0
