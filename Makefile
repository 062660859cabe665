# `make run` and `make test` are all that a new user needs; `make` alone explains the rest.
# Variables of `make run` (PORT, TLS_PORT, STATE_DIR, DATABASE_URL, WORKERS) are read, checked and given their
# defaults by nginx/run: make hands them on through the environment.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

# To build: the C libraries under Swift. To run: nginx and PostgreSQL. For the documentation pages: pip.
PACKAGES := libfcgi-dev libpq-dev libssl-dev libunistring-dev pkg-config \
            nginx postgresql openssl python3 python3-pip
# The tests speak TLS and HTTP/2 with curl, and start the program by what people start it with.
TEST_PACKAGES := curl pgbouncer spawn-fcgi supervisor systemd tmux
# wrk, and what the peers are made of: see Documentation/performance.md.
BENCH_PACKAGES := wrk python3-venv php-fpm php-pgsql golang-go golang-github-lib-pq-dev \
                  cargo librust-hyper-dev librust-tokio-postgres-dev librust-tokio-dev librust-socket2-dev librust-chrono-dev \
                  librust-serde-dev librust-serde-derive-dev librust-serde-json-dev gcc libc6-dev libjansson-dev
FAULTS_PACKAGES := pgbouncer iproute2 gcc libc6-dev
BROWSER_PACKAGES := chromium chromium-driver python3-venv
SECURITY_PACKAGES := acl dbus python3-h2 python3-seccomp python3-venv sqlmap systemd systemd-sysv testssl.sh $(BROWSER_PACKAGES)
DEB_PACKAGES := debhelper dpkg-dev lintian man-db
# The web servers of Documentation/web-servers.md.
FRONT_PACKAGES := apache2 libapache2-mod-fcgid caddy fcgiwrap h2o haproxy lighttpd uwsgi-core
# The launchers of Documentation/launchers.md.
LAUNCHER_PACKAGES := multiwatch procps runit s6 spawn-fcgi supervisor systemd

# The Swift runtime goes into the program: it then starts faster, and on machines without a toolchain. Packed relocations,
# which the toolchain's lld knows and Debian 12's loader reads, take a megabyte less of each process's memory. Libraries are the
# system's, all found at the start, and what they are found by cannot be written afterwards.
BUILD_FLAGS ?= --static-swift-stdlib --disable-local-rpath -Xlinker -z -Xlinker now -Xswiftc -cross-module-optimization -Xswiftc -enforce-exclusivity=unchecked \
               -Xswiftc -Xfrontend -Xswiftc -disable-dynamic-actor-isolation \
               -Xswiftc -use-ld=lld -Xlinker -z -Xlinker pack-relative-relocs
BINARY := .build/release/roster
DOCS := .build/docs
OPENLOOP := .build/openloop

# Requests of each run of `make conformance`, and the runs: by default three, with new seeds.
COUNT ?= 25000
SEED ?=

# Inputs for each of the targets of `make fuzz`, the targets, and the seed: by default all, with a new seed.
RUNS ?= 1000000
# A second sanitizer for it: address.
SANITIZE ?=
FUZZ_BUILD := .build-fuzz$(SANITIZE:%=-%)

# Folders are in the list as well, because a file that was removed leaves no other trace.
SOURCES := $(wildcard Package.swift Package.resolved schema.sql) $(shell find Sources 2>/dev/null)
BUILT := .build/roster-release.built

.PHONY: help
help: ## maintain: what you are reading
	@for group in use test measure maintain; do \
	  printf '%s\n' "$${group^}:"; \
	  awk -F ":.*## $$group: " '/^[a-z-]+:.*## / && NF == 2 { printf "  %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST); \
	done
	@printf '%s\n' '' 'Variables of make run:' \
	  '  PORT, TLS_PORT  nginx on 127.0.0.1                                  8080, 8443' \
	  '  STATE_DIR       cluster, sockets, logs                              .local' \
	  '  DATABASE_URL    another database; then no cluster is started' \
	  '  WORKERS         responder processes                                 number of cores'

.PHONY: run
run: packages $(BUILT) ## use: install what is missing, build, start everything in the foreground
	@ROSTER='$(CURDIR)/$(BINARY)' exec nginx/run

# So many tests at a time: hundreds, each with processes of its own, would make each other's time limits pass.
test test-release: export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH ?= 10

.PHONY: test
test: packages test-packages swift $(DOCS) ## test: install what is missing, build, run every test
	.ci/swift-test --parallel $(TEST_FLAGS)

# `swift test` cannot link the runtime into its program; @testable imports want -enable-testing.
.PHONY: test-release
test-release: packages test-packages swift $(DOCS) ## test: every test with the flags that the program is built with
	.ci/swift-test --parallel -c release -Xswiftc -enable-testing $(filter-out --static-swift-stdlib,$(BUILD_FLAGS)) \
	  --scratch-path .build-release-tests $(TEST_FLAGS)

