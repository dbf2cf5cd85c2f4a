# Packs the lookup as an IP of the project's library, as NetFPGA's tools expect it. Run by `make` in this folder of the user's checkout, after
# the core and the modules around it were copied to hdl/ (see constraints/netfpga_plus/build.tcl).
set design tandem_output_port_lookup
set proj_dir ./synth

create_project -name ${design} -force -dir ${proj_dir} -part $::env(DEVICE) -ip
set_property source_mgmt_mode All [current_project]
foreach file [lsort [glob ./hdl/*.v]] { read_verilog $file }
foreach file [lsort [glob ./hdl/*.sv]] { read_verilog -sv $file }
set_property top ${design} [current_fileset]
update_compile_order -fileset sources_1
ipx::package_project

foreach {name value} [list name ${design} library NetFPGA vendor NetFPGA vendor_display_name NetFPGA version 1.0 taxonomy /NetFPGA/Generic \
        display_name ${design} description {Spreads traffic over managers, both directions of a flow to the same one}] {
    set_property $name $value [ipx::current_core]
}
set_property supported_families {{virtexuplus} {Production} {virtexuplushbm} {Production}} [ipx::current_core]
ipx::infer_user_parameters [ipx::current_core]
foreach stream {m_axis s_axis} {
    ipx::add_bus_parameter FREQ_HZ [ipx::get_bus_interfaces $stream -of_objects [ipx::current_core]]
}
ipx::check_integrity [ipx::current_core]
ipx::save_core [ipx::current_core]
update_ip_catalog
close_project
file delete -force ${proj_dir}
