# The Ethernet ports of U200, U250 and U280 are at SLR2, and so are the shell's packet adapters: the distributor between them stays
# there whole, as one way between two SLRs takes most of a clock. It is a hint, which the placer may break.
create_pblock pblock_tandem
add_cells_to_pblock [get_pblocks pblock_tandem] \
    [get_cells -hierarchical -filter {REF_NAME == tandem_distributor || ORIG_REF_NAME == tandem_distributor}]
resize_pblock [get_pblocks pblock_tandem] -add {SLR2}
set_property IS_SOFT TRUE [get_pblocks pblock_tandem]
