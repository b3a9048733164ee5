# SPDX-License-Identifier: Apache-2.0
# Homeward. The row of rooms below is used to build, to link and to check.
#
#   make            build/homeward and build/homeward-ssh
#   make run        install what is missing, build, make the demo, open it
#   make check      install what the tests need, run everything
#   make help       the other targets

ROOMS := base forms store sync tui

ifeq ($(origin CC),default)
CC       := gcc
endif
BUILD    ?= build
PREFIX   ?= /usr/local
CFLAGS   ?= -O2 -g
HARDEN   := -fstack-protector-strong -D_FORTIFY_SOURCE=2 -fPIE
WARN     := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes \
            -Wmissing-prototypes -Wold-style-definition -Wwrite-strings \
            -Wformat=2 -Wpointer-arith -Wundef -Wvla -Wcast-qual -Werror
DEFINES  := -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64
PACKAGES := libsodium sqlite3 jansson zlib expat nettle libseccomp ncursesw
SAN      ?=
ifneq ($(SAN),)
# a check that gcc adds for null makes it warn of the null it checks for
HARDEN   := -fno-omit-frame-pointer -fsanitize=$(SAN) -DHOMEWARD_SANITIZED=1 \
            -Wno-unknown-warning-option -Wno-format-truncation
endif

# name of package beside the pkg-config names above, for people and for apt
BUILD_DEBS := gcc make pkg-config gettext libncurses-dev libsqlite3-dev \
              libssh-dev zlib1g-dev libsodium-dev libexpat1-dev \
              libseccomp-dev libjansson-dev nettle-dev
RUN_DEBS   := openssh-server
TEST_DEBS  := libcmocka-dev openssh-server openssh-client tmux valgrind \
              clang libclang-rt-14-dev clang-format universal-ctags strace \
              mandoc locales binutils

LIB_CFLAGS := $(shell pkg-config --cflags $(PACKAGES) 2>/dev/null)
LIBS_base  :=
LIBS_forms := -lexpat -lz -lnettle -lm
LIBS_store := -lsqlite3 -lsodium -ljansson
LIBS_sync  := -lz -lseccomp
LIBS_tui   := -lncursesw -ltinfo

ALL_CFLAGS = -std=c11 $(DEFINES) $(WARN) $(HARDEN) $(CFLAGS) $(LIB_CFLAGS) \
             -I. -I$(BUILD) -MMD -MP $(ROOM_CFLAGS)
ALL_LDFLAGS = $(HARDEN) -pie -Wl,-z,relro,-z,now $(LDFLAGS)

# ---- the rooms: one archive each -------------------------------------------

