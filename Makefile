# doorstep needs Python >= 3.11 and make; everything else comes from here.
#
#   make demo           plan a day on a real map and go on serving it (SERVE=0: exit when it is planned)
#   make test           every check: linters, types, layers, tests, browser
#   make test-faults    200 plans while workers are killed and frozen and PostgreSQL restarts (PLANS=, WORKERS=, SEED=, FAULTS_S=)
#   make lint           the checks without the tests
#   make security       bandit, known vulnerabilities of the locked packages, and the SBOM (dist/sbom.cdx.json)
#   make format         put the code into its format
#   make bench-build    build areas beside OSRM; bench-matrix: tables; bench-path: paths (FULL=1: a million nodes too)
#   make bench-solver   plans beside PyVRP, VROOM and OR-Tools (FULL=1: hours; KINDS=, PEERS=, ENGINE=, SEEDS=, RESUME=1)
#   make bench-metamorphic  what a visit, a collector or an hour more does to the cost of plans
#   make bench-geocode  addresses with their doors or streets removed from the map, a county and a province of our own
#   make bench-api      bulk upserts, the queue, plans per hour by workers, readers while plans are solved
#   make bench-docs     write docs/benchmarks.md from what they found
#   make lock           resolve pyproject.toml again into the lock files: run time, build, development
#   make clean          remove what was built, the virtual environment included
#
# PYTHON=/path/to/python chooses the Python that the virtual environment is made with.

SERVE ?= 1
BIN := .venv/bin
INSTALLED := .venv/.installed
LOCK_OPTIONS := --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --quiet

export PYTHON

.DEFAULT_GOAL := help
.PHONY: help install demo test test-faults lint security sbom format lock clean
.PHONY: bench-build bench-matrix bench-path bench-solver bench-metamorphic bench-geocode bench-api bench-docs

help:
	@sed -n 's/^#   //p' Makefile

install: $(INSTALLED)

$(INSTALLED): pyproject.toml requirements-dev.lock scripts/create_venv.sh
	@sh scripts/create_venv.sh
	@touch $@

demo: $(INSTALLED)
	@$(BIN)/doorstep demo $(if $(filter 0 no false,$(SERVE)),--no-serve,--serve)

test: $(INSTALLED)
	@$(BIN)/python scripts/run_checks.py

test-faults: $(INSTALLED)
	@$(BIN)/python -m tests.faults.run

lint: $(INSTALLED)
	@$(BIN)/python scripts/run_checks.py lint

security: $(INSTALLED)
	@$(BIN)/python -m scripts.check_security

sbom: $(INSTALLED)
	@$(BIN)/python -m scripts.check_security sbom

format: $(INSTALLED)
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format .

bench-build bench-matrix bench-path: $(INSTALLED)
	@FULL=$(if $(filter 1 yes true,$(FULL)),1,0) $(BIN)/python -m tests.benchmarks.network.$(subst -,_,$@)

bench-solver bench-metamorphic: $(INSTALLED)
	@FULL=$(if $(filter 1 yes true,$(FULL)),1,0) $(BIN)/python -m tests.benchmarks.solver.$(subst -,_,$@)

bench-geocode: $(INSTALLED)
	@$(BIN)/python -m tests.benchmarks.geocoding.bench_geocode

bench-api: $(INSTALLED)
	@$(BIN)/python -m tests.benchmarks.api.bench_api

bench-docs: $(INSTALLED)
	@$(BIN)/python -m tests.benchmarks.docs_page

lock: $(INSTALLED)
	$(BIN)/uv pip compile pyproject.toml --extra s3 $(LOCK_OPTIONS) --upgrade -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --extra dev --extra s3 -c requirements.lock $(LOCK_OPTIONS) --upgrade -o requirements-dev.lock
	sed -n 's/^requires = \["\(.*\)"\]$$/\1/p' pyproject.toml | \
		$(BIN)/uv pip compile - -c requirements-dev.lock $(LOCK_OPTIONS) -o requirements-build.lock

clean:
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .schemathesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
