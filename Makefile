# Two commands matter: `make run` and `make test`. The rest is told by `make help`.

PYTHON ?= python3
NPM ?= npm
# Empty: what the environment (VIDEO_ADVICE_...) or the built-in default says.
HOST ?=
PORT ?=
TLS ?=
PATIENTS ?= 5
ONLY ?=
UPGRADE ?=
SCHEDULES ?=
SEED ?=
LENGTH ?=
# Much of a test is waiting, so two at a time are done in little more than half the time.
WORKERS ?= 2

BIN := .venv/bin
SUITES := unit property contract integration talk chaos media browser
DEBIAN_TEST_PACKAGES := chromium coturn redis-server postgresql fonts-noto-core
PAGE_SOURCES := $(shell find web/src web/public web/tools web/index.html web/nurse.html \
	web/vite.config.ts web/svelte.config.js web/tsconfig.json -type f 2>/dev/null)
# Says nothing when all is well, and everything when it is not.
QUIETLY := sh -c 'out=$$("$$@" 2>&1) || { printf "%s\n" "$$out"; exit 1; }' --
PIP_INSTALL := $(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --require-hashes

export NO_MKDOCS_2_WARNING = 1

.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
.PHONY: help install page run demo test test-web test-python check check-style check-types \
	check-imports check-web check-generated check-privacy check-locks check-docs bench lock \
	generate format docs clean chaos

help: ## say what can be made
	@echo 'make run                          start the service on this machine'
	@echo 'make run HOST=0.0.0.0 TLS=1       so that a phone on the same network can join'
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo '  variables  HOST, PORT, TLS=1 (run, demo); PATIENTS=5 (demo); ONLY=unit (test), ONLY=relay'
	@echo '             (bench); WORKERS=2 (test); SCHEDULES=25, SEED, LENGTH=60 (chaos); UPGRADE=1 (lock);'
	@echo '             PYTHON=python3.12'

# ---- what is installed ------------------------------------------------------------------------

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo 'Python 3.11 or later is needed; name one with PYTHON=...' >&2; exit 1; }
	@echo 'Making a virtual environment in .venv'
	@$(PYTHON) -m venv .venv >/dev/null 2>&1 \
		|| { rm -rf .venv; sh tools/debian.sh python3-venv && $(PYTHON) -m venv .venv; }

.venv/.runtime: requirements.lock | $(BIN)/python
	@echo 'Installing the Python packages named in requirements.lock'
	@$(PIP_INSTALL) -r requirements.lock
	@touch $@

.venv/.dev: requirements-dev.lock .venv/.runtime | $(BIN)/python
	@echo 'Installing the Python packages named in requirements-dev.lock'
	@$(PIP_INSTALL) -r requirements-dev.lock
	@touch $@

web/node_modules/.stamp: web/package.json web/package-lock.json
	@node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' 2>/dev/null \
		|| { echo 'Node 20.19 or later is needed to build the page.' >&2; exit 1; }
	@echo 'Installing the packages named in web/package-lock.json'
	@cd web && $(NPM) ci --no-audit --no-fund --loglevel=error
	@touch $@

web/dist/index.html: web/node_modules/.stamp $(PAGE_SOURCES)
	@echo 'Building the page'
	@cd web && $(NPM) run --silent build -- --logLevel warn
	@touch $@

bench/node_modules/.stamp: $(wildcard bench/package.json bench/package-lock.json)
	@if [ -f bench/package-lock.json ]; then \
		echo 'Installing the packages named in bench/package-lock.json'; \
		cd bench && $(NPM) ci --no-audit --no-fund --loglevel=error; \
	fi
	@mkdir -p $(@D) && touch $@

install: .venv/.runtime web/node_modules/.stamp ## install what running needs
	@echo 'Installed.'

page: web/dist/index.html ## build the page (web/dist) when its sources have changed

# ---- running ----------------------------------------------------------------------------------

