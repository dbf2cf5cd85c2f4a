// What sim/tops/lookup.sv is built with.
`define DATA_W 512
