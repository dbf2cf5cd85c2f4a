//! What is emitted: the ports that shells connect to, and a digest that shows when anything else has changed.

use std::hash::Hasher;

/// The ports of module `top`, one a line, without their comments.
fn ports(verilog: &str, top: &str) -> String {
    let start = verilog.find(&format!("module {top} (")).expect("the top module is there");
    let end = verilog[start..].find("\n);").expect("its port list ends") + start;
    let code = verilog[start..end].lines().skip(1).map(|line| line.split("//").next().unwrap_or(line).trim().trim_end_matches(','));
    code.filter(|line| !line.is_empty())
        .fold(String::new(), |list, line| list + &line.split_whitespace().collect::<Vec<_>>().join(" ") + "\n")
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
        let render = || emit::render(&design).unwrap_or_else(|error| panic!("{error}"));
        let (library, again) = (render(), render());
        for top in design.tops() {
            let verilog = library.text(top);
            assert_eq!(again.text(top), verilog, "emission is the same every time");
            let mut digest = Fnv(0xcbf2_9ce4_8422_2325);
            digest.write(verilog.as_bytes());
            let text = format!("{}modules {}\ndigest {:016x}\n", ports(&verilog, top), library.list(top).len(), digest.finish());
            insta::assert_snapshot!(format!("{}_{top}", design.variant()), text);
        }
    }
}

/// Each emitted name begins so: other people's modules stand beside ours.
#[test]
fn every_module_has_the_prefix_and_its_text_is_plain() {
    for design in rtl::designs() {
        for module in emit::render(&design).unwrap_or_else(|error| panic!("{error}")).modules() {
            assert!(module.name().starts_with("tandem_"), "{}", module.name());
            // Directives that keep a check of simulation from synthesis are the only ones.
            let text: String = module.text().lines().filter(|line| !["`ifndef SYNTHESIS", "`endif"].contains(&line.trim())).collect();
            for marks in ["[`", "`]", "`", "KEEP_W", "DATA_W", "comment!"] {
                assert!(!text.contains(marks), "{} has {marks} in its text", module.name());
            }
        }
    }
}

/// A memory declares its words once, and sets them all where synthesis does not look: Yosys takes minutes for the loop.
#[test]
fn every_memory_starts_with_zeros_in_simulation_and_synthesis_reads_none_of_it() {
    let mut memories = 0;
    for design in rtl::designs() {
        for module in emit::render(&design).unwrap_or_else(|error| panic!("{error}")).modules() {
            let (name, text) = (module.name(), module.text());
            let Some((_, after)) = text.split_once(" [0:(1<<ADDR_WIDTH)-1];") else {
                assert!(!text.contains("] store ["), "{name} declares words otherwise");
                continue;
            };
            memories += 1;
            let (_, simulated) = after.split_once("`ifndef SYNTHESIS").unwrap_or_else(|| panic!("{name} sets no words"));
            let loop_over_all = "initial for (word = 0; word < (1<<ADDR_WIDTH); word = word + 1) store[word] = {WIDTH{1'b0}};";
            assert!(simulated.contains(loop_over_all), "{name} does not set every word");
            assert!(simulated.trim_end().ends_with("`endif\n\nendmodule"), "{name}: something else is kept from synthesis");
        }
    }
    assert_eq!(memories, 3 * 4, "kinds of memory of all variants");
}