RUN = $(BIN)/python -m signaling run \
	$(if $(HOST),--host $(HOST)) $(if $(PORT),--port $(PORT)) $(if $(TLS),--tls)

run: .venv/.runtime page ## start everything on this machine
	@$(RUN)

demo: .venv/.runtime page ## the same with five demo patients who wait for a nurse
	@$(RUN) --patients $(PATIENTS)

# ---- proving ----------------------------------------------------------------------------------

test: test-web test-python ## install what tests need and run every suite

test-web: web/node_modules/.stamp
	@echo 'Testing the page'
	@cd web && $(NPM) test --silent

test-python: .venv/.dev page
	@sh tools/debian.sh $(DEBIAN_TEST_PACKAGES)
	@echo 'Testing: $(or $(ONLY),$(SUITES))'
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile \
		$(if $(ONLY),$(addprefix tests/,$(ONLY)),$(wildcard $(SUITES:%=tests/%)))

check: check-style check-types check-imports check-locks check-privacy check-generated check-web check-docs ## lint, types, layers, generated files, privacy, docs

check-style: .venv/.dev
	@echo 'ruff'
	@$(BIN)/ruff check --quiet .
	@$(QUIETLY) $(BIN)/ruff format --check .

check-types: .venv/.dev
	@echo 'mypy'
	@$(BIN)/mypy $(wildcard video_advice signaling tests tools bench)

check-imports: .venv/.dev
	@echo 'import-linter'
	@$(QUIETLY) $(BIN)/lint-imports --no-logo

check-web: web/node_modules/.stamp
	@echo 'eslint, svelte-check, tsc'
	@cd web && $(NPM) run --silent lint && $(NPM) run --silent check

check-generated: .venv/.runtime
	@echo 'generated files'
	@$(BIN)/python -m signaling generate --check

check-privacy: .venv/.dev
	@echo 'personal numbers'
	@$(BIN)/python tools/personal_numbers.py

check-locks: .venv/.dev
	@echo 'lock files'
	@$(BIN)/python tools/locks.py

check-docs: .venv/.dev
	@echo 'documentation'
	@$(QUIETLY) $(BIN)/mkdocs build --strict

bench: .venv/.dev page bench/node_modules/.stamp ## measure: one JSON line a figure; ONLY=relay for one
	@sh tools/debian.sh $(DEBIAN_TEST_PACKAGES) >&2
	@$(BIN)/python -m bench $(ONLY)

chaos: .venv/.dev page ## break parts under load, judge what was kept: SCHEDULES=25 SEED=1
	@sh tools/debian.sh $(DEBIAN_TEST_PACKAGES) >&2
	@$(BIN)/python -m tests.chaos "$(SCHEDULES)" "$(SEED)" "$(LENGTH)"

# ---- keeping ----------------------------------------------------------------------------------

COMPILE = $(BIN)/uv pip compile --universal --python-version 3.11 --fork-strategy fewest --quiet \
	--generate-hashes --no-emit-index-url --no-annotate --no-header $(if $(UPGRADE),--upgrade)

lock: ## write the lock files again (UPGRADE=1 for the newest versions)
	@[ -x $(BIN)/uv ] || $(MAKE) --no-print-directory .venv/.dev
	@$(COMPILE) pyproject.toml -o requirements.lock
	@$(COMPILE) pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock
	@cd web && $(NPM) $(if $(UPGRADE),update,install) --package-lock-only --no-audit --no-fund --loglevel=error
	@$(BIN)/python tools/locks.py --strip

generate: .venv/.runtime web/node_modules/.stamp ## write the generated types, schemas and pages again
	@$(BIN)/python -m signaling generate

format: .venv/.dev ## format the Python sources
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet .

docs: .venv/.dev ## build the documentation (site/)
	@$(QUIETLY) $(BIN)/mkdocs build --strict
	@echo 'site/index.html'

clean: ## remove all that was made; the service's own data in .data/ stays
	@rm -rf .venv web/node_modules web/dist bench/node_modules site dist \
		.mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
