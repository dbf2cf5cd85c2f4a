set part xcu200-fsgd2104-2-e
set board_part xilinx.com:au200:part0:1.0
set zynq_family 0
