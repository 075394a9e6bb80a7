# Epigrid. Two commands: `make demo` and `make test`. Everything else is a part of these.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
export DJANGO_SETTINGS_MODULE := epigrid.interfaces.settings
PORT ?= 8000

help:  ## show these lines
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: var/stamps/python var/stamps/words  ## virtual environment from the hashed lock, catalogues compiled

var/stamps/python: requirements-dev.txt pyproject.toml
	@scripts/need python
	@echo "== virtual environment"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@mkdir -p var/stamps && touch $@

var/stamps/words: var/stamps/python $(shell find src/epigrid -name '*.po')
	@$(BIN)/python -m epigrid.interfaces.locale_build compile
	@touch $@

FRONT := $(shell find frontend -path frontend/node_modules -prune -o -type f -print)
frontend: var/stamps/frontend  ## the desk's script and styles
var/stamps/frontend: $(FRONT)
	@scripts/need node
	@echo "== front end"
	@cd frontend && npm ci --no-audit --no-fund --loglevel=error && npm run --silent build
	@mkdir -p var/stamps && touch $@

demo: setup frontend  ## load two exercise trees, print sign-ins, serve on http://127.0.0.1:8000
	@$(BIN)/epigrid demo --port $(PORT)

exercise: setup  ## run the exercise huaiyuan; exit code 0 only if every law held
	@$(BIN)/epigrid exercise run huaiyuan

services:  ## Debian's PostgreSQL and Chromium, and a private cluster on loopback
	@scripts/services

test: setup frontend  ## all tests, on SQLite and on PostgreSQL
	@scripts/test

check: lint types imports shape unit  ## what must hold before each commit

format: setup  ## format the code
	@$(BIN)/ruff check --fix --quiet src tests benchmarks || true
	@$(BIN)/ruff format --quiet src tests benchmarks

lint: setup  ## format and lint
	@$(BIN)/ruff format --check --quiet src tests benchmarks
	@$(BIN)/ruff check --quiet src tests benchmarks

types: setup  ## mypy, strict
	@$(BIN)/mypy src/epigrid

imports: setup  ## import contracts
	@$(BIN)/lint-imports

shape: setup  ## the shape of the house
	@$(BIN)/pytest -q tests/test_shape.py

unit: setup  ## tests that need neither database nor browser
	@$(BIN)/pytest -q -m "not database and not browser and not slow" tests

bench: setup  ## benchmarks, as ratios within one run
	@$(BIN)/python -m benchmarks.exercise

clean:  ## forget what was built (not the data in var/)
	@rm -rf var/stamps .venv frontend/node_modules src/epigrid/interfaces/static/desk

.PHONY: help setup frontend demo exercise services test check format lint types imports shape unit bench clean
