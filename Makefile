# Every command of the project; `make help` lists them.
.DEFAULT_GOAL := help
.PHONY: help install run test test-long check bench screenshots journeys translations lock clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: ## install into .venv, nothing else
	@scripts/bootstrap.sh run

run: install ## start grc here, with demo data (PORT=8000; TRAINING=1: exercises, nothing leaves)
	@GRC_TRAINING=$(or $(TRAINING),$(GRC_TRAINING)) exec .venv/bin/grc run

test: ## everything that must pass: style, types, imports, unit, integration, fault and browser tests
	@scripts/test.sh test

test-long: ## the same with many more kills, the planted mutants and long property runs
	@scripts/test.sh long

check: ## the quick part: style, types, imports, architecture
	@scripts/test.sh check

bench: ## measure on generated mail and 100,000 cases
	@scripts/bootstrap.sh dev
	@exec .venv/bin/python -m bench

screenshots: ## draw every page, wide and narrow, light and dark, into build/screenshots
	@scripts/bootstrap.sh dev
	@scripts/test-servers.sh
	@exec .venv/bin/python -m scripts.screenshots --all build/screenshots

journeys: ## what agents do, in a browser: keys and clicks counted, told as a table
	@scripts/bootstrap.sh dev
	@scripts/test-servers.sh
	@exec .venv/bin/pytest -q -m "journey and not long" tests/browser/journeys

translations: ## bring the English catalogue up to date with the French texts
	@scripts/bootstrap.sh dev
	@.venv/bin/python -m scripts.catalogue

lock: ## choose library versions again and write the two lock files
	@scripts/bootstrap.sh dev
	@scripts/lock.sh

clean: ## remove .venv and caches; keeps var/
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
