# All that is done with this tree, one word each. `make` alone lists the words.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c

# make test T=TestName PKG=./view narrows the tests down; T does so for fuzz and bench.
T ?=
PKG ?= ./...
TIMEOUT ?= 15m
FUZZTIME ?= 60s
COUNT ?= 1

# The linter is pinned here and kept outside go.mod and the tree: it would bring hundreds of modules along.
LINT_VERSION := v2.15.0
LINT_DIR := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/unisono-ci/bin
LINT := $(LINT_DIR)/golangci-lint-$(LINT_VERSION)

.PHONY: help run web picture test lint format generate fuzz bench soak clean

help:
	@sed -nE 's/^([a-z]+):.* ## (.*)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

# The playground is built at the first time where npm is there. The API needs it no more than it needs a browser.
run: ## serve the demo catalogue on this machine
	@if [[ ! -e web/dist/app/index.html ]] && command -v npm >/dev/null; then \
		$(MAKE) --no-print-directory web || echo "the playground could not be built, and the API runs without it"; \
	fi
	go run ./cmd/unisono demo

web: ## build the playground, with Node 20.19 or later; what is compiled after that has it
	cd web && npm ci --no-audit --no-fund && npm run --silent check && npm run --silent build

picture: web ## draw the README's picture of the playground anew, with Chromium
	CI=true UNISONO_SCREENSHOT=$(CURDIR)/docs/playground.png go test -count=1 -run '^TestScreenshot$$' ./cmd/unisono

# vet is given the tests' -race, so that what one has compiled the other need not. Of the build without the embedded database
# vet shows that it compiles. TestGeneratedIsCurrent is the test that generated code is current.
test: ## pass all tests; T=TestName PKG=./view narrows them down
ifeq ($(T)$(PKG),./...)
	@unformatted=$$(gofmt -l $$(find . -name node_modules -prune -o -name '*.go' -print)); \
	if [[ $$unformatted ]]; then printf 'not formatted as gofmt does it (try make format):\n%s\n' "$$unformatted"; exit 1; fi
	go vet -race ./...
	go vet -race -tags noembedded ./store/... ./cmd/...
endif
	go test -race -timeout $(TIMEOUT) $(if $(T),-run '$(T)') $(PKG)
ifeq ($(T)$(PKG),./...)
	go test -timeout $(TIMEOUT) ./view ./catalog ./cache # again without the race detector: their properties then try ten or twenty times as many cases
	go test -timeout $(TIMEOUT) ./bench # which is not tried with it: a measurement in small
	go test -timeout $(TIMEOUT) -run '^Test(NonInterference|KeptAnswers|NoAnswerIsOlder|C15|CDN)' ./cmd/unisono # so too, and memory is measured: 2,000 cases in memory and 200 on an engine; 2,000 sequences of requests through caches; 20,000 pairs of answers and 1,200; 5,000 steps in a simulation and 500 on an engine
endif

lint: $(LINT) ## look for what the compiler lets pass
	go mod tidy -diff
	$(LINT) run

format: $(LINT) ## format all Go files as lint wants them
	$(LINT) fmt

$(LINT):
	@echo "building golangci-lint $(LINT_VERSION): this takes minutes, once"
	GOBIN=$(LINT_DIR) go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(LINT_VERSION)
	mv $(LINT_DIR)/golangci-lint $@

generate: ## write what is generated
	go generate ./...

fuzz: ## search every fuzz target for FUZZTIME (60s)
	@grep -rHoE --include='*_test.go' '^func $(or $(T),Fuzz)\w*' . | sed -E 's|/[^/]+:func | |' | while read -r package target; do \
		echo "$$package $$target"; \
		go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) "$$package" </dev/null; \
	done

# What Go's benchmarks measure is written for benchstat too: go.txt of a run before a change, and of one after it, are what it compares; COUNT=6 measures often
# enough for it to say whether they differ. T=Name measures these alone, for as long as Go does by itself, and leaves the gateway as a whole out.
bench: ## measure: all that has a benchmark, and a gateway beside other servers; T=Name: some benchmarks
	@mkdir -p bench/out
	go test -run '^$$' -bench '$(or $(T),.)' -benchmem -count $(COUNT) $(if $(T),,-benchtime 0.3s) $$(grep -rl --include='*_test.go' '^func Benchmark' . | xargs dirname | sort -u) | tee bench/out/go.txt
ifeq ($(T),)
	go run ./bench
endif

soak: ## measure what takes long: the catalogue with a million products in ten languages, and a million invented languages
	UNISONO_SCALE=1000000 go test -run '^$$' -bench '^BenchmarkBuild$$' -benchtime 1x -timeout 60m ./catalog
	UNISONO_SCALE=1000000 go test -run '^$$' -bench '^Benchmark(Page|Write|Sweep)$$' -benchtime 50x -timeout 60m ./catalog
	UNISONO_SCALE=1000 go test -run '^$$' -bench '^BenchmarkInventedLanguages$$' -benchtime 1000000x -timeout 60m ./catalog

clean: ## remove what was built
	rm -rf bin unisono *.test *.prof internal/mongotest/javaserver/target web/node_modules web/dist/app bench/out
