# What every installer here needs: to be sourced, by a script that has set `self` to its name in messages.

say() { echo "$self: $*" >&2; }
fail() { say "$1"; say "remedy: $2"; exit 1; }
have() { command -v "$1" > /dev/null; }
as_root() { if [[ $EUID = 0 ]]; then "$@"; else sudo "$@"; fi; }

# Installs Debian packages of the machine's own release, with sudo where not root.
apt_install() {
    have apt-get || fail "this is not Debian: no apt-get to install $* with" "install $* by hand"
    [[ $EUID = 0 ]] || have sudo || fail "$* missing, and neither root nor sudo to install it" "as root: apt-get install $*"
    say "installing Debian packages: $*"
    as_root apt-get -qq update || fail "apt-get update failed" "see the lines above; check the network and /etc/apt"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install "$@" > /dev/null ||
        fail "apt-get could not install: $*" "see the lines above"
}
