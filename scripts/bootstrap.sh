#!/bin/sh
# Prepare .venv: find a Python, install the hashed lock, compile the translations and the program.
#
#   scripts/bootstrap.sh run    what the program needs
#   scripts/bootstrap.sh dev    and what its tests need
#
# Nothing to do is the usual case and takes a fraction of a second. Every failure is one
# sentence, in French and in English; what pip says is kept back because it names mirrors.
set -eu
cd "$(dirname "$0")/.."

kind=${1:-run}
here=$(pwd -P)
stamp=.venv/.installed
case $kind in
run) lock=requirements.lock room_mb=500 ;;
dev) lock=requirements-dev.lock room_mb=1000 ;;
*)
	echo "usage: scripts/bootstrap.sh [run|dev]" >&2
	exit 64
	;;
esac

die() {
	printf '%s\n%s\n' "$1" "$2" >&2
	exit 1
}

die_disk_full() {
	die "Espace disque insuffisant : libérez au moins $room_mb Mo puis recommencez." \
		"Not enough disk space: free at least $room_mb MB, then try again."
}

# What a failed command printed, turned into the one sentence that helps.
explain() {
	case $1 in
	*"No space left on device"* | *"Errno 28"*) die_disk_full ;;
	*"DO NOT MATCH THE HASHES"*)
		die "Installation refusée : un paquet téléchargé ne correspond pas à $lock." \
			"Installation refused: a downloaded package does not match $lock."
		;;
	*"No matching distribution"* | *onnection* | *"timed out"* | *ProxyError* | *SSLError*)
		die "Téléchargement impossible : vérifiez le réseau, ou le miroir configuré pour pip." \
			"Cannot download: check the network, or the mirror configured for pip."
		;;
	esac
	printf '%s\n' "$1" | sed 's#[a-z+]*://[^ ]*#(…)#g' | tail -n 5 >&2
	die "L'installation a échoué (lignes ci-dessus)." "Installation failed (lines above)."
}

quietly() {
	output=$("$@" 2>&1) || explain "$output"
}

recent_enough() {
	"$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
	for python in ${GRC_PYTHON:-python3 python3.13 python3.12 python3.11}; do
		if recent_enough "$python"; then
			command -v "$python"
			return
		fi
	done
	found=$(python3 --version 2>/dev/null || echo "—")
	die "Python 3.11 ou plus récent est nécessaire (trouvé : $found)." \
		"Python 3.11 or newer is needed (found: $found)."
}

# Debian ships Python without the part that creates environments.
ensure_venv_module() {
	"$1" -c 'import ensurepip, venv' 2>/dev/null && return
	package=$("$1" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
	if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
		die "Il manque le module venv de Python : installez-le par « apt-get install $package »." \
			"Python's venv module is missing: install it with 'apt-get install $package'."
	fi
	scripts/apt-install.sh "$package"
}

check_room() {
	free_kb=$(df -Pk . | awk 'NR == 2 { print $4 }')
	[ "$free_kb" -ge $((room_mb * 1024)) ] || die_disk_full
}

# False when absent, half made, or made for a Python that is gone.
environment_works() {
	.venv/bin/python -c 'import pip' 2>/dev/null
}

create_environment() {
	python=$(find_python)
	ensure_venv_module "$python"
	rm -rf .venv
	quietly "$python" -m venv .venv
}

install_packages() {
	echo "Installation des bibliothèques… / Installing the libraries…"
	quietly .venv/bin/python -m pip install --quiet --no-input --disable-pip-version-check \
		--retries 2 --require-hashes --only-binary :all: -r "$lock"
	# The build backend comes from the lock too, so this needs no network.
	quietly .venv/bin/python -m pip install --quiet --no-input --disable-pip-version-check \
		--no-index --no-deps --no-build-isolation --editable .
}

compile_translations() {
	for po in translations/*/LC_MESSAGES/*.po; do
		mo=${po%.po}.mo
		if [ -e "$po" ] && { [ ! -e "$mo" ] || [ "$po" -nt "$mo" ]; }; then
			quietly .venv/bin/pybabel compile --input-file "$po" --output-file "$mo"
		fi
	done
}

# Every command is a process: without this each would compile the program again where Python is
# told to write no bytecode, or may not.
compile_program() {
	quietly .venv/bin/python -m compileall -q grc config.py wsgi.py
}

# The stamp says what is installed: where (an environment cannot be moved), from which files, for whom.
wanted=$({ echo "$here" && cat requirements.lock requirements-dev.lock pyproject.toml; } | cksum)
made_at='' made_of='' made_for=''
if [ -e "$stamp" ]; then
	{ read -r made_at && read -r made_of && read -r made_for; } <"$stamp" || true
fi

[ -z "$made_at" ] || [ "$made_at" = "$here" ] || rm -rf .venv
if ! environment_works || [ "$made_of" != "$wanted" ] || { [ "$kind" = dev ] && [ "$made_for" = run ]; }; then
	check_room
	environment_works || create_environment
	install_packages
	printf '%s\n' "$here" "$wanted" "$kind" >"$stamp"
fi
compile_translations
compile_program