# sync/helper_*.c are programs of their own: the only code that sees libssh
sources  = $(filter-out $(wildcard sync/helper_*.c),$(wildcard $(1)/*.c))
objects  = $(patsubst %.c,$(BUILD)/%.o,$(call sources,$(1)))
# the room itself and everything to its left, rightmost first, as ld likes it
row_upto = $(if $(filter $(1),$(firstword $(2))),$(1),$(call \
           row_upto,$(1),$(wordlist 2,9,$(2))) $(firstword $(2)))
archives = $(foreach r,$(call row_upto,$(1),$(ROOMS)),$(BUILD)/lib$(r).a)
libs     = $(foreach r,$(call row_upto,$(1),$(ROOMS)),$(LIBS_$(r)))

.PHONY: all
all: $(BUILD)/homeward $(if $(wildcard sync/helper_ssh.c),$(BUILD)/homeward-ssh)
	@:

$(BUILD)/homeward: $(BUILD)/main.o $(call archives,tui)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(call libs,tui)

$(BUILD)/homeward-ssh: $(BUILD)/sync/helper_ssh.o $(BUILD)/libbase.a
	$(CC) $(ALL_LDFLAGS) -o $@ $^ -lssh

define ROOM_RULES
$$(BUILD)/lib$(1).a: $$(call objects,$(1)) $$(EXTRA_$(1))
	@rm -f $$@
	$$(AR) rcs $$@ $$^
endef

# The pack travels inside the program: every file of forms/pack, in order of
# name, as one table of bytes.
EXTRA_forms := $(BUILD)/pack_data.o
PACK := $(sort $(wildcard forms/pack/*.csv))

$(BUILD)/pack_data.c: $(PACK) forms/pack/embed.sh
	@mkdir -p $(@D)
	sh forms/pack/embed.sh $(PACK) > $@.tmp && mv $@.tmp $@

$(BUILD)/pack_data.o: $(BUILD)/pack_data.c
	@$(CC) $(ALL_CFLAGS) -c -o $@ $<

# Its code lists become rows of constant tables (forms/pack/table.awk says how).
$(BUILD)/forms/pack/%.inc: forms/pack/%.csv forms/pack/table.awk
	@mkdir -p $(@D)
	LC_ALL=C awk -f forms/pack/table.awk $< > $@.tmp && mv $@.tmp $@

$(BUILD)/forms/alike.o: $(BUILD)/forms/pack/alike.inc
$(BUILD)/forms/kind.o: $(BUILD)/forms/pack/kinds.inc
$(BUILD)/forms/place.o: $(BUILD)/forms/pack/places.inc
$(BUILD)/forms/retention.o: $(BUILD)/forms/pack/retention.inc
$(BUILD)/forms/role.o: $(BUILD)/forms/pack/roles.inc
$(BUILD)/forms/right.o: $(BUILD)/forms/pack/rights.inc

$(foreach r,$(ROOMS),$(eval $(call ROOM_RULES,$(r))))

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	@$(CC) $(ALL_CFLAGS) -c -o $@ $<

# make cover alone: what it tells the compiler of the store (tests/cover/false.h)
$(BUILD)/store/%.o: ROOM_CFLAGS = $(COVER)

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)

# ---- tests: tests/ROOM/NAME-test.c sees ROOM and what stands left of it -----

TESTS_C  := $(foreach r,$(ROOMS),$(wildcard tests/$(r)/*-test.c))
TESTS    := $(patsubst %.c,$(BUILD)/%,$(TESTS_C))
TESTS_SH := $(sort $(wildcard tests/*/*-test.sh))
# what several tests of a room share
support   = $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/$(1)/support_*.c))

define TEST_RULES
$$(BUILD)/tests/$(1)/%-test: $$(BUILD)/tests/$(1)/%-test.o \
    $$(call support,$(1)) $$(call archives,$(1))
	$$(CC) $$(ALL_LDFLAGS) -o $$@ $$^ $$(call libs,$(1)) -lcmocka
$$(BUILD)/tests/$(1)/tool_%: $$(BUILD)/tests/$(1)/tool_%.o \
    $$(call support,$(1)) $$(call archives,$(1))
	$$(CC) $$(ALL_LDFLAGS) -o $$@ $$^ $$(call libs,$(1)) -lcmocka -lutil
endef
$(foreach r,$(ROOMS),$(eval $(call TEST_RULES,$(r))))

# The seam of store/vfs.h: tests of the store over a plain stand-in, which the
# linker takes before the archive's own.
SEAM_TESTS := $(patsubst %,$(BUILD)/tests/seam/%-test,apply casefile change db \
              draft intake publish row user)
$(BUILD)/tests/seam/%-test: $(BUILD)/tests/store/%-test.o \
    $(BUILD)/tests/store/seam_plain.o $(call support,store) \
    $(call archives,store)
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(call libs,store) -lcmocka

# Tests that make the nth call to the engine or the system fail
# (tests/store/nth.h): the linker leads those calls through outside.c.
OUTSIDE := sqlite3_step sqlite3_exec sqlite3_prepare_v3 sqlite3_open_v2 \
           sqlite3_backup_step open64 close read write pread64 pwrite64 fsync \
           ftruncate64 fchmod rename renameat2 mkdir stat64 fstat64 lstat64 \
           flock nanosleep setrlimit64 prctl crypto_pwhash sqlite3_vfs_register
comma := ,
NTH_TESTS := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/store/nth_*-test.c))
$(NTH_TESTS): %: %.o $(BUILD)/tests/store/nth.o \
    $(BUILD)/tests/store/outside.o \
    $(call support,store) $(call archives,store)
	$(CC) $(ALL_LDFLAGS) $(addprefix -Wl$(comma)--wrap=,$(OUTSIDE)) -o $@ $^ \
	    $(call libs,store) -lcmocka
TOOLS := $(patsubst %.c,$(BUILD)/%,$(foreach r,$(ROOMS),\
         $(wildcard tests/$(r)/tool_*.c)))
.SECONDARY:

