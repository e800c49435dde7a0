# Duet. `make help` lists the targets; what is built lands in build/$(MODE)/, the program in ./duet.

VERSION := 0.1.0
# Given on make's command line.
MODE    := release
ARCH    := native
PREFIX  := /usr/local
FILTER  :=
FLOORS  := common rnn transformer lessons
PICTURES := $(firstword $(wildcard lessons/03-*))
V       := 0
# These may also come from the environment (where screen's own WINDOW is a number).
WERROR ?= no
WINDOW ?= yes
ifeq ($(origin WINDOW)$(filter yes no,$(WINDOW)),environment)
WINDOW := yes
endif

ifeq ($(filter release debug asan tsan,$(MODE)),)
$(error MODE is "$(MODE)"; it can be release, debug, asan or tsan)
endif
ifeq ($(filter yes no,$(WINDOW)),)
$(error WINDOW is "$(WINDOW)"; it can be yes or no)
endif
ifeq ($(filter yes no,$(WERROR)),)
$(error WERROR is "$(WERROR)"; it can be yes or no)
endif

MAKEFLAGS += --no-builtin-rules

# One folder per mode, and one more for the program without a window.
BUILD := build/$(MODE)$(if $(filter no,$(WINDOW)),-nowindow)

# Sources, at any depth ------------------------------------------------------------------------

find = $(sort $(shell find $(wildcard $(1)) -name '$(2)' 2>/dev/null))

LIBRARY := $(call find,$(FLOORS),*.c)
VIEWER  := $(call find,viz,*.c)
TESTS   := $(call find,tests,test_*.c) $(call find,tests,gradient_*.c)
SCRIPTS := $(call find,tests,test_*.sh)
SUPPORT := $(filter-out $(TESTS) tests/bits/%,$(call find,tests,*.c))
ifeq ($(WINDOW),no)
VIEWER  := $(filter-out viz/window/%,$(VIEWER))
TESTS   := $(filter-out tests/viz/window/%,$(TESTS))
SUPPORT := $(filter-out tests/viz/window/%,$(SUPPORT))
endif
ifneq ($(FILTER),)
matching = $(foreach file,$(1),$(if $(findstring $(FILTER),$(file)),$(file)))
TESTS   := $(call matching,$(TESTS))
SCRIPTS := $(call matching,$(SCRIPTS))
endif
# What stands on the C library alone, so that it builds for machines whose packages are not here.
BARE := $(filter %.c,$(shell grep -LE '^.include <(ini|sha2|md4c|cjson/cJSON)\.h>' \
        $(LIBRARY) /dev/null))

# Gradients are checked in double, on the floors that compute.
IN_DOUBLE := common/% rnn/% transformer/%
SUPPORT_DOUBLE := $(foreach file,$(SUPPORT),$(if $(filter tests/common/% tests/rnn/% \
                  tests/transformer/%,$(file))$(filter tests/,$(dir $(file))),$(file)))

float  = $(patsubst %.c,$(BUILD)/float/%.o,$(1))
double = $(patsubst %.c,$(BUILD)/double/%.o,$(1))
programs = $(patsubst %.c,$(BUILD)/%,$(1))

VIEWER_TESTS   := $(call programs,$(filter tests/viz/%,$(TESTS)))
FLOAT_TESTS    := $(filter-out $(VIEWER_TESTS),$(call programs,\
                  $(foreach file,$(TESTS),$(if $(filter test_%,$(notdir $(file))),$(file)))))
GRADIENT_TESTS := $(filter-out $(VIEWER_TESTS) $(FLOAT_TESTS),$(call programs,$(TESTS)))
TEST_PROGRAMS  := $(FLOAT_TESTS) $(GRADIENT_TESTS) $(VIEWER_TESTS)

# The program appears with its main().
PROGRAM := $(if $(wildcard viz/main.c),$(BUILD)/duet)
DUET    := $(if $(filter build/release%,$(BUILD)),./duet,$(BUILD)/duet)

# Flags ----------------------------------------------------------------------------------------

WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wvla -Wundef -Wstrict-prototypes \
            -Wmissing-prototypes -Wdouble-promotion -Wwrite-strings \
            $(if $(filter yes,$(WERROR)),-Werror)

# Asked of the compiler once, and only when something is compiled.
once = $(eval $(1) := $(2))$($(1))
accepts = $(shell printf '$(2)' | $(CC) $(1) -x c - -o /dev/null 2>/dev/null && echo '$(1)')
TUNE   = $(call once,TUNE,$(if $(filter-out native,$(ARCH)),-march=$(ARCH),$(call \
         accepts,-march=native,int main(void){return 0;}))$(shell $(CC) -march=$(ARCH) -dM -E \
         -x c /dev/null 2>/dev/null | grep -q __AVX512F__ && echo ' -mprefer-vector-width=512'))
