# Stands in for the reference project's script: the steps that matter to a lookup, under their names and in their order.
set design $::env(NF_PROJECT_NAME)
set device xc7vx690t-3-ffg1761
set public_repo_dir $::env(SUME_FOLDER)/lib/hw/
set xilinx_repo_dir $::env(XILINX_PATH)/data/ip/xilinx/
set repo_dir ./ip_repo
set bit_settings $::env(CONSTRAINTS)/generic_bit.xdc
source ./tcl/$::env(NF_PROJECT_NAME)_defines.tcl
source ./tcl/export_registers.tcl
create_project -name ${design} -force -dir "./project" -part ${device}
set_property top top [current_fileset]
create_fileset -constrset -quiet constraints
file copy ${public_repo_dir}/ ${repo_dir}
add_files -fileset constraints -norecurse ${bit_settings}
set_property constrset constraints [get_runs synth_1]
set_property constrset constraints [get_runs impl_1]
update_ip_catalog
create_ip -name switch_lite_output_port_lookup -vendor NetFPGA -library NetFPGA -module_name output_port_lookup_ip
generate_target all [get_ips output_port_lookup_ip]
if {![file exists ./create_ip/id_rom16x32.coe]} { error "the identifier is not made" }
read_verilog "./hdl/nf_datapath.v"
read_verilog "./hdl/top.v"
launch_runs synth
wait_on_run synth
launch_runs impl_1 -to_step write_bitstream
wait_on_run impl_1
exit

