# The Ethernet ports of U200, U250 and U280 are at SLR2, and so are the shell's packet adapters. The distributor between them is kept there
# whole, since one path between two SLRs takes most of a clock. This is a hint that the placer may override.
create_pblock pblock_tandem
add_cells_to_pblock [get_pblocks pblock_tandem] \
    [get_cells -hierarchical -filter {REF_NAME == tandem_distributor || ORIG_REF_NAME == tandem_distributor}]
resize_pblock [get_pblocks pblock_tandem] -add {SLR2}
set_property IS_SOFT TRUE [get_pblocks pblock_tandem]