OPENMP = $(call once,OPENMP,$(or $(call accepts,-fopenmp,\043include <omp.h>\nint \
         main(void){return omp_get_max_threads() < 1;}),-Wno-unknown-pragmas))

FLAGS_release = -O3 -g $(TUNE) $(OPENMP)
FLAGS_debug   = -Og -g $(OPENMP)
FLAGS_asan    = -O1 -g $(TUNE) -fno-omit-frame-pointer -fsanitize=address,undefined \
                -fno-sanitize-recover=all $(OPENMP)
# libgomp's barriers are invisible to the thread sanitizer, so that mode has none.
FLAGS_tsan    = -O1 -g -fno-omit-frame-pointer -fsanitize=thread -Wno-unknown-pragmas
# After CFLAGS, so that nothing given by hand changes the bits.
NUMBERS := -ffp-contract=off -fno-math-errno -fno-trapping-math

system_headers = $(patsubst -I%,-isystem %,$(1))
package = $(shell pkg-config $(1) 2>/dev/null)
LIBRARY_PACKAGES := inih md4c libcjson libmd
WINDOW_PACKAGES  := sdl2 SDL2_ttf SDL2_image
LIBRARY_CFLAGS = $(call once,LIBRARY_CFLAGS,$(call system_headers,$(call \
                 package,--cflags $(LIBRARY_PACKAGES))))
LIBRARY_LIBS   = $(call once,LIBRARY_LIBS,$(call package,--libs $(LIBRARY_PACKAGES)) -lm)
ifeq ($(WINDOW),yes)
WINDOW_CFLAGS  = $(call once,WINDOW_CFLAGS,$(call system_headers,$(call \
                 package,--cflags $(WINDOW_PACKAGES))))
WINDOW_LIBS    = $(call once,WINDOW_LIBS,$(call package,--libs $(WINDOW_PACKAGES)))
else
NO_WINDOW := -DDUET_NO_WINDOW
endif
CMOCKA_CFLAGS = $(call once,CMOCKA_CFLAGS,$(call system_headers,$(call package,--cflags cmocka)))
CMOCKA_LIBS   = $(call once,CMOCKA_LIBS,$(call package,--libs cmocka))

COMPILE = $(CC) -std=c11 -D_POSIX_C_SOURCE=200809L -I. -DDUET_VERSION='"$(VERSION)"' \
          -DDUET_DATA_DIR='"$(PREFIX)/share/duet"' $(NO_WINDOW) $(WARNINGS) -pthread \
          $(FLAGS_$(MODE)) $(LIBRARY_CFLAGS) $(CPPFLAGS) $(CFLAGS) $(NUMBERS)
LINK    = $(CC) -pthread $(FLAGS_$(MODE)) $(CFLAGS) $(NUMBERS) $(LDFLAGS)

quote = '$(subst ','\'',$(1))'
ifneq ($(V),1)
Q := @
say = @echo "  $(1)"
endif

