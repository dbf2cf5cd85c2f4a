//! What is emitted: the ports that shells connect to, and a digest that shows when anything else has changed.

use std::hash::Hasher;

/// The ports of module `top`, one a line.
fn ports(verilog: &str, top: &str) -> String {
    let start = verilog.find(&format!("module {top} (")).expect("the top module is there");
    let end = verilog[start..].find(");").expect("its port list ends") + start;
    verilog[start..end].lines().skip(1).map(|line| line.trim().trim_end_matches(',')).filter(|line| !line.is_empty()).fold(
        String::new(),
        |mut list, line| {
            list.push_str(line);
            list.push('\n');
            list
        },
    )
}

/// FNV-1a over the text: small, and the same on every machine.
struct Fnv(u64);

impl Hasher for Fnv {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3));
    }
}

#[test]
fn the_emitted_designs_have_the_ports_and_the_text_that_were_last_looked_at() {
    for design in rtl::designs() {
        let verilog = emit::render(&design).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(emit::render(&design).unwrap_or_default(), verilog, "emission is the same every time");
        let modules = verilog.matches("\nendmodule").count();
        let mut digest = Fnv(0xcbf2_9ce4_8422_2325);
        digest.write(verilog.as_bytes());
        let text = format!("{}modules {modules}\ndigest {:016x}\n", ports(&verilog, design.top()), digest.finish());
        insta::assert_snapshot!(format!("{}_{}", design.variant(), design.top()), text);
    }
}
