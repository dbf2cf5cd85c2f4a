//! What is planted is found, by the Yosys that `just synth` uses. Run by `just synth`; it needs what `./justw setup synth` installs.

use synth::area::{Row, measure_module};
use synth::record::differences;

/// Two registers behind an adder and a multiplexer; `extra` goes into the module.
fn block(extra: &str) -> String {
    format!(
        "
module planted (
    input  wire [63:0] a,
    input  wire [63:0] b,
    input  wire select,
    output reg  [63:0] q,
    output wire [63:0] x,
    input  wire clk
);
    reg [63:0] sum;
    always @(posedge clk) begin
        sum <= a + b;
        q <= select ? sum : a;
    end
{extra}
endmodule
"
    )
}

const PLAIN: &str = "    assign x = 64'h0;";

fn measured(run: &str, extra: &str) -> Row {
    Row { name: "xcup 512x8 planted".into(), area: measure_module(run, "planted", "xcup", &block(extra)).unwrap() }
}

/// What Yosys says of the module with `extra` in it.
fn refusal(run: &str, extra: &str) -> String {
    format!("{:#}", measure_module(run, "planted", "xcup", &block(extra)).unwrap_err())
}

#[test]
fn a_planted_growth_by_a_tenth_is_told() {
    let recorded = measured("planted_nothing", PLAIN);
    assert_eq!([recorded.area.ff, recorded.area.carry], [128, 16]);
    assert_eq!(differences(&[recorded.clone()], &[measured("planted_nothing_again", PLAIN)]), Vec::<String>::new());
    let grown = "    reg [12:0] more;\n    always @(posedge clk) more <= a[12:0] ^ b[25:13];\n    assign x = {51'h0, more};";
    let told = differences(&[recorded], &[measured("planted_growth", grown)]);
    assert!(told.contains(&"xcup 512x8 planted: 141 FF, recorded 128".to_string()), "{told:?}");
    assert!(told.iter().any(|difference| difference.contains("LUT")), "{told:?}");
}

#[test]
fn a_planted_latch_is_refused() {
    let told = refusal("planted_latch", "    reg [63:0] kept;\n    always @(*) if (select) kept = a;\n    assign x = kept;");
    assert!(told.contains("selection is not empty: t:$dlatch"), "{told}");
}

#[test]
fn a_planted_loop_is_refused() {
    let told = refusal("planted_loop", "    wire y = select ^ x[0];\n    assign x = {63'h0, y & a[0]};");
    assert!(told.contains("check -assert"), "{told}");
}

#[test]
fn a_net_with_two_drivers_or_with_none_is_refused() {
    for (run, extra) in
        [("planted_drivers", "    assign x = a;\n    assign x = b;"), ("planted_open", "    wire y;\n    assign x = {63'h0, y};")]
    {
        let told = refusal(run, extra);
        assert!(told.contains("check -assert"), "{told}");
    }
}
