.DEFAULT_GOAL := help
.PHONY: help setup run test test-all test-slow judges bench lint format messages lock

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
JUDGES := .venv-judges
PORT ?= 8000
# Two cores are what the tests are planned for.
WORKERS ?= 2
# Tests start hundreds of processes: what the first compiled, the others load.
export PYTHONDONTWRITEBYTECODE :=
CHECKED := ilpes_lms tests bench migrations wsgi.py

help:  ## Say what can be done
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

# The lock names everything, so nothing is resolved: resolving would ask for newer versions of what is named with an
# extra (`pydantic[email]`), find no hash for them, and stop. `pip check` holds that the lock is complete.
$(VENV)/run.stamp: requirements/run.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes --no-deps -r requirements/run.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@$(BIN)/python -m pip check --quiet
	@touch $@

$(VENV)/dev.stamp: requirements/dev.lock $(VENV)/run.stamp
	$(BIN)/python -m pip install --quiet --require-hashes --no-deps -r requirements/dev.lock
	@$(BIN)/python -m pip check --quiet
	@touch $@

# The judges need other versions of what we need, so they live apart.
$(JUDGES)/judges.stamp: requirements/judges.lock
	$(PYTHON) -m venv $(JUDGES)
	$(JUDGES)/bin/python -m pip install --quiet --require-hashes --no-deps -r requirements/judges.lock
	@touch $@

setup: $(VENV)/dev.stamp  ## Make the virtual environment .venv, with the tools for development

run: $(VENV)/run.stamp  ## Start everything with demonstration data; PORT=8001 changes the port
	@PORT=$(PORT) exec $(BIN)/ilpes-lms up --demo

test: $(VENV)/dev.stamp  ## Run every test of the code, on one database each (under a quarter of an hour on two cores)
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m "not slow" -q --quick

test-all: $(VENV)/dev.stamp  ## Run them on SQLite and PostgreSQL, and in browsers and started systems (half an hour)
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m "not slow" -q

# What shares a system stays together (loadgroup): it is started once.
test-slow: $(VENV)/dev.stamp $(JUDGES)/judges.stamp  ## Run the long fault, load and property tests, and the judges
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup -m slow -q

judges: $(VENV)/dev.stamp $(JUDGES)/judges.stamp  ## Let only judges that are not ours look: schemathesis, bandit, pip-audit, wapiti, sqlmap
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup -m slow -q tests/judges

bench: $(VENV)/dev.stamp  ## Measure speed against something run beside it; writes bench/RESULTS.md
	$(BIN)/python bench/run.py

lint: $(VENV)/dev.stamp  ## Check style, types and the rules of the house
	$(BIN)/ruff check $(CHECKED)
	$(BIN)/ruff format --check $(CHECKED)
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/dev.stamp  ## Bring the code into its form
	$(BIN)/ruff check --fix $(CHECKED)
	$(BIN)/ruff format $(CHECKED)

messages: $(VENV)/dev.stamp  ## Bring the translation files up to date with the code; then translate what is empty
	$(BIN)/ilpes-lms translations update

lock: $(VENV)/dev.stamp  ## Resolve the newest dependencies into requirements/*.lock
	$(BIN)/python -m piptools compile --quiet --strip-extras --generate-hashes --allow-unsafe --no-header --no-emit-index-url --no-emit-find-links --no-annotate -o requirements/run.lock requirements/run.in pyproject.toml
	$(BIN)/python -m piptools compile --quiet --strip-extras --generate-hashes --allow-unsafe --no-header --no-emit-index-url --no-emit-find-links --no-annotate --extra dev -c requirements/run.lock -o requirements/dev.lock requirements/run.in pyproject.toml
	$(BIN)/python -m piptools compile --quiet --strip-extras --generate-hashes --allow-unsafe --no-header --no-emit-index-url --no-emit-find-links --no-annotate -o requirements/judges.lock requirements/judges.in
