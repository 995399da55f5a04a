# Two commands matter: `make run` and `make test`. Both need Python >= 3.11 with venv, make and git, nothing else.
.DEFAULT_GOAL := help
.PHONY: help run test lint format contracts messages e2e screenshots bench faults cluster-rehearsal wheel locks oldest clean

PORT ?= 8000
SCALE ?= small
# other arguments for pytest, such as ARGS="-k custody"
ARGS ?=
BIN := .venv/bin

later = @echo "make $@: $(1) is not part of this version yet." >&2; exit 2

help: ## list the targets
	@sed -n 's/^\([a-z0-9-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 20

run: ## serve the demo organisation on http://127.0.0.1:8000 (PORT= changes it); Ctrl-C stops it
	@scripts/environment run
	@exec $(BIN)/frontline up --demo --port $(PORT)

test: ## everything: style, types, import contracts, all tests, the browser ones included
	@scripts/environment dev
	@$(MAKE) --no-print-directory checks
	@chromium="$$(scripts/browser)" && FRONTLINE_CHROMIUM="$$chromium" \
		$(BIN)/python -m pytest -n 2 --dist loadfile -m "not faults" $(ARGS)
	@$(if $(ARGS),:,$(MAKE) --no-print-directory oldest)

#: what speaks SQL of its own, on the oldest PostgreSQL that is supported
ON_OLDEST := $(addprefix src/frontline/,foundation/tests/facts foundation/tests/usecases foundation/tests/jobs \
	people/tests/queries estate/tests commitments/tests/usecases commitments/tests/queries \
	tickets/tests/usecases channels/mail/tests/usecases)
oldest: ## the tests of what speaks SQL, on Debian's PostgreSQL 15 where it is or can be installed
	@scripts/environment dev
	@if scripts/postgres15; then \
		FRONTLINE_TEST_POSTGRES=15 $(BIN)/python -m pytest -n 2 --dist loadfile -m "not slow and not faults" $(ON_OLDEST); \
	else echo "PostgreSQL 15 is not here and cannot be installed: its tests are left out." >&2; fi

lint: ## style, types, import contracts
	@scripts/environment dev
	@$(MAKE) --no-print-directory checks

.PHONY: checks
checks:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m frontline.config.contracts --check
	$(BIN)/lint-imports

format: ## put the code into the house's style
	@scripts/environment dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

contracts: ## write anew what is generated: .importlinter, the picture of the house, docs/access-matrix.md
	@scripts/environment dev
	$(BIN)/python -m frontline.config.contracts
	$(BIN)/python -m frontline.config.matrix

messages: ## bring the German catalogue in step with the source, and compile it
	@scripts/environment dev
	$(BIN)/python -m frontline.config.messages

e2e: ## the journeys in a real browser only
	@scripts/environment dev
	@chromium="$$(scripts/browser)" && FRONTLINE_CHROMIUM="$$chromium" \
		$(BIN)/python -m pytest tests/journeys $(ARGS)

ifneq ($(wildcard tests/journeys/screenshots.py),)
screenshots: ## every page as every role, into build/screenshots
	@scripts/environment dev
	@chromium="$$(scripts/browser)" && FRONTLINE_CHROMIUM="$$chromium" $(BIN)/python tests/journeys/screenshots.py
else
screenshots:
	$(call later,taking screenshots)
endif

ifneq ($(wildcard bench/__main__.py),)
bench: ## measure create, list, open, search, import, clocks, mail (SCALE=large: 1,000,000 tickets)
	@scripts/environment dev
	@SCALE=$(SCALE) $(BIN)/python -m bench
else
bench:
	$(call later,the benchmark)
endif

ifneq ($(wildcard tests/faults),)
faults: ## kills, storms and soaks; takes long
	@scripts/environment dev
	$(BIN)/python -m pytest -m faults $(ARGS)
else
faults:
	$(call later,the fault run)
endif

ifneq ($(wildcard deploy/rehearsal),)
cluster-rehearsal: ## several nodes on one machine, one of them lost
	@scripts/environment dev
	deploy/rehearsal
else
cluster-rehearsal:
	$(call later,the rehearsal of a cluster)
endif

wheel: ## dist/frontline_desk-*.whl, browser libraries inside
	@scripts/environment dev
	@rm -rf dist
	$(BIN)/python -m build --wheel --no-isolation --outdir dist .

COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	--no-emit-index-url --no-emit-find-links
locks: ## resolve requirements/*.lock anew after a change of dependencies (UPGRADE=--upgrade takes newer versions)
	@$(BIN)/python -m pip install --quiet uv
	$(COMPILE) $(UPGRADE) pyproject.toml --group dev --group build --output-file requirements/dev.lock
	$(COMPILE) pyproject.toml --group build --constraints requirements/dev.lock --output-file requirements/run.lock
	$(COMPILE) --group node --output-file requirements/node.lock

clean: ## remove what was built; the data in .frontline stays
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
