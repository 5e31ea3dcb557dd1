# `make run` starts Sluice on this machine; `make test` proves it. Both set up .venv first where it is missing or stale.
PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8000
DASHBOARD ?= 8501

PLACES := --numprocesses auto --maxprocesses 4 --dist worksteal

# Compiled once, and not again by each process that a test starts.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup lock run demo check test prove browser bench dist clean client grammar package preview deploy destroy
.DEFAULT_GOAL := run

# From the lock of its name; what is there and not in it stays, so that `make run` takes nothing from a running test.
# Pip, which is slower, where uv cannot reach a package index that pip is set up for.
INSTALL = $(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --require-hashes --requirement requirements/$(@F).txt || \
	$(BIN)/python -m pip install -qq --no-deps --require-hashes --requirement requirements/$(@F).txt

setup: .venv/run

.venv/uv: requirements/uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Sluice needs Python 3.11 or newer; this is $$($(PYTHON) --version). Name another: make PYTHON=python3.12 …"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Python's venv is missing. On Debian: apt-get install python3-venv"; exit 1; }
	@echo "Setting up .venv (once) …"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --require-hashes --requirement $<
	@touch $@

# What running needs, and what checks and tests need as well. setuptools is in the locks, so building ours asks no package index.
.venv/run .venv/dev: .venv/%: requirements/%.txt .venv/uv pyproject.toml
	@$(INSTALL)
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

.venv/dev: .venv/run

# The locks, with hashes, of the short lists next to them. Each agrees with dev.txt, but spark.txt, which is installed apart. geoip2's web client, which we never call,
# would bring these 12 MB into Lambda.
LOCK = $(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes --python-version 3.11 --custom-compile-command "make lock" --annotation-style line
WEB_CLIENT := aiohappyeyeballs aiohttp aiosignal attrs certifi charset-normalizer frozenlist idna multidict propcache requests typing-extensions yarl

lock: .venv/uv
	cd requirements && ../$(LOCK) dev.in --output-file dev.txt
	cd requirements && for name in run layer doctor publish uv vault spark; do ../$(LOCK) --constraint dev.txt $$name.in --output-file $$name.txt || exit 1; done
	cd requirements && ../$(LOCK) --constraint dev.txt publish.in learning.in --output-file learning.txt
	cd requirements && ../$(LOCK) --constraint dev.txt $(WEB_CLIENT:%=--no-emit-package %) lambda.in --output-file ../requirements.txt

run: setup
	@$(BIN)/sluice serve --port $(PORT) --with-dashboard $(DASHBOARD) $(if $(STREAM),--stream)

demo: setup
	@$(BIN)/sluice demo --port $(PORT) $(DEMO)

# Secrets in what is tracked; .secrets.baseline has what counts as one, and the tests' made-up ones.
SECRETS = git ls-files -z | xargs -0 -n 140 -P 4 $(BIN)/detect-secrets-hook --baseline .secrets.baseline

check: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/sluice sync --check
	$(BIN)/sluice policy lint
	$(BIN)/sluice sql lint
	$(BIN)/sluice sql examples --check
	$(BIN)/sluice sql setup --check
	$(BIN)/sluice privacy map --check
	$(SECRETS)

# All, those of chalicelib with coverage; or some: make test TESTS=tests/chalicelib/tracking/test_track.py
test: .venv/dev browser
ifdef TESTS
	$(BIN)/python -m pytest $(TESTS)
else
	$(BIN)/python -m pytest $(PLACES) --cov --cov-report=term tests/chalicelib
	$(BIN)/python -m pytest $(PLACES) --ignore tests/chalicelib
endif

# More of the same, by hand and before a release: ten times the schedules of crashes, and of faults; and Spark's answers.
prove: .venv/dev browser .venv-spark/made
	PROVE=1 $(BIN)/python -m pytest $(PLACES)

# Spark has an environment of its own: 500 MB that nothing else needs. Without Java its test is skipped, and says so.
.venv-spark/made: requirements/spark.txt .venv/uv
	@command -v java >/dev/null || [ "$$(id -u)" != 0 ] || ! command -v apt-get >/dev/null || { \
		echo "Installing Java for Spark …"; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq openjdk-17-jre-headless >/dev/null; \
	} || echo "No Java could be installed; the test that asks Spark will be skipped."
	@echo "Setting up .venv-spark (once) …"
	@test -x .venv-spark/bin/python || $(PYTHON) -m venv .venv-spark
	@$(BIN)/uv pip install --quiet --python .venv-spark/bin/python --no-deps --require-hashes --requirement $< || \
		.venv-spark/bin/python -m pip install -qq --no-deps --require-hashes --requirement $<
	@touch $@

# What the browser tests drive: a Chromium that is here, Debian's, or Playwright's; one without windows takes less time.
browser: .venv/dev
	@has() { for program; do command -v $$program >/dev/null && return; done; return 1; }; \
	has chromium chromium-browser google-chrome && has chromium-headless-shell && exit 0; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing Chromium for the browser tests …"; \
		apt-get update -qq; \
		for package in chromium chromium-headless-shell; do \
			DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $$package >/dev/null; \
		done; \
	fi; \
	has chromium chromium-browser google-chrome && exit 0; \
	$(BIN)/playwright install chromium || echo "No Chromium could be installed; the browser tests will fail."

# The browser client into chalicelib/tracking/static, which is committed: nothing else needs node.
client:
	@command -v npm >/dev/null || { echo "Building the browser client needs node and npm. On Debian: apt-get install nodejs npm"; exit 1; }
	@cd client && npm ci --silent && node build.mjs

# Trino's grammar for the tests into tests/grammar/trino.mjs, which is committed: it runs with node alone.
grammar:
	@command -v npm >/dev/null || { echo "Building the grammar needs node and npm. On Debian: apt-get install nodejs npm"; exit 1; }
	@cd tests/grammar && npm ci --silent && node build.mjs

# All, or those that are named behind it: make bench hostile.
NAMED := $(if $(filter bench,$(firstword $(MAKECMDGOALS))),$(wordlist 2,99,$(MAKECMDGOALS)))

bench: .venv/dev
	$(BIN)/python -m bench $(NAMED)

# Make takes the names for goals; `client` is one.
ifneq ($(filter-out client,$(NAMED)),)
$(filter-out client,$(NAMED)): bench ; @:
endif

# The wheel, and what it was tested with as CycloneDX.
dist: .venv/dev
	rm -rf dist build/lib build/bdist.*
	$(BIN)/uv build --wheel --quiet --no-build-isolation --python $(BIN)/python --out-dir dist
	$(BIN)/python -W ignore -m cyclonedx_py requirements requirements/run.txt --output-reproducible --output-file dist/sluice.cdx.json

clean:
	rm -rf .venv .venv-spark dist build data mirrors .mypy_cache .pytest_cache .ruff_cache .coverage .hypothesis *.egg-info

# Deploy a stage of sluice.toml to AWS and remove it, for example: make deploy STAGE=dev
package preview deploy destroy: setup
	@test -n "$(STAGE)" || { echo "Name a stage of sluice.toml: make $@ STAGE=dev"; exit 1; }
	@$(BIN)/python -m sluice.cloud.stack $@ $(STAGE)
