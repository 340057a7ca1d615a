# Doorward's commands. Each installs what it needs that is missing and says so.

export CARGO_TARGET_DIR := $(CURDIR)/target
export PATH := $(CURDIR)/target/tools/bin:$(CURDIR)/target/tools/node_modules/.bin:$(or $(CARGO_HOME),$(HOME)/.cargo)/bin:$(PATH)

DOORWARD := target/release/doorward

.DEFAULT_GOAL := help
.PHONY: help setup build run demo dev test bench lint

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-7s %s\n", $$1, $$2 }' Makefile

setup: ## install all that building and testing need and this machine lacks
	@.ci/setup.sh rust tools tests

build: ## build target/release/doorward, one file with the browser's part inside
	@.ci/setup.sh rust tools
	@.ci/build.sh

run: build ## build, then serve http://127.0.0.1:3000 with the data in ./data
	@exec $(DOORWARD) serve

demo: build ## build, then serve three buildings with 2,000 users; its database is in ./data/demo
	@DOORWARD_DATABASE_URL=$${DOORWARD_DATABASE_URL:-sqlite://data/demo/doorward.db} exec $(DOORWARD) serve --demo

dev: ## serve a debug build and reload it on save
	@.ci/setup.sh rust tools dev
	@.ci/styles.sh
	@.ci/api-docs.sh
	@while sleep 1; do .ci/styles.sh; done & styles=$$!; trap "kill $$styles" EXIT; trap 'exit 130' INT TERM; cargo leptos watch --split

test: ## all that CI runs: lints, Rust tests on both engines, size budget, browser tests, clients
	@.ci/test.sh

bench: build ## access tokens and the list of 1,000,000 users beside other servers; BENCH_DATA=folder keeps the users
	@.ci/setup.sh tests benches
	@benches/tokens.sh
	@benches/lists.sh

lint: ## formatting, clippy for server and browser, what may reach the browser
	@.ci/setup.sh rust
	@.ci/lint.sh
