#!/bin/sh
# Install Debian packages as root without starting the services they bring.
#
#   scripts/apt-install.sh PACKAGE…
set -eu

policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
	# Asked by every package script before it starts a service; 101 means "not allowed".
	printf '#!/bin/sh\nexit 101\n' >"$policy"
	chmod 755 "$policy"
	trap 'rm -f "$policy"' EXIT
	trap 'exit 130' INT TERM
fi

echo "Installation des paquets système : $* / Installing system packages: $*"
export DEBIAN_FRONTEND=noninteractive
if ! output=$({ apt-get update && apt-get install -y --no-install-recommends "$@"; } 2>&1); then
	printf '%s\n' "$output" | grep '^E:' | sed 's#[a-z+]*://[^ ]*#(…)#g' | tail -n 3 >&2 || true
	echo "apt-get n'a pas pu installer : $*" >&2
	echo "apt-get could not install: $*" >&2
	exit 1
fi
