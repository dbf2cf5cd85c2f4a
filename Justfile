# Every habit is a recipe. `./justw RECIPE` brings the tools first; `just RECIPE` does where they are there.

export PATH := justfile_directory() / ".tools/bin" + ":" + env("PATH")
# Recipes build with the features that the whole workspace asks for, not those of one package: what one has built is built for all.
build := "cargo build --quiet --release --workspace --bin"
programs := env("CARGO_TARGET_DIR", "target") / "release"
sim := build + " tandem-sim && " + programs / "tandem-sim"

# lists the recipes
default:
    @just --list --unsorted

# installs what is missing, and nothing else; named PACKAGEs' pinned tools, too: synth, formal, constraints, bench, dpdk
setup *PACKAGES:
    ./justw setup {{ PACKAGES }}

# the main job: a recorded capture through the simulated card, every decision checked against the model; results in out/demo
demo *OPTIONS: emit
    {{ sim }} replay testbench/data/web.pcap --config testbench/data/tandem.toml --out out/demo {{ OPTIONS }}

# the same with your own CAPTURE: --config FILE, --to-group, --out FOLDER
replay *OPTIONS: emit
    {{ sim }} replay {{ OPTIONS }}

# writes the Verilog of every design, once all checks pass
emit FOLDER="out/verilog":
    {{ build }} emit && {{ programs }}/emit {{ FOLDER }}

# every test there is, a million random frames among them, and the gates; with OPTIONS for cargo test, only the tests these pick
test *OPTIONS:
    cargo test --release --workspace {{ OPTIONS }}
    cargo test --release --workspace --test faithful --test beside_others {{ OPTIONS }}
    {{ if OPTIONS == "" { "just gates" } else { "" } }}

# a stock Linux in QEMU, the release tandem in it, and the simulated card as its PCI device
pcie-test *OPTIONS:
    cargo test --release --workspace --test pcie {{ OPTIONS }}

# random frames, states, stalls and changes in flight, checked by the scoreboard: --minutes N, --seed SEED
soak *OPTIONS:
    {{ sim }} soak {{ OPTIONS }}

# a site in network namespaces, and live traffic through the simulated cards in it: --figure 3|4|5, --stay
live *OPTIONS:
    {{ build }} tandem-card --bin tandem --bin tandem-manager --bin tandem-site && {{ programs }}/tandem-site {{ OPTIONS }}

# a wide-area network in namespaces: gateways, an origin and three replicas that race: --mode A|B|C|mixed, --hold HOLD, --only PARTS, --races N, --stay
wan *OPTIONS:
    cargo build --quiet --release --bin tandem-gateway --bin tandem-wan && {{ programs }}/tandem-wan {{ OPTIONS }}

# the simulated card as a PCI device behind a socket, for `tandem --card vfio-user:SOCKET`
serve *OPTIONS:
    {{ build }} tandem-card && {{ programs }}/tandem-card {{ OPTIONS }}

# a random small change in each module of the emitted Verilog, each against the simulation: what survives is not tested; hours
mutants SEED="" EACH="1":
    MUTANTS_SEED={{ SEED }} MUTANTS_EACH={{ EACH }} cargo test --release --workspace --test hardware -- --ignored --nocapture random_mutants

# the hardware's clocks, simulation beside cocotb, the host: disruption beside Maglev, hashes beside C, decisions, analyze beside tcpdump, fragments
bench *OPTIONS: emit host-bench live-bench manager-bench gateway-bench
    {{ sim }} bench {{ OPTIONS }}
    hw/tools/install.sh bench
    {{ build }} peer && {{ programs }}/peer

# of all benchmarks those that need no Verilator
host-bench:
    hw/tools/install.sh dpdk
    cargo bench --quiet --workspace --bench disruption --bench hash --bench decide --bench analyze --bench filter --bench connections
    cargo bench --quiet --workspace --bench fragments -- --at-least 500000
    cargo bench --quiet --workspace --bench core -- --inserts 300000

# the live card as hardware and as model: ping, frames per CPU second, the operator's commands
live-bench *ONLY:
    {{ build }} tandem-card --bin tandem
    cargo bench --quiet --workspace --bench live -- {{ ONLY }}

