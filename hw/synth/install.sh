#!/usr/bin/env bash
# Installs what measures the gates: Debian's python3 with venv (with sudo where not root), and the pinned Yosys and nextpnr of
# requirements.txt in .tools/synth. Named another package of hw, it installs what that one's requirements.txt pins in .tools of that name.
# Quiet and quick the second time.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

fail() { echo "synth: $1" >&2; echo "synth: remedy: $2" >&2; exit 1; }
package=${1-synth}
pins=hw/$package/requirements.txt
mkdir -p .tools
venv=$(cd .tools && pwd -P)/$package # programs in it name their folder: not by a link that may go

if ! cmp -s "$pins" "$venv/requirements.txt"; then
    if ! python3 -c 'import ensurepip' 2> /dev/null; then
        echo "synth: installing Debian packages: python3 python3-venv" >&2
        root=(); [[ $EUID = 0 ]] || root=(sudo)
        "${root[@]}" apt-get -qq update && "${root[@]}" apt-get -qq -y --no-install-recommends install python3 python3-venv > /dev/null ||
            fail "apt-get could not install python3 and python3-venv" "see the lines above; as root: apt-get install python3 python3-venv"
    fi
    echo "synth: installing into $venv: $(head -n 2 "$pins" | paste -sd ' ')" >&2
    rm -rf "$venv"
    python3 -m venv "$venv" && "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$pins" ||
        fail "pip could not install the packages" "see the lines above; check the network"
    cp "$pins" "$venv/"
fi
