# Praya on a machine that has Python 3.11 or newer and make, and nothing else: `make run`, then `make test`.
# `make help` lists the commands. The environment lies in .venv, everything that runs writes below var/.

PYTHON ?= python3
VENV   := .venv
PY     := $(VENV)/bin/python
UV     := $(VENV)/bin/uv
STAMPS := $(VENV)/.stamps

# A folder that was moved, or a Python that is gone, is no environment any more: it is made again.
ifneq ($(shell test -x $(PY) && cat $(STAMPS)/at 2>/dev/null),$(CURDIR))
$(shell rm -rf $(STAMPS))
endif

# Without bytecode every start of Airflow takes four times as long; Great Expectations reports to nobody.
unexport PYTHONDONTWRITEBYTECODE
# Another environment or another project's modules must not get in between.
unexport PYTHONPATH PYTHONHOME VIRTUAL_ENV UV_PROJECT_ENVIRONMENT
export GX_ANALYTICS_ENABLED := false
# uv trusts what the machine trusts, as pip does: an index behind a house's own certificate is reached too.
export UV_SYSTEM_CERTS := true

# Tests that neither start Airflow nor kill processes run in a process a core; then these two side by side.
ALONE := e2e or chaos

# In this order: each is held to those before it.
LOCKS := requirements requirements-s3 requirements-postgresql requirements-dev requirements-uv

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:
.PHONY: help run quick test up down airflow s3 postgresql clean lock lint types docs bench numbers

help:  ## lists these commands
	@sed -n 's/^\([a-z0-9]*\):.*## \(.*\)/  make \1|\2/p' $(firstword $(MAKEFILE_LIST)) | awk -F'|' '{printf "%-18s%s\n", $$1, $$2}'

run: $(STAMPS)/run  ## runs everything once, from the sources to the catalogue, and stops again
	@exec $(PY) -m praya_airflow.local run

quick: $(STAMPS)/dev  ## runs the tests that take least: half of the modules, in three minutes or so
	@exec $(PY) -m pytest -q -n logical --dist loadfile --no-loadscope-reorder -m "not slow and not ($(ALONE))" $(ARGS)

test: $(STAMPS)/dev  ## runs the tests; FULL=1 also those that take minutes, FULL=every all cases; or ARGS="tests/store -x"
ifdef ARGS
	@exec $(PY) -m pytest $(ARGS)
else
	@failed=0; log=$$(mktemp); \
	$(PY) -m pytest -n logical --dist loadfile --no-loadscope-reorder -m "not ($(ALONE))" || failed=$$?; \
	$(PY) -m pytest -m chaos >$$log 2>&1 & chaos=$$!; \
	trap "kill $$chaos; rm -f $$log; exit 1" INT TERM; \
	$(PY) -m pytest -m e2e || failed=$$?; \
	wait $$chaos || failed=$$?; \
	cat $$log; rm -f $$log; \
	exit $$failed  # what fails first must not hide what comes after
endif

up: $(STAMPS)/run  ## starts Airflow and leaves it running; its UI is on 127.0.0.1:8080 (PRAYA_PORT)
	@exec $(PY) -m praya_airflow.local up

down: $(STAMPS)/run  ## stops what make up started
	@exec $(PY) -m praya_airflow.local down

airflow: $(STAMPS)/run  ## runs Airflow's own command line here: ARGS="dags list"
	@exec $(PY) -m praya_airflow.local airflow $(ARGS)

s3: $(STAMPS)/s3  ## adds the driver for `praya publish s3://...`, which nothing else needs

postgresql: $(STAMPS)/postgresql  ## adds the drivers for PRAYA_DATABASE=postgresql+psycopg2://...

lint: $(STAMPS)/dev  ## checks style, format, that imports run downwards only, and that no merge is left open
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/lint-imports
	@! git grep -nE '^(<<<<<<<|>>>>>>>) '  # what a merge left open
	PYTHONPATH=include:tests $(PY) -m prose.names  # no name uses a word that is ruled out

types: $(STAMPS)/dev  ## checks types, strictly
	$(VENV)/bin/mypy

docs: $(STAMPS)/dev  ## builds docs/ into site/; a broken link fails
	$(VENV)/bin/mkdocs build --strict

numbers: $(STAMPS)/dev  ## lists every number of the source documents, and where it went or why it was left out
	@PYTHONPATH=include:tests exec $(PY) -m content.second_reading $(ARGS)

bench: $(STAMPS)/dev  ## measures speed and growth for the page on performance (an hour); a part: ARGS="--parts growth"
	@PYTHONPATH=include:tests exec $(PY) -m bench $(if $(MONTHS),--months $(MONTHS)) $(ARGS)

lock: $(STAMPS)/uv  ## writes the locks anew from requirements*.in, with the hash of every file; UPGRADE=1 for the newest
	@set -e; for name in $(LOCKS); do \
	  $(UV) pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url -q \
	    $(if $(UPGRADE),--upgrade) $$name.in -o $$name.txt; \
	done

clean:  ## removes the environment (.venv) and everything that ran (var: store, releases, ledger, Airflow)
	@test ! -x $(PY) || ! test -e var/run/guardian.json || $(PY) -m praya_airflow.local down
	@echo "removing .venv (the environment) and var (store, releases, ledger, Airflow's database and logs)"
	@rm -rf $(VENV) var

# The environment, in steps that are made once and again when what they come from has changed.

$(STAMPS)/uv: requirements-uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "$(PYTHON) is missing or older than 3.11: `$(PYTHON) --version 2>&1`." \
	    "Install Python 3.11 or newer, or name one: make PYTHON=/path/to/python3.12 ..." >&2; exit 2; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "$(PYTHON) comes without venv or ensurepip. Install them (on Debian and Ubuntu: apt install python3-venv)," \
	    "or name another Python: make PYTHON=/path/to/python3.12 ..." >&2; exit 2; }
	@echo "making the environment in .venv"
	@$(PYTHON) -m venv --clear $(VENV)
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-input --require-hashes -r requirements-uv.txt
	@mkdir -p $(STAMPS) && pwd > $(STAMPS)/at && touch $@

$(STAMPS)/run: $(STAMPS)/uv requirements.txt pyproject.toml
	@echo "installing what requirements.txt locks"
	@$(UV) pip install --quiet --python $(PY) --require-hashes --compile-bytecode -r requirements.txt
	@$(UV) pip install --quiet --python $(PY) --no-deps --no-build-isolation --offline -e .
	@touch $@

$(STAMPS)/s3 $(STAMPS)/postgresql: $(STAMPS)/%: $(STAMPS)/run requirements-%.txt
	@echo "installing what requirements-$*.txt locks"
	@$(UV) pip install --quiet --python $(PY) --require-hashes --compile-bytecode -r requirements.txt -r requirements-$*.txt
	@touch $@

$(STAMPS)/dev: $(STAMPS)/s3 $(STAMPS)/postgresql requirements-dev.txt
	@echo "installing what requirements-dev.txt locks"
	@$(UV) pip install --quiet --python $(PY) --require-hashes --compile-bytecode \
	  -r requirements.txt -r requirements-s3.txt -r requirements-postgresql.txt -r requirements-dev.txt
	@touch $@
