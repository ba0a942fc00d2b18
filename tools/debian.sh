#!/bin/sh
# Installs those of the named Debian packages that are missing. No service of theirs is started or
# enabled at boot: the tests start what they need as their own child processes.
set -eu

if ! command -v apt-get >/dev/null 2>&1; then
    echo "Not a Debian system: install these yourself, or the tests that need them are skipped: $*" >&2
    exit 0
fi

missing=""
for package in "$@"; do
    status=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$status" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null 2>&1; then
        echo "Installing with sudo:$missing"
        exec sudo sh "$0" "$@"
    fi
    echo "Missing Debian packages, and neither root nor sudo to install them:$missing" >&2
    exit 1
fi

echo "Installing Debian packages:$missing"
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    trap 'rm -f "$policy"' EXIT
    trap 'exit 1' INT TERM
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# shellcheck disable=SC2086  # a list of words on purpose
apt-get install -y -qq --no-install-recommends $missing >/dev/null

# Only what was installed just now: a service somebody already runs on this machine is left alone.
for package in $missing; do
    case $package in
        redis-server | coturn | postgresql)
            if command -v systemctl >/dev/null 2>&1; then
                systemctl disable --quiet "$package" 2>/dev/null || true
            fi
            update-rc.d "$package" disable >/dev/null 2>&1 || true
            ;;
    esac
done
