# Two commands do it all: `make run` and `make test`. `make` alone lists the targets.
PY := .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help setup run test check lock mutation audit

help: ## List the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

setup: ## Install everything into .venv, and the browser and fonts when root
	@sh ops/setup.sh

run: setup ## Install, create the database, start the application with its worker, print the address
	@.venv/bin/casefile run

test: setup check ## Install, then run every check: format, lint, types, import contracts, tests

check: ## Every check, without installing first
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	.venv/bin/lint-imports
	$(PY) -m slipcover -m pytest -n 2 --dist loadfile --no-loadscope-reorder

lock: ## Resolve pyproject.toml into requirements.lock, with hashes and without any registry
	$(PY) -m uv pip compile pyproject.toml --extra dev --extra oidc --universal --python-version 3.11 \
	  --generate-hashes --no-header --no-annotate -q -o requirements.lock

mutation: ## Change the law one operator at a time: a test must fail each time (long; not part of test)
	$(PY) bench/mutation.py

audit: setup ## List every component (build/sbom.json) and look for known vulnerabilities; needs the network
	@sh ops/audit.sh
