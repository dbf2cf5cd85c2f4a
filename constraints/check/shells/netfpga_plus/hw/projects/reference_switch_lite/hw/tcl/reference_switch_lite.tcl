# Stands in for the reference project's script: the steps that matter to a lookup, under their names and in their order.
set design $::env(NF_PROJECT_NAME)
set device $::env(DEVICE)
set board $::env(BOARD)
set board_name $::env(BOARD_NAME)
set public_repo_dir $::env(NFPLUS_FOLDER)/hw/lib
set repo_dir ./ip_repo
set datapath_width_bit    1024
set datapath_freq_mhz     340
set opl_lut_depth_bits    4
set_param board.repoPaths $::env(BOARD_FILE_PATH)
create_project -name ${design} -force -dir "./project" -part ${device}
set_property board_part ${board} [current_project]
set_property top top [current_fileset]
set_property generic "C_NF_DATA_WIDTH=${datapath_width_bit}" [current_fileset]
create_fileset -constrset -quiet constraints
file copy ${public_repo_dir}/ ${repo_dir}
add_files -fileset constraints -norecurse ${public_repo_dir}/common/constraints/clocks.tcl
set_property constrset constraints [get_runs synth_1]
set_property constrset constraints [get_runs impl_1]
update_ip_catalog
create_ip -name switch_lite_output_port_lookup -vendor NetFPGA -library NetFPGA -module_name output_port_lookup_ip
set_property CONFIG.C_LUT_DEPTH_BITS ${opl_lut_depth_bits} [get_ips output_port_lookup_ip]
set_property CONFIG.C_M_AXIS_DATA_WIDTH ${datapath_width_bit} [get_ips output_port_lookup_ip]
set_property CONFIG.C_S_AXIS_DATA_WIDTH ${datapath_width_bit} [get_ips output_port_lookup_ip]
generate_target all [get_ips output_port_lookup_ip]
if {$datapath_freq_mhz ni {200 250 260 280 300 320 340}} { exit -1 }
read_verilog     "./hdl/nf_datapath.v"
read_verilog     "${public_repo_dir}/common/hdl/top.v"
launch_runs synth
wait_on_run synth
launch_runs impl_1
wait_on_run impl_1
open_run impl_1
if {![file exists "../bitfiles"]} {
	file mkdir "../bitfiles"
}
write_bitstream -force ../bitfiles/${design}_${board_name}.bit
puts " --- Report : ${design} for ${board_name} --- "

exit

