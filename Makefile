# `make run` opens the window, `make test` checks everything. Both set up what they need.

PYTHON ?= python3
VENV ?= .venv
ARGS ?=

PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check
RUN_READY := $(VENV)/.memnet-run
TEST_READY := $(VENV)/.memnet-test

.PHONY: help run test lint bench clean

help:
	@echo "make run     open the window (ARGS='--preset small' and the like are passed on)"
	@echo "make test    ruff, mypy and pytest, without a display"
	@echo "make lint    ruff and mypy alone"
	@echo "make bench   measure the engine, then the window"
	@echo "make clean   remove what these commands made"
	@echo "PYTHON=python3.12 chooses the interpreter, VENV=folder the virtual environment."

run: $(RUN_READY)
	@$(qt_libraries)
	$(PY) main.py $(ARGS)

test: export QT_QPA_PLATFORM = offscreen
test: lint
	@$(qt_libraries)
	$(PY) -m pytest

lint: $(TEST_READY)
	$(PY) -m ruff check
	$(PY) -m ruff format --check
	$(PY) -m mypy

bench: $(RUN_READY)
	@$(qt_libraries)
	$(PY) main.py bench engine
	$(PY) main.py bench window

clean:
	rm -rf .venv build dist memnet.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# An editable installation: what runs is what stands here, and only new requirements need a new one.
$(RUN_READY): pyproject.toml | $(PY)
	$(PIP) install --quiet --editable .
	@touch $@

$(TEST_READY): pyproject.toml | $(PY)
	$(PIP) install --quiet --editable '.[test]'
	@touch $(RUN_READY) $@

$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "MemNet needs Python 3.11 or newer, which $(PYTHON) is not. Try: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || { \
		echo "$(PYTHON) has no venv. On Debian or Ubuntu: sudo apt-get install -y python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

# What Qt needs from the system: installed for root, named for everybody else.
define qt_libraries
missing="$$($(PY) -m memnet_gui.preflight)" || exit 1; \
if [ -n "$$missing" ] && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	echo "Installing for Qt: $$missing"; \
	apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing; \
elif [ -n "$$missing" ]; then \
	echo "Qt needs system libraries. On Debian or Ubuntu, run: sudo apt-get install -y $$missing" >&2; exit 1; \
fi
endef
