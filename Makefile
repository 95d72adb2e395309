# `make` lists the targets. Everything a target needs it installs into .venv by itself.
PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
export HOST PORT
BIN := .venv/bin
FLASK := $(BIN)/flask --app app

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

run: build ## build everything and serve it on http://127.0.0.1:8000 (HOST=, PORT= change that)
	@$(FLASK) serve

build: .venv/ready ## check the content, render and compress every page into build/
	@$(FLASK) build

test: .venv/tested browser ## lint, type-check, check the content, run every test
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(FLASK) check
	@$(BIN)/pytest -n auto

test-browsers: .venv/tested ## the main journeys in Chromium, Firefox ESR and WebKitGTK (some minutes)
	@sh tests/engines/install $(BIN)
	@$(BIN)/pytest tests/engines

audit: build .venv/audited ## HTML, headers, speed, unit and code, judged by others' tools (needs node, Java, nginx, root)
	@$(BIN)/python -B -m tests.audit

check: .venv/ready ## read all content and say what is wrong with it
	@$(FLASK) check

po: .venv/ready ## bring translations/ up to the content
	@$(FLASK) catalogs

schema: .venv/ready ## write the JSON Schema that editors check the YAML with
	@$(FLASK) schema

sizes: build ## bytes of the app page per language
	@$(FLASK) sizes

bench: build .venv/tested ## the server beside a bare Flask hello (needs wrk)
	@$(BIN)/python -m tests.bench.server

bench-growth: build .venv/tested ## how cost grows with languages, systems and helpers
	@$(BIN)/python -m tests.bench.growth

bench-load: build .venv/tested ## twenty minutes of the load that a radio mention brings, in two (needs nginx)
	@$(BIN)/python -m tests.bench.load

bench-phone: build .venv/tested ## what a slowed browser on a slow line waits for (as root; ROUNDS=5)
	@$(BIN)/python -B -m tests.bench.phone $(if $(ROUNDS),--rounds $(ROUNDS)) || test $$? -eq 77

bench-timing: build .venv/tested ## whether the time to an answer tells of what was answered
	@$(BIN)/python -m tests.bench.timing

fuzz: build .venv/tested ## hostile requests against our own server (COUNT=200000 SEED=1), and slow ones
	@$(BIN)/python -m tests.bench.fuzz $(if $(COUNT),--count $(COUNT)) $(if $(SEED),--seed $(SEED))
	@$(BIN)/python -m tests.bench.drip

screenshot: .venv/tested browser ## take the README's picture
	@$(BIN)/python -m tests.browser.screenshot

browser: .venv/tested ## a browser for the tests, if there is none
	@sh tests/browser/install $(BIN)

lock: .venv/tested ## write the lock files anew from pyproject.toml
	@$(BIN)/uv pip compile -q --generate-hashes --universal --no-header pyproject.toml -o requirements.txt
	@$(BIN)/uv pip compile -q --generate-hashes --universal --no-header --extra test pyproject.toml -o requirements-test.txt
	@$(BIN)/uv pip compile -q --generate-hashes --universal --no-header --extra audit \
		-c requirements-test.txt pyproject.toml -o requirements-audit.txt

clean: ## remove .venv and build
	@rm -rf .venv build

.venv/ready: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo "On File needs Python 3.11 or newer. Install it, or name it: make PYTHON=/path/to/python3.11 run" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
		{ echo "Python's venv module is missing. On Debian or Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/tested: .venv/ready requirements-test.txt
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-test.txt
	@touch $@

.venv/audited: .venv/tested requirements-audit.txt
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-audit.txt
	@touch $@

.PHONY: help run build test test-browsers audit check po schema sizes bench bench-growth bench-load bench-phone bench-timing fuzz screenshot browser lock clean