# For the scripts.
DEPENDENCIES = CC='$(CC)' WINDOW=$(WINDOW) DEPS='$(DEPS)' sh tests/tools/dependencies.sh
CORES = $(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
AGAIN = $(MAKE) --no-print-directory $(if $(findstring -j,$(MAKEFLAGS)),,-j$(CORES))

.PHONY: all lab test tests run-tests asan tsan layers headers deps bits bench soak claims shot \
        golden format format-check install clean help FORCE
.SECONDARY:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := all

##@ For everybody
lab: ## install what is missing, build, and open the first lesson (ARGS="lesson 5" opens another)
	@$(DEPENDENCIES) install program
	+@$(AGAIN) all
	@$(DUET) $(ARGS)

all: $(PROGRAM) $(BUILD)/float/libduet.a ## build ./duet (what plain `make` does)
ifneq ($(PROGRAM),)
	@cmp -s $(PROGRAM) $(DUET) || { cp $(PROGRAM) duet.new && mv duet.new $(DUET); }
endif

test: ## install what is missing, build, and run the tests (FILTER=lstm runs those it names)
	@$(DEPENDENCIES) install program tests
	+@$(AGAIN) tests
	@$(MAKE) --no-print-directory run-tests

install: all ## copy program and lessons to PREFIX (/usr/local), below DESTDIR if given
	@mkdir -p '$(DESTDIR)$(PREFIX)/bin'
	install -m 755 $(PROGRAM) '$(DESTDIR)$(PREFIX)/bin/duet'
	@find lessons -type f ! -name '*.[ch]' | while read -r file; do \
	    mkdir -p "$(DESTDIR)$(PREFIX)/share/duet/$${file%/*}" && \
	    install -m 644 "$$file" "$(DESTDIR)$(PREFIX)/share/duet/$$file" || exit 1; done
	@echo 'lessons are in $(DESTDIR)$(PREFIX)/share/duet/lessons'

help: ## show this list
	@awk -F ':.*## ' '/^##@/ { print (n++ ? "\n" : "") substr($$0, 5) } \
	    /^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile

##@ For those who change it
tests: $(TEST_PROGRAMS) $(if $(strip $(SCRIPTS)),$(PROGRAM)) ## build the tests without running them
	@:

run-tests:
	@DUET='$(abspath $(BUILD)/duet)' BUILD='$(BUILD)' MODE='$(MODE)' WINDOW='$(WINDOW)' \
	    COMPILE=$(call quote,$(COMPILE)) WINDOW_CFLAGS=$(call quote,$(WINDOW_CFLAGS)) \
	    sh tests/tools/run.sh $(TEST_PROGRAMS) $(SCRIPTS)

asan: ## run the tests under the address and undefined-behaviour sanitizers
	@$(MAKE) --no-print-directory MODE=asan test

tsan: ## run the tests under the thread sanitizer
	@$(MAKE) --no-print-directory MODE=tsan test

layers: ## prove from the #include lines that dependencies point down only
	@sh tests/tools/layers.sh .

headers: ## prove that every header compiles on its own
	@COMPILE=$(call quote,$(COMPILE)) WINDOW_CFLAGS=$(call quote,$(WINDOW_CFLAGS)) \
	    WINDOW='$(WINDOW)' sh tests/tools/headers.sh

deps: ## install the system packages that are missing (DEPS=no only names them)
	@$(DEPENDENCIES) install program tests

bits: $(BUILD)/bits/weights_hash ## prove that every compiler and processor gives this build's bits
	+@MAKE='$(AGAIN)' sh tests/tools/bits.sh $<

# JSON alone on standard output, whatever had to be built before.
PYTHON := /usr/bin/python3
BENCH = $(DUET) bench $(if $(filter yes,$(JSON)),--json) $(ARGS)
bench: ## measure training steps, beside PyTorch's if it is there (FILTER=lstm-1-64, JSON=yes, COMPARE=FILE)
	@$(MAKE) --no-print-directory all >&2
	@set -- $(if $(FILTER),--filter $(FILTER)) $(if $(COMPARE),--compare $(COMPARE)); \
	if $(PYTHON) -c 'import torch' 2>/dev/null; then \
	    set -- "$$@" --against '$(PYTHON) tests/bench/torch_step.py'; \
	else echo 'no PyTorch to measure against (Debian: python3-torch)' >&2; fi; \
	$(BENCH) "$$@" || bad=1; \
	$(if $(FILTER),,echo >&2; $(BENCH) --scaling --long 4096 --generate --start --window || bad=1;) \
	exit $${bad:-0}

SOAK := 540
soak: ## play with the window for as many frames as an hour has, SOAK rounds of 400: memory stays flat
	@$(MAKE) --no-print-directory tests FILTER=viz/window/test_soak >&2
	DUET_SOAK_ROUNDS=$(SOAK) $(BUILD)/tests/viz/window/test_soak

claims: all ## train what tests/claims says can be learned, and print the table (FILTER=sort: those alone)
	@$(DUET) check $(or $(and $(FILTER),$(wildcard tests/claims/*$(FILTER)*.ini)),\
	    tests/claims$(FILTER:%=/%)) $(ARGS)

shot: all ## draw the README's pictures again
	$(DUET) shot --lesson 3 --step 600 --size 1440x860 --out $(PICTURES)/window.png
	$(DUET) shot --lesson 3 --left lstm --step 400 --size 1440x860 --show 'view=state&panel=weights' \
	    --out $(PICTURES)/weights.png
	$(DUET) shot --lesson 6 --step 300 --size 1440x860 --light --show 'panel=attention&head=3' \
	    --out $(firstword $(wildcard lessons/06-*))/window.png

golden: ## compute tests/golden again with PyTorch (needs python3-torch)
	@for file in $(wildcard tests/golden/*.py); do \
	    echo "$$file" && /usr/bin/python3 "$$file" || exit 1; done

FORMATTED = $(call find,common rnn transformer lessons viz tests,*.[ch])
format: ## lay out all sources with clang-format
	clang-format -i $(FORMATTED)

format-check: ## say which sources clang-format would change
	@clang-format --dry-run --Werror $(FORMATTED)

clean: ## remove everything that was built
	rm -rf build duet

# How things are made ----------------------------------------------------------------------------

# Every object depends on the flags it was made with; the file changes only when they do.
$(BUILD)/flags: FORCE
	@$(DEPENDENCIES) check program
	@mkdir -p $(@D)
	@printf '%s\n' $(call quote,$(COMPILE) $(WINDOW_CFLAGS)) | cmp -s - $@ || \
	printf '%s\n' $(call quote,$(COMPILE) $(WINDOW_CFLAGS)) > $@

$(BUILD)/tests/cmocka: FORCE
	@$(DEPENDENCIES) check tests
	@mkdir -p $(@D) && { test -f $@ || touch $@; }

$(BUILD)/float/viz/window/%.o $(BUILD)/float/tests/viz/window/%.o: PACKAGES = $(WINDOW_CFLAGS)
$(BUILD)/float/tests/%.o $(BUILD)/double/tests/%.o: PACKAGES += $(CMOCKA_CFLAGS)
$(call float,$(TESTS) $(SUPPORT)) $(call double,$(TESTS) $(SUPPORT)): | $(BUILD)/tests/cmocka

$(BUILD)/float/%.o: %.c $(BUILD)/flags
	$(call say,CC      $<)
	@mkdir -p $(@D)
	$(Q)$(COMPILE) $(PACKAGES) -MMD -MP -c $< -o $@

$(BUILD)/double/%.o: %.c $(BUILD)/flags
	$(call say,CC      $< (double))
	@mkdir -p $(@D)
	$(Q)$(COMPILE) $(PACKAGES) -DREAL_IS_DOUBLE -MMD -MP -c $< -o $@

# An archive, so that a test links what it uses; listed, so that a deleted source leaves it.
define archive
$(1): $(2) $(1).list
	@rm -f $$@ && ar qcs $$@ $$(filter %.o,$$^)
$(1).list: FORCE
	@mkdir -p $$(@D)
	@echo '$(2)' | cmp -s - $$@ || echo '$(2)' > $$@
endef
$(eval $(call archive,$(BUILD)/float/libduet.a,$(call float,$(LIBRARY))))
$(eval $(call archive,$(BUILD)/double/libduet.a,$(call double,$(filter $(IN_DOUBLE),$(LIBRARY)))))
$(eval $(call archive,$(BUILD)/bits/libduet.a,$(call float,$(BARE))))
$(eval $(call archive,$(BUILD)/float/libviewer.a,$(call float,$(filter-out viz/main.c,$(VIEWER)))))
$(eval $(call archive,$(BUILD)/float/libsupport.a,$(call float,$(SUPPORT))))
$(eval $(call archive,$(BUILD)/double/libsupport.a,$(call double,$(SUPPORT_DOUBLE))))

$(BUILD)/duet: $(BUILD)/float/viz/main.o $(BUILD)/float/libviewer.a $(BUILD)/float/libduet.a
	$(call say,LINK    $@)
	$(Q)$(LINK) -o $@ $(filter %.o %.a,$^) $(WINDOW_LIBS) $(LIBRARY_LIBS) $(LDLIBS)

$(BUILD)/bits/weights_hash: $(BUILD)/float/tests/bits/weights_hash.o $(BUILD)/bits/libduet.a
	$(call say,LINK    $@)
	$(Q)$(LINK) -o $@ $(filter %.o %.a,$^) -lm $(LDLIBS)

$(FLOAT_TESTS): $(BUILD)/%: $(BUILD)/float/%.o $(BUILD)/float/libsupport.a $(BUILD)/float/libduet.a
$(GRADIENT_TESTS): $(BUILD)/%: $(BUILD)/double/%.o $(BUILD)/double/libsupport.a \
                               $(BUILD)/double/libduet.a
$(VIEWER_TESTS): $(BUILD)/%: $(BUILD)/float/%.o $(BUILD)/float/libsupport.a \
                             $(BUILD)/float/libviewer.a $(BUILD)/float/libduet.a
$(VIEWER_TESTS): PACKAGE_LIBS = $(WINDOW_LIBS)
# It counts what the library asks its products for.
$(BUILD)/tests/viz/bench/test_bench_operations: WRAP = -Wl,--wrap=product,--wrap=product_packed,--wrap=product_packed_from
$(TEST_PROGRAMS):
	$(call say,LINK    $@)
	@mkdir -p $(@D)
	$(Q)$(LINK) $(WRAP) -o $@ $(filter %.o %.a,$^) $(PACKAGE_LIBS) $(CMOCKA_LIBS) $(LIBRARY_LIBS) $(LDLIBS)

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