.PHONY: build
build: packages $(BUILT) ## use: the program, optimised: .build/release/roster

.PHONY: docs-pages
docs-pages: build ## use: the static folder for /docs, /redoc and /openapi.json: .build/docs
	@nginx/docs/assemble $(DOCS) $(BINARY)
	@echo '$(DOCS) is complete; nginx/roster.conf says where to put it.'

# In a copy, so that what debhelper makes lies in .build too.
.PHONY: deb
deb: docs-pages ## use: a Debian package: .build/deb/roster_VERSION_ARCHITECTURE.deb
	@.ci/install-packages $(DEB_PACKAGES)
	@rm -rf .build/deb && mkdir -p .build/deb/roster/.build/release
	@cp -r debian nginx monitoring README.md CHANGELOG.md Documentation .build/deb/roster/
	@cp -r $(DOCS) .build/deb/roster/.build/ && cp $(BINARY) .build/deb/roster/.build/release/
	cd .build/deb/roster && dpkg-buildpackage --build=binary --no-sign --no-check-builddeps
	lintian --fail-on error --suppress-tags initial-upload-closes-no-bugs .build/deb/roster_*.deb

.PHONY: deb-test
deb-test: deb ## test: the package on a fresh Debian with systemd: install, upgrade under load, remove; as root
	@.ci/install-packages mmdebstrap
	@Tests/package/run .build/deb/roster_*.deb

.PHONY: container
container: deb ## use: a container image of the package's parts, made without an engine: .build/container
	@.ci/install-packages mmdebstrap umoci
	@rm -rf .build/container
	@container/image .build/deb/roster_*.deb .build/container

.PHONY: container-test
container-test: container ## test: the image, started as it says: user 65532, read-only, the first process; as root
	@Tests/container/run .build/container:"$$(dpkg-deb --field .build/deb/roster_*.deb Version)"

.PHONY: lint
lint: swift ## maintain: formatting of the Swift code, names in the Python code; the shell scripts where shellcheck is installed
	swift format lint --strict --recursive Package.swift Sources Tests Benchmarks/micro
	@.ci/install-packages pyflakes3
	pyflakes3 Tests Benchmarks nginx
	@if type -P shellcheck >/dev/null; then shellcheck .ci/* container/root Benchmarks/peers/build nginx/docs/assemble Tests/*/run Tests/stack/boot debian/tests/serves; fi

.PHONY: configuration-page
configuration-page: build ## maintain: write Documentation/configuration.md from the declarations of the settings
	@$(BINARY) configuration-page >.build/configuration.md
	@cp .build/configuration.md Documentation/

.PHONY: api-docs
api-docs: packages swift ## maintain: the reference of the libraries' public declarations, by DocC: .build/api
	swift build
	@.ci/api-docs

.PHONY: test-browser
test-browser: packages $(BUILT) ## test: the documentation pages in Chromium; BASE=http://... tests what runs there
	@.ci/install-packages $(BROWSER_PACKAGES)
	@ROSTER='$(CURDIR)/$(BINARY)' Tests/browser/run $(BASE)

.PHONY: test-full
test-full: packages $(BUILT) ## test: what needs Python or a browser: clients, Schemathesis, the reference; PARTS=... for some
	@.ci/install-packages $(BROWSER_PACKAGES)
	@ROSTER='$(CURDIR)/$(BINARY)' Tests/full/run $(PARTS)

.PHONY: bench
bench: packages $(BUILT) $(OPENLOOP) ## measure: compare the speed with six other implementations; PEERS, WORKLOADS, ... narrow it
	@.ci/install-packages $(BENCH_PACKAGES)
	@.ci/python-environment .build/reference Tests/reference/requirements.txt
	@ROSTER='$(CURDIR)/$(BINARY)' PYTHONPATH=Benchmarks:Tests PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 -m bench

.PHONY: bench-instructions
bench-instructions: packages swift ## measure: instructions of the hot paths against the baseline; RECORD=1 makes a new one
	@.ci/install-packages valgrind
	swift build -c release --product microbenchmarks $(BUILD_FLAGS)
	@Benchmarks/instructions .build/release/microbenchmarks $(if $(RECORD),--record)

# Programs to compare: the first is what the others are measured by.
PROGRAMS ?= $(BINARY)

.PHONY: bench-worker
bench-worker: packages $(BUILT) ## measure: instructions of a whole worker for reading one user; PROGRAMS="OLD NEW" compares
	@.ci/install-packages valgrind
	@PYTHONPATH=Benchmarks:Tests PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 -m bench.worker $(PROGRAMS)

.PHONY: conformance
conformance: packages $(BUILT) ## test: compare all answers with the reference application's; SEED="1 2", COUNT=25000
	@.ci/install-packages python3-venv
	@ROSTER='$(CURDIR)/$(BINARY)' Tests/conformance/run --count $(COUNT) $(SEED)

