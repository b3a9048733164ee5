#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# run.sh BUILD PROGRAM...: runs each test program in a home of its own, adds up
# its TAP, shows what failed, and ends with "N passed, N failed".
#
#   JOBS=N        so many at a time (2)
#   VALGRIND=1    C programs run under valgrind; what it finds is a failure
#   RESULTS=FILE  "passed failed" is appended to FILE
#   TIMES=1       the ten programs that took most of the processor are named
set -u

# A program; what it prints and how it ends are its own.
start() {
    case $1 in
    *.sh) sh "$1" ;;
    *)
        if [ -n "${VALGRIND:-}" ]; then
            valgrind -q --error-exitcode=99 --leak-check=full \
                --show-leak-kinds=definite --errors-for-leak-kinds=definite \
                --child-silent-after-fork=yes "$1"
        else
            "$1"
        fi
        ;;
    esac
}

# Counts ok, not ok and planned tests in a program's TAP.
count() {
    awk '/^not ok .*# SKIP/ { want--; next } # as cmocka writes it
         /^ok( |$)/     { p++ }
         /^not ok( |$)/ { f++ }
         /^1\.\.[0-9]+/ { split($0, plan, "[.][.]"); want += plan[2] }
         END            { print p + 0, f + 0, want + 0 }' "$1"
}

# Why a program failed that did not say so itself; nothing when it did not.
#   fault STATUS PASSED FAILED PLANNED
fault() {
    if [ "$1" -gt 128 ]; then
        echo "was stopped by signal $(($1 - 128))"
    elif [ "$1" -ne 0 ] && [ "$3" -eq 0 ]; then
        echo "ended with status $1"
    elif [ "$4" -gt $(($2 + $3)) ]; then
        echo "planned $4 tests and ran $(($2 + $3))"
    elif [ $(($2 + $3)) -eq 0 ]; then
        echo "said nothing"
    fi
}

# Seconds of processor that `times` wrote down for what a shell has waited for.
spent() {
    tail -n 1 "$1" | tr 'ms' '  ' |
        awk '{ printf "%.1f\n", $1 * 60 + $2 + $3 * 60 + $4 }'
}

# Runs one program, writes its line and its counts below $2.
run_one() {
    program=$1
    top=$2
    name=${program##*tests/}
    name=${name#./}
    own=$(mktemp -d "$top/run.XXXXXX") || return
    mkdir "$own/home" "$own/tmp"
    (
        HOME=$own/home TMPDIR=$own/tmp
        export HOME TMPDIR
        start "$program"
    ) >"$own/out" 2>&1 </dev/null
    status=$?
    times >"$own/times"
    # shellcheck disable=SC2046 # three numbers
    set -- $(count "$own/out")
    why=$(fault "$status" "$@")
    passed=$1
    failed=$2
    [ -z "$why" ] || failed=$((failed + 1))
    if [ "$failed" -gt 0 ]; then
        {
            echo "$name: $passed passed, $failed FAILED"
            sed 's/^/    /' "$own/out"
            [ -z "$why" ] || echo "    not ok - $name $why"
        } >"$own/said"
    else
        echo "$name: $passed passed" >"$own/said"
    fi
    flock "$top" cat "$own/said"
    echo "$passed $failed" >"$own/counts"
    echo "$(spent "$own/times") s $name" >"$own/spent"
    rm -rf "$own/home" "$own/tmp"
}

if [ "${1:-}" = --one ]; then
    run_one "$3" "$2"
    exit 0
fi

BUILD=$(cd "${1:?usage: run.sh BUILD PROGRAM...}" && pwd) || exit 1
shift
# one clock and one language, whatever the machine has
export BUILD CMOCKA_MESSAGE_OUTPUT=TAP TZ=EAT-3 LANGUAGE= LC_ALL=C.UTF-8
unset HOMEWARD_DIR HOMEWARD_NOW HOMEWARD_PASSPHRASE_FILE XDG_DATA_HOME
unset MAKEFLAGS MAKELEVEL MFLAGS

top=$(mktemp -d) || exit 1
trap 'rm -rf "$top"' EXIT
trap 'exit 1' HUP INT TERM
[ $# -eq 0 ] || printf '%s\0' "$@" |
    xargs -0 -n 1 -P "${JOBS:-2}" sh "$0" --one "$top"

cat "$top"/run.*/counts >"$top/sum" 2>/dev/null
totals=$(awk -v programs=$# '
    { p += $1; f += $2 }
    # a program that left no counts was lost on the way
    END { print p + 0, f + programs - NR }' "$top/sum")
[ -z "${TIMES:-}" ] || cat "$top"/run.*/spent 2>/dev/null | sort -rn | head
[ -z "${RESULTS:-}" ] || echo "$totals" >>"$RESULTS"
echo "${totals% *} passed, ${totals#* } failed"
[ "${totals#* }" -eq 0 ]
