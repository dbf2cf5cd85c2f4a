#!/usr/bin/env bash
# Installs what a package needs beyond the tools of `./justw setup`: `hw/tools/install.sh synth|formal|constraints|bench|dpdk...`.
#
# From the system's own Debian: python3 with venv, and what else the package runs (with sudo where not root). From PyPI: what the package's
# requirements.txt pins, in .tools/PACKAGE. Quiet and quick the second time. `./justw setup PACKAGE` and the recipes call it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
self=setup
source hw/tools/debian.sh

missing_unless_installed() { dpkg-query -W -f '${db:Status-Status}\n' "$1" 2> /dev/null | grep -qx installed || missing+=("$1"); }

# Sets `pins`, `python` and `missing`, the Debian packages to install, for package $1.
look_up() {
    local package
    python=python3
    missing=()
    case $1 in
        synth | formal) pins=hw/$1/requirements.txt ;;
        constraints)
            pins=constraints/check/requirements.txt
            have tclsh || missing+=(tcl)
            ;;
        bench)
            pins=testbench/bench/requirements.txt
            python=/usr/bin/python3 # Debian's: it has the shared libpython that cocotb loads
            for package in python3-dev make perl; do missing_unless_installed "$package"; done
            ;;
        dpdk) # a benchmark's opponent; nothing of it comes from PyPI
            pins=
            for package in libdpdk-dev pkg-config; do missing_unless_installed "$package"; done
            return
            ;;
        *) fail "there is no package $1" "one of synth, formal, constraints, bench, dpdk" ;;
    esac
    "$python" -c 'import ensurepip' 2> /dev/null || missing+=(python3 python3-venv)
}

install() {
    local pins python missing venv
    look_up "$1"
    [[ ${#missing[@]} = 0 ]] || apt_install "${missing[@]}"
    [[ $pins ]] || return 0
    mkdir -p .tools
    venv=$(cd .tools && pwd -P)/$1 # programs in it name their folder: not by a link that may go
    if cmp -s "$pins" "$venv/requirements.txt"; then return; fi
    say "installing into .tools/$1: $(head -n 2 "$pins" | paste -sd ' ')"
    rm -rf "$venv"
    "$python" -m venv "$venv" && "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$pins" ||
        fail "pip could not install the packages of $pins" "see the lines above; check the network; then: ./justw setup $1"
    cp "$pins" "$venv/"
}

# Yosys and nextpnr are WebAssembly. The first run of each makes machine code of it, and writes that into a file that other runs map: one that comes
# meanwhile dies of SIGBUS.
compile() {
    local program cache=$PWD/.tools/synth/cache
    for program in yosys nextpnr-ecp5; do
        [[ -d $cache/yowasp_${program//-/_} ]] || YOWASP_CACHE_DIR=$cache ".tools/synth/bin/yowasp-$program" --version &> /dev/null ||
            fail ".tools/synth/bin/yowasp-$program does not run" "run it to see why; rm -r .tools/synth, then: ./justw setup synth"
    done
}

[[ $# != 0 ]] || fail "no package is named" "one of synth, formal, constraints, bench, dpdk"
for package in "$@"; do
    if [[ $package = @(synth|formal) ]]; then install synth && compile; fi # formal's solver solves what Yosys makes
    if [[ $package != synth ]]; then install "$package"; fi
done
