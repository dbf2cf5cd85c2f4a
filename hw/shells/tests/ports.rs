//! The wrappers are plain SystemVerilog, and have the number of packet ports as a parameter of their own: it is the contract's.

use contract::limits::PORTS;
use std::fs;
use std::path::Path;

/// Files that have the number.
const WRAPPERS: [&str; 3] = ["common/tandem_lookup.sv", "open_nic/box_250mhz/tandem_250mhz.sv", "open_nic/box_322mhz/tandem_322mhz.sv"];

#[test]
fn every_wrapper_has_as_many_packet_ports_as_the_contract() {
    for wrapper in WRAPPERS {
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(wrapper)).unwrap();
        let numbers: Vec<&str> = text.lines().filter_map(|line| line.trim().strip_prefix("localparam int PORTS = ")).collect();
        assert_eq!(numbers, [format!("{PORTS};")], "{wrapper}");
    }
}
