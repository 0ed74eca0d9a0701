#!/bin/sh
# Choose the versions of every library and write them with their hashes.
# The locks name no package index, so that each place installs from its own mirror.
set -eu
cd "$(dirname "$0")/.."

# The build backend is locked with the rest: installing grc itself then needs no network.
build_backend() {
	.venv/bin/python -c 'import tomllib
with open("pyproject.toml", "rb") as file:
    print(*tomllib.load(file)["build-system"]["requires"], sep="\n")'
}

compile() {
	build_backend | UV_CUSTOM_COMPILE_COMMAND="make lock" .venv/bin/uv pip compile --quiet \
		--universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links \
		pyproject.toml - "$@" >/dev/null
}

compile --extra embedded --extra postgres --output-file requirements.lock
# Tests run on the versions that are shipped.
compile --extra embedded --extra postgres --extra dev --constraint requirements.lock \
	--output-file requirements-dev.lock

if grep -n '://' requirements.lock requirements-dev.lock >&2; then
	echo "A lock file names an address." >&2
	exit 1
fi
