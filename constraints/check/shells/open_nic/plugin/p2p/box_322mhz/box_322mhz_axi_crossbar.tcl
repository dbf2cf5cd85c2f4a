create_ip -name axi_crossbar -vendor xilinx.com -library ip -module_name box_322mhz_axi_crossbar
