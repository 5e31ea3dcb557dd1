# `make run` starts Sluice on this machine; `make test` proves it. Both set up .venv first where it is missing or stale.
PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8000
DASHBOARD ?= 8501

PLACES := --numprocesses auto --maxprocesses 4 --dist worksteal

.PHONY: setup run demo check test prove browser bench clean client package preview deploy destroy
.DEFAULT_GOAL := run

setup: .venv/ready

.venv/ready: requirements.txt requirements-dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Sluice needs Python 3.11 or newer; this is $$($(PYTHON) --version). Name another: make PYTHON=python3.12 …"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Python's venv is missing. On Debian: apt-get install python3-venv"; exit 1; }
	@echo "Setting up .venv (once; about a minute) …"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements-dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

run: setup
	@$(BIN)/sluice serve --port $(PORT) --with-dashboard $(DASHBOARD)

demo: setup
	@$(BIN)/sluice demo --port $(PORT)

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/sluice sync --check
	$(BIN)/sluice policy lint
	$(BIN)/sluice sql lint
	$(BIN)/sluice sql examples --check

test: setup browser
	$(BIN)/python -m pytest $(PLACES) --cov --cov-report=term tests/chalicelib
	$(BIN)/python -m pytest $(PLACES) --ignore tests/chalicelib

# More of the same, by hand and before a release: ten times the schedules of crashes, and of faults.
prove: setup browser
	PROVE=1 $(BIN)/python -m pytest $(PLACES)

# What the browser tests drive: a Chromium that is here, Debian's, or Playwright's. Without one they fail, and say so.
browser: setup
	@for program in chromium chromium-browser google-chrome; do command -v $$program >/dev/null && exit 0; done; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing Chromium for the browser tests …"; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null && exit 0; \
	fi; \
	$(BIN)/playwright install chromium || echo "No Chromium could be installed; the browser tests will fail."

# The browser client into chalicelib/tracking/static, which is committed: nothing else needs node.
client:
	@command -v npm >/dev/null || { echo "Building the browser client needs node and npm. On Debian: apt-get install nodejs npm"; exit 1; }
	@cd client && npm ci --silent && node build.mjs

bench: setup
	$(BIN)/python -m bench

clean:
	rm -rf .venv data mirrors .mypy_cache .pytest_cache .ruff_cache .coverage .hypothesis *.egg-info

# A stage of sluice.toml into AWS and out of it, such as: make deploy STAGE=dev
package preview deploy destroy: setup
	@test -n "$(STAGE)" || { echo "Name a stage of sluice.toml: make $@ STAGE=dev"; exit 1; }
	@$(BIN)/python -m sluice.cloud.stack $@ $(STAGE)
