# Stands in for the shell's build script: its options, and the order in which it takes a plugin's files, as its README tells them.
array set given {
    -board_repo "" -board au250 -tag "" -overwrite 0 -rebuild 0 -jobs 8 -synth_ip 1 -impl 0 -post_impl 0 -user_plugin "" -sim 0
    -bitstream_userid 0xDEADC0DE -bitstream_usr_access 0x66669999 -sim_exec_path "" -sim_lib_path "" -sim_top "" -build_timestamp 0
    -min_pkt_len 64 -max_pkt_len 1518 -use_phys_func 1 -num_phys_func 1 -num_qdma 1 -num_queue 512 -num_cmac_port 1
}
foreach {name value} $argv {
    if {![info exists given($name)]} { error "the shell has no option $name" }
    set given($name) $value
}
set root [file normalize ..]
set build [file join $root build $given(-board)_$given(-tag)]
if {[file exists $build] && !$given(-rebuild)} { error "the shell would ask what to do with $build" }
file mkdir $build
source board_settings/$given(-board).tcl

create_project -force open_nic_shell $build/open_nic_shell -part $part
set_property verilog_define "__synthesis__ __$given(-board)__" [current_fileset]
set includes {}
foreach box {box_250mhz box_322mhz} {
    set plugin $given(-user_plugin)
    if {![file exists $plugin/$box] || ![file exists $plugin/build_$box.tcl]} { set plugin $root/plugin/p2p }
    source $plugin/$box/${box}_axi_crossbar.tcl
    read_verilog -quiet $plugin/$box/${box}_address_map.v
    lappend includes $plugin/$box
    cd $plugin
    source build_$box.tcl
    cd $root/script
    read_verilog -quiet -sv [glob $root/src/$box/*.sv]
}
set_property include_dirs $includes [current_fileset]
read_verilog -quiet -sv $root/src/utility/generic_reset.sv
read_verilog -quiet -sv $root/src/open_nic_shell.sv
set generics {}
foreach name {min_pkt_len max_pkt_len use_phys_func num_phys_func num_qdma num_queue num_cmac_port} {
    lappend generics [string toupper $name]=$given(-$name)
}
set_property -name generic -value $generics -object [current_fileset]
set_property top open_nic_shell [current_fileset]
read_xdc -unmanaged $root/constr/timing.xdc
