# Every choice is a variable: make chat MINUTES=samples PORT=8000
PYTHON ?= python3
VENV ?= .venv
MINUTES ?= minutes
HOST ?= 127.0.0.1
PORT ?= 7860
# Where the small CPU build of torch (about 200 MB) is looked for; empty takes the ordinary one,
# which on Linux brings several GB of GPU packages. Where it cannot be reached, pip goes on without it.
TORCH_INDEX ?= https://download.pytorch.org/whl/cpu
SECONDS ?= 60
# Arguments of python -m eval, for example EVAL="--check"
EVAL ?=

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
# Other minutes than the default ones get an index of their own.
INDEX := $(if $(filter-out minutes,$(MINUTES)),--index var/$(notdir $(patsubst %/,%,$(MINUTES))))

.DEFAULT_GOAL := help
.PHONY: help chat test lint eval fuzz faults load screenshots

help: ## list what can be done
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

chat: $(VENV)/installed ## install, index the minutes (MINUTES=minutes), open the web chat
	$(BIN)/python app.py --minutes $(MINUTES) $(INDEX) --host $(HOST) --port $(PORT)

test: $(VENV)/installed-test ## install, run the tests
	$(BIN)/python -m pytest

lint: $(VENV)/installed-test ## check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

eval: $(VENV)/installed-test ## measure retrieval: EVAL="--check" fails where a promise is broken
	$(BIN)/python -m eval $(EVAL)

fuzz: $(VENV)/installed-fuzz ## search for texts that break the parser, for SECONDS=60
	$(BIN)/python tests/fuzz/parsing.py -max_total_time=$(SECONDS) -max_len=1500

faults: $(VENV)/installed-test ## break things on purpose, at length (20 minutes); writes docs/guarantees.md
	FAULTS=long $(BIN)/python -m pytest tests/faults --write-figures

load: $(VENV)/installed ## fifty people ask the page at once, for SECONDS=60
	$(BIN)/python tests/load/page.py --minutes $(MINUTES) --seconds $(SECONDS)

screenshots: $(VENV)/installed-test ## take the pictures of README.md anew (needs Chromium)
	$(BIN)/python tests/screenshots.py

$(VENV)/torch: constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --no-deps --retries 0 $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX)) $$(grep '^torch==' constraints.txt)
	touch $@

$(VENV)/installed: pyproject.toml $(VENV)/torch
	$(PIP) install -c constraints.txt -e .
	touch $@

$(VENV)/installed-fuzz: $(VENV)/installed
	$(PIP) install -c constraints.txt -e '.[fuzz]'
	touch $@

$(VENV)/installed-test: $(VENV)/installed
	$(PIP) install -c constraints.txt -e '.[test]'
	touch $@
