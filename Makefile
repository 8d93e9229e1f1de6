# Plain `make` prints what can be done.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
export PATH := $(CURDIR)/scripts/node/bin:$(PATH)
# A compiler takes up to 1 GB: fewer jobs on a machine with little memory.
JOBS ?= $(shell nproc)

.DEFAULT_GOAL := help
.PHONY: help run build test bench lint format tidy sanitize clean

help: ## print this list
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## /{printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: build ## build, then start everything with demo data on http://127.0.0.1:10111
	build/watchbill up --demo

build: ## install what is missing, build build/watchbill
	@scripts/install-dependencies.sh build
	@[ -e build/build.ninja ] || cmake --preset release -DBUILD_TESTING=OFF
	cmake --build build --parallel $(JOBS) --target watchbill

TESTS ?=
test: ## install what tests need, build, run every test (TESTS='-L unit' or '-R name' for some)
	@scripts/install-dependencies.sh build test
	cmake --preset release -DBUILD_TESTING=ON
	cmake --build build --parallel $(JOBS)
	ctest --test-dir build --output-on-failure --no-tests=error --parallel $(JOBS) $(TESTS)

bench: ## measure the figures of the README (MEASURE=name for one of them)
	@scripts/install-dependencies.sh build bench
	@[ -e build/build.ninja ] || cmake --preset release -DBUILD_TESTING=OFF
	cmake --build build --parallel $(JOBS) --target watchbill benches
	for folder in tests/e2e tests/interop bench/load/node_queue; do \
	  cmake -DFOLDER=$(CURDIR)/$$folder -DNPM=npm -DSTAMP=$(CURDIR)/$$folder/node_modules/.stamp -P cmake/npm_ci.cmake; \
	done
	bench/run $(MEASURE)

lint: ## format, includes, words, sizes, page; fast, part of CI
	@scripts/install-dependencies.sh build lint
	node tools/check_format.mjs
	node tools/check_includes.mjs
	node tools/check_words.mjs
	node tools/check_sizes.mjs
	cmake -DFOLDER=$(CURDIR)/web -DNPM=npm -DSTAMP=$(CURDIR)/web/node_modules/.stamp -P cmake/npm_ci.cmake
	npm --prefix web run lint

tidy: ## clang-tidy on what differs from main's origin, or on FILES='src/a.cpp …'
	@scripts/install-dependencies.sh build lint
	@[ -e build/build.ninja ] || cmake --preset release -DBUILD_TESTING=OFF
	node tools/tidy.mjs $(FILES)

format: ## format all C++
	@scripts/install-dependencies.sh lint
	node tools/check_format.mjs --write

sanitize: ## unit and contract tests under address, undefined behaviour and thread sanitizers
	@scripts/install-dependencies.sh build test
	for preset in asan tsan; do \
	  cmake --preset $$preset -DWATCHBILL_PAGE=OFF; \
	  cmake --build --preset $$preset --parallel $(JOBS); \
	  ctest --preset $$preset --parallel $(JOBS) -LE 'system|e2e|web|interop'; \
	done

clean: ## remove what was built
	rm -rf build web/dist
