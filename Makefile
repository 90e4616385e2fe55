# Two commands on a machine that has only Python 3.11 or newer:
#   make run    a sample newsroom on http://127.0.0.1:8000/
#   make test   the whole suite
#   make faults every fault, on both databases; writes the table of docs/reliability.md
#   make mutants  deliberate bugs in copies of the portal, each of which these faults must catch
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Most tests wait more than they work: three at a time on two cores, each file on one of them.
JOBS ?= 3
# Every crash point and every bad frame; the scenarios are played whole after them.
IN_FAULTS := tests/faults --ignore tests/faults/test_short.py
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: run test faults mutants bench lint clean

run: $(VENV)/.run
	@$(BIN)/portal demo

# Compiled before: some hundred portals are started, and not every machine keeps what it compiles.
test: $(VENV)/.test
	@$(BIN)/python -m compileall -q portal tests
	@$(BIN)/python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder $(TESTS)

faults: $(VENV)/.test
	@$(if $(FAULTS),true,PORTAL_FAULTS=all $(BIN)/python -m pytest $(IN_FAULTS))
	@$(BIN)/python -m tests.faults.run --write docs/reliability.md $(FAULTS)

mutants: $(VENV)/.test
	@$(BIN)/python -m tests.faults.mutants $(MUTANTS)

bench: $(VENV)/.test
	@$(BIN)/python -m bench

lint: $(VENV)/.test
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports

clean:
	rm -rf $(VENV) build dist *.egg-info

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "portal needs Python 3.11 or newer; name one with: make PYTHON=python3.12 run")'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run: $(BIN)/python pyproject.toml constraints.txt
	@echo "Installing into $(VENV) (once) ..."
	@$(PIP) install --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.test: $(BIN)/python pyproject.toml constraints.txt
	@echo "Installing into $(VENV) (once) ..."
	@$(PIP) install --constraint constraints.txt --editable '.[test]'
	@touch $@ $(VENV)/.run
