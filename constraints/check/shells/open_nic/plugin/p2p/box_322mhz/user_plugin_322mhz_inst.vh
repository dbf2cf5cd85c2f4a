p2p_322mhz p2p_inst (.axil_aclk(axil_aclk));
