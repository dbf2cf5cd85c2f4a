p2p_250mhz p2p_inst (.axil_aclk(axil_aclk));
