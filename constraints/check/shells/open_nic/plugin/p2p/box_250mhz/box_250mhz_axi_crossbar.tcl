create_ip -name axi_crossbar -vendor xilinx.com -library ip -module_name box_250mhz_axi_crossbar