# the traffic manager beside nft, nginx and haproxy: CPU of a connection and of a gigabyte, as root: --rounds N
manager-bench *OPTIONS:
    cargo bench --quiet -p manager --bench manager -- {{ OPTIONS }}

# CPU time per GB of the clients' gateway in each mode, as a share of what a plain loop of receiving and sending takes
gateway-bench:
    cargo build --quiet --release --bin tandem-gateway
    cargo bench --quiet --package wan --bench gateway

# area and depth of every block by Yosys, compared with the record: --design 512x8|256x4|512x8_shared, --family xcup, --accept
synth *OPTIONS: emit
    hw/tools/install.sh synth
    cargo test --quiet --release --workspace --test synth_planted
    {{ build }} synth && {{ programs }}/synth area {{ OPTIONS }}

# clock rates by placing and routing for an ECP5, compared with the record: BLOCKs, --quick, --design 256x4, --seeds N, --at-least MHZ, --accept
pnr *OPTIONS: emit
    hw/tools/install.sh synth
    {{ build }} synth && {{ programs }}/synth place {{ OPTIONS }}

# what the gates promise, proved for all inputs with Yosys, Yices and ABC: BLOCKs, --design 256x4
formal *OPTIONS: emit
    hw/tools/install.sh formal
    cargo test --quiet --release --workspace --test formal_planted --test stages
    {{ build }} formal && {{ programs }}/formal {{ OPTIONS }}

# a board's bitstream in Vivado, from your checkout of its shell: BOARD --shell FOLDER, --box 250|322 and --sides 1|2 on an Alveo, --until project|bitstream
bitstream BOARD *OPTIONS: emit
    cd {{ quote(invocation_directory()) }} && {{ quote(justfile_directory() / "constraints/bitstream") }} {{ BOARD }} {{ OPTIONS }}

# every board's build scripts and constraints against the elaborated design, without Vivado: what they name is there, and typos are found
check-constraints *OPTIONS: emit
    hw/tools/install.sh constraints
    cargo test --quiet --release --workspace --test boards --test refusals --test planted --test crossings {{ OPTIONS }}

# what open tools say of the gates: constraints, proofs, areas, and the clock rates of a few blocks
gates: check-constraints
    #!/usr/bin/env bash
    # One Yosys measures the areas for minutes, on one processor: beside it the other has its work.
    set -uo pipefail
    log=$(mktemp) && trap 'rm -f "$log"' EXIT
    hw/tools/install.sh formal || exit # here, and not by both at once
    just --no-deps synth --design 512x8_shared > "$log" 2>&1 & area=$!
    just --no-deps formal && just --no-deps pnr --quick --blocks-only; rest=$?
    wait $area; area=$?
    cat "$log"
    exit $((area | rest))

# what takes too long for CI: proofs and areas of the 256-bit design, every clock rate against the record, random mutants, mutated frames, a
# manager's reloads, take-overs and deaths by the hundred
nightly: (formal "--design" "256x4") (synth "--design" "256x4") (synth "--design" "512x8") pnr mutants
    BATCH_CASES=100000 cargo test --release --workspace --test batch
    FLOW_MUTANTS=10000000 cargo test --release --workspace --test mutated
    MANAGER_RELOADS=10000 cargo test --release --workspace --test kernels reloads
    just wan --races 2500
    MANAGER_HELD=1000 MANAGER_TAKE_OVERS=100 cargo test --release --workspace --test kernels reloads
    MANAGER_HELD=1000 MANAGER_KILLS=100 cargo test --release --workspace --test kernels killed

# format and lints; what a change must pass before it is committed
lint:
    cargo fmt --check
    cargo clippy --release --workspace --all-targets -- --deny warnings

# licences, advisories and sources of all dependencies (needs cargo-deny: cargo install --locked cargo-deny)
deny:
    cargo deny check

# what CI runs, and the lints
ci: lint test

# renders the register map as a page, as a header for C and as a SystemVerilog package from the contract's table
registers:
    cargo run --quiet --package contract --example registers > docs/registers.md
    cargo run --quiet --package contract --example header > hw/contract/tandem.h
    cargo run --quiet --package contract --example package > hw/contract/tandem_pkg.sv

# the documentation of every crate, in target/doc
doc:
    cargo doc --workspace --no-deps

# records the captures in testbench/data anew (as root)
record:
    testbench/record.sh
