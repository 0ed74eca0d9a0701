#!/bin/sh
# Make sure the programs the tests start are here: PostgreSQL, Redis (or Valkey), Dovecot,
# Chromium, tesseract with French.
# Only their binaries are used: each test run has its own servers, in its own folders.
set -eu
cd "$(dirname "$0")/.."

any_of() {
	for program in "$@"; do
		command -v "$program" >/dev/null && return
	done
	return 1
}

have_postgresql() {
	any_of initdb /usr/lib/postgresql/*/bin/initdb
}

can_install() {
	[ "$(id -u)" = 0 ] && command -v apt-get >/dev/null
}

# A browser without its windows needs half of the processor: a whole one only where it stands
# already and nothing can be installed.
browser_will_do() {
	! can_install && any_of chromium chromium-browser google-chrome
}

reads_french() {
	any_of tesseract && tesseract --list-langs 2>/dev/null | grep -qx fra
}

missing=''
have_postgresql || missing="$missing postgresql"
any_of redis-server valkey-server || missing="$missing redis-server"
any_of dovecot /usr/sbin/dovecot || missing="$missing dovecot-imapd"
any_of chromium-headless-shell || browser_will_do || missing="$missing chromium-headless-shell"
reads_french || missing="$missing tesseract-ocr tesseract-ocr-fra"
[ -n "$missing" ] || exit 0

if can_install; then
	# shellcheck disable=SC2086 # a list of package names
	exec scripts/apt-install.sh $missing
fi
echo "Pour lancer les tests, installez d'abord : sudo apt-get install$missing" >&2
echo "To run the tests, first install: sudo apt-get install$missing" >&2
exit 1
