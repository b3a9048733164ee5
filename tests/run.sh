#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# run.sh BUILD PROGRAM...: runs each test program in a home of its own, adds up
# its TAP, shows what failed, and ends with "N passed, N failed".
#
#   VALGRIND=1    C programs run under valgrind; what it finds is a failure
#   RESULTS=FILE  "passed failed" is appended to FILE
set -u
build=${1:?usage: run.sh BUILD PROGRAM...}
shift
BUILD=$(cd "$build" && pwd) || exit 1
export BUILD
export CMOCKA_MESSAGE_OUTPUT=TAP
# one clock and one language, whatever the machine has
export TZ=EAT-3 LANGUAGE= LC_ALL=C.UTF-8
unset HOMEWARD_DIR HOMEWARD_NOW HOMEWARD_PASSPHRASE_FILE XDG_DATA_HOME

top=$(mktemp -d) || exit 1
trap 'rm -rf "$top"' EXIT
trap 'exit 1' HUP INT TERM
passed=0
failed=0

# A program, with all it prints going to one file; the status is the program's.
run_one() {
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

for program in "$@"; do
    name=${program#"$build"/}
    name=${name#tests/}
    out=$top/out
    mkdir "$top/home" "$top/tmp"
    (
        export HOME="$top/home" TMPDIR="$top/tmp"
        run_one "$program"
    ) >"$out" 2>&1 </dev/null
    status=$?
    rm -rf "$top/home" "$top/tmp"

    # a plan without its tests is a program that stopped half way
    counts=$(LC_ALL=C awk '
        /^ok( |$)/     { p++ }
        /^not ok( |$)/ { f++ }
        /^1\.\.[0-9]+/ { split($0, plan, "[.][.]"); want += plan[2] }
        END { print p + 0, f + 0, want + 0 }' "$out")
    p=${counts%% *}
    rest=${counts#* }
    f=${rest% *}
    want=${rest#* }
    why=
    if [ "$status" -gt 128 ]; then
        why="stopped by signal $((status - 128))"
    elif [ "$status" -ne 0 ] && [ "$f" -eq 0 ]; then
        why="ended with status $status"
    elif [ "$want" -gt $((p + f)) ]; then
        why="planned $want tests and ran $((p + f))"
    elif [ $((p + f)) -eq 0 ]; then
        why="said nothing"
    fi
    [ -z "$why" ] || f=$((f + 1))

    if [ "$f" -gt 0 ]; then
        echo "$name: $p passed, $f FAILED"
        sed 's/^/    /' "$out"
        [ -z "$why" ] || echo "    not ok - $name $why"
    else
        echo "$name: $p passed"
    fi
    passed=$((passed + p))
    failed=$((failed + f))
done

[ -z "${RESULTS:-}" ] || echo "$passed $failed" >>"$RESULTS"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
