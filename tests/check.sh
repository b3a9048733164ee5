#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What `make check` runs, cheapest fault first. Every part is a make target or
# a tool of its own that writes TAP or adds its counts to $RESULTS; the last
# line is the sum: "N passed, N failed". With LONG every part does all it can.
#
# The sanitizers' build is clang's, with every warning an error: what it passes
# compiles and works under clang. Only LONG builds by clang once more without.
set -u
cd "$(dirname "$0")/.." || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
RESULTS=$work/results
export RESULTS
: >"$RESULTS"

# The faults of tests/fault: by themselves its parts try few places, spread out.
[ -z "${LONG:-}" ] ||
    export KILLS="${KILLS:-160}" POWERCUTS="${POWERCUTS:-4000}" \
        ALLOCS="${ALLOCS:-400}"
unset MAKEFLAGS MAKELEVEL MFLAGS

# Seconds on the clock, and of processor for what this shell has waited for.
spent() {
    times >"$work/times"
    tail -n 1 "$work/times" | tr 'ms' '  ' |
        awk -v clock="$(date +%s)" '{
            print clock, $1 * 60 + $2 + $3 * 60 + $4 }'
}

# part NAME COMMAND...: runs, shows, counts. A part that fails without a
# failed test (it did not compile, say) counts as one.
part() {
    name=$1
    shift
    echo "== $name"
    spent >"$work/start"
    before=$(wc -l <"$RESULTS")
    { "$@" 2>&1 && echo 0 >"$work/status" || echo 1 >"$work/status"; } |
        tee "$work/out"
    if [ "$(wc -l <"$RESULTS")" -eq "$before" ]; then
        awk '/^ok( |$)/ { p++ } /^not ok( |$)/ { f++ }
             END { print p + 0, f + 0 }' "$work/out" >>"$RESULTS"
    fi
    if [ "$(cat "$work/status")" -ne 0 ] &&
        ! tail -n 1 "$RESULTS" | grep -qv ' 0$'; then
        echo "not ok - $name could not be completed"
        echo "0 1" >>"$RESULTS"
    fi
    spent >"$work/end"
    awk -v name="$name" 'NR == 1 { clock = $1; work = $2 }
        NR == 2 { printf "== %s: %d s, %d s of processor\n", name,
                         $1 - clock, $2 - work }' "$work/start" "$work/end"
}

# claim WORDS COMMAND...: one test by a tool that is silent when content
claim() {
    words=$1
    shift
    if "$@" >"$work/why" 2>&1; then
        echo "ok - $words"
    else
        echo "not ok - $words"
        sed 's/^/# /' "$work/why"
    fi
}

manuals() {
    for page in man/*.[157]; do
        [ ! -f "$page" ] ||
            claim "$page has no fault" mandoc -Tlint -Wwarning "$page"
    done
}

languages() {
    for catalogue in po/*.po; do
        [ ! -f "$catalogue" ] || claim "$catalogue is sound" \
            msgfmt --check -o /dev/null "$catalogue"
    done
}

target() {
    make --no-print-directory -s -j2 "$@"
}

for name in layers size rules format; do
    part "$name" target "check-$name"
done
part manuals manuals
part languages languages
part 'the C tests' target check-unit
part 'the shell tests' target check-sh
[ -z "${LONG:-}" ] || part 'under clang' target check-clang
part 'under clang and its sanitizers' target check-san
part 'under valgrind' target check-valgrind
[ ! -f tests/fault/run.sh ] || part 'power cuts and kills' target check-fault

awk '{ p += $1; f += $2 }
     END { print p + 0 " passed, " f + 0 " failed"; exit f > 0 }' "$RESULTS"
