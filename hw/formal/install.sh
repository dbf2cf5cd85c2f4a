#!/usr/bin/env bash
# Installs what proves: what hw/synth/install.sh installs, and the pinned solver of requirements.txt in .tools/formal. Quiet and quick the second time.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

hw/synth/install.sh
hw/synth/install.sh formal
