#!/usr/bin/env bash
# Installs what the benchmark's peer needs: Debian's python3 with venv and libpython, and make (with sudo where not root), and the pinned
# Python packages of requirements.txt in .tools/peer. Quiet and quick the second time.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

fail() { echo "bench: $1" >&2; echo "bench: remedy: $2" >&2; exit 1; }
python=/usr/bin/python3 # Debian's: it has the shared libpython that cocotb loads
peer=.tools/peer

missing=()
for package in python3 python3-venv python3-dev make perl; do
    dpkg-query -W -f '${db:Status-Status}\n' "$package" 2> /dev/null | grep -qx installed || missing+=("$package")
done
if [[ ${#missing[@]} != 0 ]]; then
    echo "bench: installing Debian packages: ${missing[*]}" >&2
    root=(); [[ $EUID = 0 ]] || root=(sudo)
    "${root[@]}" apt-get -qq update && "${root[@]}" apt-get -qq -y --no-install-recommends install "${missing[@]}" > /dev/null ||
        fail "apt-get could not install: ${missing[*]}" "see the lines above; as root: apt-get install ${missing[*]}"
fi
if ! cmp -s testbench/bench/requirements.txt "$peer/requirements.txt"; then
    echo "bench: installing into $peer: $(paste -sd ' ' testbench/bench/requirements.txt)" >&2
    rm -rf "$peer"
    "$python" -m venv "$peer" && "$peer/bin/pip" install --quiet --requirement testbench/bench/requirements.txt ||
        fail "pip could not install the packages" "see the lines above; check the network"
    cp testbench/bench/requirements.txt "$peer/"
fi
