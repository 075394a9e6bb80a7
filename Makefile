# Epigrid. Two commands: `make demo` and `make test`. Everything else is a part of these.
# Variables given on the command line reach the programs, as in `make demo DATABASE_URL=postgresql://user:password@host/name`.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
BIN := .venv/bin
PORT ?= 8000
export DJANGO_SETTINGS_MODULE := epigrid.interfaces.settings

help:  ## show these lines
	@grep -hE '^[a-z-]+:.*##' $(firstword $(MAKEFILE_LIST)) | sed -E 's/:.*## /\t/' | expand -t 16

setup:  ## virtual environment from the hashed lock, catalogues compiled
	@scripts/setup

frontend:  ## the desk's script and styles, and the field app
	@scripts/frontend

demo: setup frontend  ## load two exercise trees, print sign-ins, serve on http://127.0.0.1:8000
	@$(BIN)/epigrid demo --port $(PORT)

exercise: setup  ## run the exercise huaiyuan; exit code 0 only if every law held
	@$(BIN)/epigrid exercise run huaiyuan

services:  ## Debian's PostgreSQL and Chromium, and a private cluster on loopback
	@scripts/services

peers: setup  ## Spark and the peers of the tracing benchmark
	@scripts/peers

test: setup frontend  ## all tests, on SQLite and on PostgreSQL
	@scripts/test

check: lint types imports shape unit  ## what must hold before each commit

format: setup  ## format the code and mend what can be mended
	@$(BIN)/ruff check --fix --quiet src tests benchmarks hatch_build.py || true
	@$(BIN)/ruff format src tests benchmarks hatch_build.py

lint: setup  ## format and lint
	@echo "== format and lint"
	@$(BIN)/ruff format --check --quiet src tests benchmarks hatch_build.py
	@$(BIN)/ruff check --quiet src tests benchmarks hatch_build.py

types: setup  ## mypy, strict
	@echo "== types"
	@$(BIN)/mypy src/epigrid

imports: setup  ## import contracts
	@echo "== import contracts"
	@$(BIN)/lint-imports

shape: setup  ## the shape of the house
	@echo "== shape"
	@$(BIN)/pytest -q tests/test_shape.py

unit: setup  ## tests that need neither database nor browser
	@echo "== unit tests"
	@$(BIN)/pytest -q -m "not database and not browser and not slow" tests

bench: setup  ## benchmarks: the exercise and its answers against their limits (benchmarks/README.md)
	@$(BIN)/python -m benchmarks.exercise

bench-tracing: peers  ## the tracing engine against its peers, SCALE=small|tenth|city (docs/reference/performance.md)
	@$(BIN)/python -m benchmarks.tracing --scale $(or $(SCALE),small) $(if $(ENGINES),--engines $(ENGINES)) $(if $(SETS),--sets $(SETS))

bench-load: setup  ## the phones of a whole district on one night, SCALE=small|district, on SQLite or the server of DATABASE_URL (benchmarks/README.md)
	@$(BIN)/python -m benchmarks.load --scale $(or $(SCALE),small)

lock:  ## make the locks again from pyproject.toml (scripts/lock --upgrade: the newest that fit)
	@scripts/lock

clean:  ## forget what was built (not the data in var/)
	@rm -rf var/stamps .venv frontend/node_modules src/epigrid/interfaces/static/desk src/epigrid/interfaces/static/field dist

.PHONY: help setup frontend demo exercise services peers test check format lint types imports shape unit bench bench-tracing bench-load lock clean
