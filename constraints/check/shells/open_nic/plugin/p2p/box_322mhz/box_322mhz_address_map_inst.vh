box_322mhz_address_map address_map_inst (.aclk(axil_aclk));
