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

reads_french() {
	any_of tesseract && tesseract --list-langs 2>/dev/null | grep -qx fra
}

missing=''
have_postgresql || missing="$missing postgresql"
any_of redis-server valkey-server || missing="$missing redis-server"
any_of dovecot /usr/sbin/dovecot || missing="$missing dovecot-imapd"
any_of chromium chromium-browser google-chrome || missing="$missing chromium"
reads_french || missing="$missing tesseract-ocr tesseract-ocr-fra"
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	# shellcheck disable=SC2086 # a list of package names
	exec scripts/apt-install.sh $missing
fi
echo "Pour lancer les tests, installez d'abord : sudo apt-get install$missing" >&2
echo "To run the tests, first install: sudo apt-get install$missing" >&2
exit 1
