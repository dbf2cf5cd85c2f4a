#!/usr/bin/env bash
# Installs what checks the constraints: Debian's tclsh and python3 with venv (with sudo where not root), and the pinned pyslang of
# requirements.txt in .tools/constraints. Quiet and quick the second time.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

fail() { echo "constraints: $1" >&2; echo "constraints: remedy: $2" >&2; exit 1; }
pins=constraints/check/requirements.txt
venv=.tools/constraints

missing=()
command -v tclsh > /dev/null || missing+=(tcl)
python3 -c 'import ensurepip' 2> /dev/null || missing+=(python3 python3-venv)
if [[ ${#missing[@]} != 0 ]]; then
    command -v apt-get > /dev/null || fail "this is not Debian: no apt-get to install ${missing[*]} with" "install ${missing[*]} by hand"
    echo "constraints: installing Debian packages: ${missing[*]}" >&2
    root=(); [[ $EUID = 0 ]] || root=(sudo)
    "${root[@]}" apt-get -qq update && "${root[@]}" apt-get -qq -y --no-install-recommends install "${missing[@]}" > /dev/null ||
        fail "apt-get could not install ${missing[*]}" "see the lines above; as root: apt-get install ${missing[*]}"
fi
if ! cmp -s "$pins" "$venv/requirements.txt"; then
    echo "constraints: installing into $venv: $(head -n 1 "$pins")" >&2
    rm -rf "$venv"
    python3 -m venv "$venv" && "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$pins" ||
        fail "pip could not install the packages" "see the lines above; check the network"
    cp "$pins" "$venv/"
fi
