# make demo and make test are all a newcomer needs; both make a virtual environment first.
# Override what differs on your machine: make test PYTHON=python3.12 VENV=/elsewhere/venv JOBS=1 PYTEST_ARGS="tests/oee -x"

PYTHON ?= python3
VENV ?= .venv
JOBS ?= auto
PYTEST_ARGS ?=

BIN := $(VENV)/bin
KERNELS := $(wildcard smartfab/_fast/*.pyx smartfab/_fast/*.pxd smartfab/_fast/*.h smartfab/_fast/levels/*.c)
INSTALLED := $(VENV)/.installed
BUILT := $(VENV)/.kernels

.PHONY: demo test notebooks docs lint interop faults cuts bench bench-gain clean

demo: $(BUILT)
	@$(BIN)/smartfab demo --out demo

test: $(BUILT) tests/service/node_modules/.package-lock.json
	@$(BIN)/python -m pytest -q -n $(JOBS) --maxprocesses 4 $(PYTEST_ARGS)

# Every notebook, from its first cell to its last.
notebooks: $(BUILT)
	@$(BIN)/python -m pytest -q --nbmake --nbmake-timeout=300 examples $(PYTEST_ARGS)

# build/docs: README, guides, commands, tables, Python reference, and the notebooks as they ran; NOTEBOOKS= leaves them as written.
NOTEBOOKS ?= yes

docs: $(BUILT)
	@NO_MKDOCS_2_WARNING=1 SMARTFAB_RUN_NOTEBOOKS=$(NOTEBOOKS) $(BIN)/python -m mkdocs build --quiet

lint: $(BUILT)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy smartfab connectors

interop: $(BUILT) tests/interop/node_modules/.package-lock.json
	@$(BIN)/python -m pytest -q -m interop tests/interop $(PYTEST_ARGS)

# Random lives of collectors and of jobs, and a strike at every system call of an append. Two minutes: FAULTS=1000 EVERY_SYSCALL=
# strikes at every call that changes a disk; without EVERY_SYSCALL= it kills at those that only read, too.
FAULTS ?= 10000
EVERY_SYSCALL ?= yes

faults: $(BUILT)
	@SMARTFAB_FAULTS=$(FAULTS) SMARTFAB_EVERY_SYSCALL=$(EVERY_SYSCALL) \
	$(BIN)/python -m pytest -q -n $(JOBS) --maxprocesses 4 -m faults tests/faults tests/connectors $(PYTEST_ARGS)

# Networks that fail by seed, on a server of our own and on one from npm, and a soak; the short forms are in test, faults, interop
CUTS ?= 20
SOAK_S ?= 300

cuts: $(BUILT) tests/interop/node_modules/.package-lock.json
	@SMARTFAB_CUTS=$(CUTS) SMARTFAB_SOAK_S=$(SOAK_S) $(BIN)/python -m pytest -q -s -m "faults or interop or not faults" \
	tests/connectors/opcua/test_cuts_by_seed.py tests/connectors/opcua/test_killed_collector.py tests/connectors/opcua/test_soak.py \
	tests/interop/test_cuts_by_seed.py tests/interop/test_restart.py $(PYTEST_ARGS)

bench: $(BUILT)
	@set -e; for topic in $$(grep -l '^if __name__' benchmarks/*.py benchmarks/*/*.py); do echo "== $$topic"; $(BIN)/python $$topic; done

# How often the interval of a measured gain holds the truth, over lines of fixed seeds; FULL=1 takes four times as many.
LINES ?= $(if $(FULL),4000,1000)
PEERS ?= 200
PLANS ?= 1000

bench-gain: $(BUILT)
	@$(BIN)/python benchmarks/gain/coverage.py --lines $(LINES) --peers $(PEERS)
	@$(BIN)/python benchmarks/gain/speed.py --plans $(PLANS)

clean:
	rm -rf $(VENV) build dist demo *.egg-info smartfab/_fast/*.c smartfab/_fast/*.so tests/*/node_modules

# The environment is made anew when its description changes. Kernels of an earlier build go, so that flags take effect.
$(INSTALLED): pyproject.toml setup.py
	@echo "Making $(VENV) and building the kernels; this takes a few minutes the first time."
	@rm -rf $(VENV) build smartfab/_fast/*.c smartfab/_fast/*.so
	@$(PYTHON) -c "import sys; sys.exit(0 if sys.version_info >= (3, 11) else 'Python 3.11 or newer is needed: make PYTHON=python3.11 …')"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -qq --disable-pip-version-check "setuptools>=77" "cython>=3.1"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-build-isolation -e ".[dev,bench]"
	@touch $(INSTALLED)

# An installation has just built the kernels; only those written since are built again.
$(BUILT): $(INSTALLED) $(KERNELS)
	@if [ -n "$$(find $(KERNELS) -newer $(INSTALLED))" ]; then $(BIN)/python setup.py -q build_ext --inplace > /dev/null; fi
	@touch $(BUILT)

tests/%/node_modules/.package-lock.json: tests/%/package.json
	@if command -v npm > /dev/null; then npm install --prefix tests/$* --no-audit --no-fund --loglevel error && touch $@; \
	else echo "npm is not installed: tests that need $$(sed -n 's/.*"dependencies": { "\([^"]*\)".*/\1/p' $<) will be skipped"; fi