# One test after another: they are several times slower, and some wait for others with a time limit. What XCTest leaks is not ours.
# A race ends its process: else roster's would only be in its log. A sanitizer keeps records in the memory that is measured, and has
# its options from /proc: where that is closed to the program itself, LeakSanitizer cannot be told to leave it closed.
SANITIZED := --disable-xctest --no-parallel --skip 'RosterTests\.(MemoryTests|SecrecyTests)' --skip 'without a proc file'

.PHONY: test-sanitizers
test-sanitizers: packages test-packages swift $(DOCS) ## test: all tests under AddressSanitizer and ThreadSanitizer, some fuzzing too
	LSAN_OPTIONS=suppressions=$(CURDIR)/Tests/sanitizers/leaks.supp:print_suppressions=0 \
	  .ci/swift-test --sanitize=address --scratch-path .build-address $(SANITIZED)
	TSAN_OPTIONS=halt_on_error=1:suppressions=$(CURDIR)/Tests/sanitizers/races.supp:print_suppressions=0 \
	  .ci/swift-test --sanitize=thread --scratch-path .build-thread $(SANITIZED)
	@$(MAKE) fuzz SANITIZE=address RUNS=100000

.PHONY: test-memcheck
test-memcheck: packages test-packages swift ## test: the program under valgrind: hundreds of requests, errors and aborts
	@.ci/install-packages valgrind
	MEMCHECK=1 .ci/swift-test --disable-xctest --filter MemcheckTests

.PHONY: fuzz
fuzz: packages swift ## test: search for inputs that break the parsers; RUNS=1000000, SEED=1, TARGETS="scanner json email router"
	FUZZ=1 swift build -c release --product fuzz --sanitize=fuzzer $(SANITIZE:%=--sanitize=%) \
	  --scratch-path $(FUZZ_BUILD) -Xswiftc -enable-testing
	@Tests/fuzz/search $(FUZZ_BUILD)/release/fuzz --runs $(RUNS) $(SEED:%=--seed %) $(TARGETS)

.PHONY: security
security: packages $(BUILT) $(DOCS) ## test: attack the production site and the service behind it; PARTS=... for some
	@.ci/install-packages $(SECURITY_PACKAGES)
	@ROSTER='$(CURDIR)/$(BINARY)' Tests/security/run $(PARTS)

.PHONY: fronts
fronts: packages $(BUILT) ## test: the same requests through every web server, and under every launcher, of Documentation; FRONTS=... for some
	@.ci/install-packages $(FRONT_PACKAGES) $(LAUNCHER_PACKAGES) python3-venv
	@ROSTER='$(CURDIR)/$(BINARY)' Tests/fronts/run $(FRONTS)

.PHONY: test-newcomer
test-newcomer: packages swift ## test: a program outside of this package, made of its libraries, behind nginx
	@Tests/newcomer/run

.PHONY: faults
faults: faults-parts ## test: what happens when parts fail, under load; FAULTS="kill-worker hang" for some
	@cd -- Tests && ROSTER='$(CURDIR)/$(BINARY)' PYTHONDONTWRITEBYTECODE=1 /bin/sh -c \
	  '/usr/bin/python3 -m unittest --quiet faults.test_ledger stack.test_openloop stack.test_service && \
	   exec /usr/bin/python3 -m faults'

.PHONY: packages
packages: ## use: install the missing Debian packages (root or sudo)
	@.ci/install-packages $(PACKAGES)

.PHONY: test-packages
test-packages:
	@.ci/install-packages $(TEST_PACKAGES)

.PHONY: faults-parts
faults-parts: packages faults-packages $(BUILT) $(OPENLOOP)

.PHONY: faults-packages
faults-packages:
	@.ci/install-packages $(FAULTS_PACKAGES)

.PHONY: clean
clean: ## maintain: remove what was built; the data of make run stays in .local
	rm -rf .build .build-fuzz .build-fuzz-address .build-address .build-thread .build-release-tests

.PHONY: swift
swift:
	@.ci/require-swift

# Asking `swift build` whether there is something to do costs a second; make knows from the files. The stamp is make's own,
# because touching the program would confuse SwiftPM.
ifeq ($(wildcard $(BINARY)),)
.PHONY: $(BUILT)
endif
$(BUILT): $(SOURCES)
	@.ci/require-swift
	swift build -c release --product roster $(BUILD_FLAGS)
	@touch $@

$(OPENLOOP): $(wildcard Benchmarks/openloop/*)
	@mkdir -p $(@D)
	gcc -std=gnu11 -O2 -Wall -Wextra $(filter %.c,$^) -o $@

.PHONY: $(DOCS)
$(DOCS):
	@nginx/docs/assemble $@