# Loaded before a program, it is the computer that runs out of memory.
$(BUILD)/tests/fault/%.so: tests/fault/%.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -fPIC -shared -o $@ $< -ldl
FAULTS := $(patsubst %.c,$(BUILD)/%.so,$(wildcard tests/fault/*.c))

.PHONY: tests check check-long check-unit check-seam check-sh check-layers \
        check-size check-rules check-format check-clang check-san check-valgrind check-fault
tests: all $(TESTS) $(TOOLS)

# Everything, in the order in which a fault is cheapest to find; every part
# writes TAP, and one script adds it up for the last line. The long one repeats
# more, has clang build and test a third time, and takes hours, not minutes.
check: need-tests
	@sh tests/check.sh

check-long: need-tests
	@LONG=1 sh tests/check.sh

check-unit: tests check-seam
	@sh tests/run.sh $(BUILD) $(TESTS)

check-seam: $(SEAM_TESTS)
	@sh tests/run.sh $(BUILD) $(SEAM_TESTS)

check-sh: tests
	@sh tests/run.sh $(BUILD) $(TESTS_SH)

check-layers:
	@sh tests/rules/layers.sh $(ROOMS)

check-size:
	@sh tests/rules/size.sh

check-rules:
	@sh tests/rules/rules.sh

check-format:
	@sh tests/rules/format.sh

check-clang:
	@$(MAKE) --no-print-directory CC=clang BUILD=build/clang check-unit

check-san:
	@$(MAKE) --no-print-directory CC=clang BUILD=build/san \
	    SAN=address,undefined CFLAGS='-O1 -gline-tables-only' check-unit

# Valgrind sees what the sanitizers do not: memory used before it was set. It
# makes every step fifty times slower, so those that repeat what others do by the
# hundred, and the screens, which handle no bytes of their own, are left to the
# sanitizers.
VALGRIND_LONG := $(if $(LONG),,$(patsubst %,$(BUILD)/tests/%-test,store/hostile \
    store/vfs_harm store/keyfile store/user store/rotation store/backup \
    store/verify store/purge_trace store/parting store/purge store/spoilt \
    store/command_shown store/command_wrong store/keyfile_harm \
    store/backup_harm store/store_files store/db_disk forms/xlsx \
    forms/mutation sync/session sync/simulation sync/cut \
    sync/restore) $(NTH_TESTS) $(filter $(BUILD)/tests/tui/view_% \
    $(BUILD)/tests/tui/form_% $(BUILD)/tests/tui/unseal-test,$(TESTS)))
check-valgrind: tests
	@VALGRIND=1 sh tests/run.sh $(BUILD) $(filter-out $(VALGRIND_LONG),$(TESTS))

check-fault: tests $(FAULTS)
	@sh tests/fault/run.sh $(BUILD)

# How much of the store its tests go through, in a build of its own; with
# MISSING=store/db the lines of files so named with a branch nobody took.
COVER_TESTS := $(filter $(BUILD)/tests/store/% $(BUILD)/tests/sync/%,$(TESTS)) \
               $(filter tests/store/% tests/e2e/%,$(TESTS_SH))
.PHONY: cover cover-tests
cover-tests: tests
	@LONG=1 sh tests/cover/run.sh $(BUILD) $(COVER_TESTS)
cover: need-tests
	@$(MAKE) --no-print-directory -s CC=gcc BUILD=build/cover \
	    CFLAGS='-O0 -g --coverage' LDFLAGS=--coverage \
	    COVER='-include tests/cover/false.h -Wno-unused-value' cover-tests

.PHONY: bench bench-wire
bench: tests
	@sh tests/bench/run.sh $(BUILD)

bench-wire: tests
	@sh tests/bench/wire.sh $(BUILD)

.PHONY: format
format:
	clang-format -i main.c $(foreach r,$(ROOMS),$(r)/*.[ch]) tests/*/*.[ch]

# ---- fuzzing: tests/fuzz/NAME-fuzz.c, MINUTES each (1) ----------------------

FUZZ   := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/fuzz/*-fuzz.c))
$(BUILD)/tests/fuzz/%-fuzz: $(BUILD)/tests/fuzz/%-fuzz.o \
    $(call archives,sync)
	$(CC) $(ALL_LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(call libs,sync)

.PHONY: fuzz fuzz-programs
fuzz-programs: $(FUZZ)
fuzz:
	@$(MAKE) --no-print-directory -s CC=clang BUILD=build/fuzz CFLAGS='-O1 -g' \
	    SAN=address,undefined,fuzzer-no-link fuzz-programs
	@sh tests/fuzz/run.sh build/fuzz $(TARGETS)

# ---- languages ---------------------------------------------------------------

LINGUAS := $(basename $(notdir $(wildcard po/*.po)))
.PHONY: mo pot
mo: $(foreach l,$(LINGUAS),$(BUILD)/locale/$(l)/LC_MESSAGES/homeward.mo)
all: mo

$(BUILD)/locale/%/LC_MESSAGES/homeward.mo: po/%.po
	@mkdir -p $(@D)
	msgfmt --check -o $@ $<

pot:
	xgettext --from-code=UTF-8 -k_ -kN_ -kP_:1,2 -cTRANSLATORS \
	    --package-name=homeward -o po/homeward.pot \
	    main.c $(foreach r,$(ROOMS),$(wildcard $(r)/*.[ch]))
	for l in $(LINGUAS); do \
	    msgmerge --quiet --no-fuzzy-matching --update --backup=none po/$$l.po po/homeward.pot; \
	done

# ---- what a machine needs -----------------------------------------------------

.PHONY: need-build need-run need-tests
need-build:
	@sh tests/need.sh $(BUILD_DEBS)
need-run:
	@sh tests/need.sh $(BUILD_DEBS) $(RUN_DEBS)
need-tests:
	@sh tests/need.sh $(BUILD_DEBS) $(RUN_DEBS) $(TEST_DEBS)

# The demonstration lives in DEMO; it is made once and kept, so that what was
# entered is there next time. `make run-clean` forgets it.
DEMO   ?= $(BUILD)/demo
OFFICE ?= transit
.PHONY: run run-clean
run: need-run
	@$(MAKE) --no-print-directory all
	@sh tests/demo/run.sh $(BUILD) $(DEMO) $(OFFICE)

run-clean:
	rm -rf $(DEMO)

# ---- install, clean, help -------------------------------------------------------

.PHONY: install clean help
install: all
	install -D $(BUILD)/homeward $(DESTDIR)$(PREFIX)/bin/homeward
	install -D $(BUILD)/homeward-ssh $(DESTDIR)$(PREFIX)/bin/homeward-ssh
	for m in man/*.[157]; do install -D -m 644 $$m \
	    $(DESTDIR)$(PREFIX)/share/man/man$${m##*.}/$${m##*/}; done
	for l in $(LINGUAS); do install -D -m 644 \
	    $(BUILD)/locale/$$l/LC_MESSAGES/homeward.mo \
	    $(DESTDIR)$(PREFIX)/share/locale/$$l/LC_MESSAGES/homeward.mo; done

clean:
	rm -rf build

help:
	@echo 'run            install what is missing, build, open the demo'
	@echo '               (OFFICE=kebele or woreda for the other desks)'
	@echo 'run-clean      forget the demo'
	@echo 'check          what follows, but clang and bench; last line: N passed'
	@echo 'check-long     the same with everything done in full (LONG=1), and clang'
	@echo 'check-unit     the C tests        check-sh    the shell tests'
	@echo 'check-seam     the store over plain files, without the seals of store/vfs.c'
	@echo 'check-layers   who may include whom; one library, one room'
	@echo 'check-size     functions, files, parameters'
	@echo 'check-rules    banned calls, licence lines, printing'
	@echo 'check-format   clang-format       check-clang the tests under clang'
	@echo 'check-san      address and undefined-behaviour sanitizers'
	@echo 'check-valgrind memory'
	@echo 'check-fault    power cuts, kills, full and failing disks, no memory, harm;'
	@echo '               KILLS=N POWERCUTS=N ALLOCS=N places of each'
	@echo 'fuzz           hostile bytes: MINUTES=N each, TARGETS="pack hello"'
	@echo 'cover          lines and branches of the store that the tests go through'
	@echo 'bench          times and bytes beside their budgets'
	@echo 'bench-wire     bytes and round trips of a sync'
	@echo 'pot            bring the message catalogues up to date'
	@echo 'install        PREFIX=/usr/local DESTDIR='

# the value of a variable, for the scripts: make -s print-ROOMS
print-%:
	@echo '$($*)'
