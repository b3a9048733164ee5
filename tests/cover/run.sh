#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# run.sh BUILD PROGRAM...: runs the test programs of a build made with gcc's
# --coverage, then says for each file of the store, and for the room, how many
# of its lines and branches they went through, and whether that is its budget.
# A branch is what gcov calls one: a way out of a condition, counted apart for
# && and ||, once it was taken.
#
#   ROOM=store       another room
#   MISSING=WORD     also prints each line with a branch nobody took, of files
#                    whose name holds WORD
#   KEEP=1           adds to what earlier runs counted
#
# A line that guards a state which only a fault of our own could bring about
# says so with the words "cover: bug"; its branches are counted apart.
set -u

BUILD=${1:?usage: run.sh BUILD PROGRAM...}
shift
room=${ROOM:-store}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

[ -n "${KEEP:-}" ] || find "$BUILD" -name '*.gcda' -exec rm -f {} +
failed=0
if [ $# -gt 0 ]; then
    sh "$(dirname "$0")/../run.sh" "$BUILD" "$@" >"$work/tests" || failed=1
    if [ "$failed" -ne 0 ]; then
        cat "$work/tests"
    else
        tail -n 1 "$work/tests"
    fi
fi

for notes in "$BUILD/$room"/*.gcno; do
    gcov -b -c -t "$notes" 2>/dev/null
done >"$work/gcov"

awk -v room="$room" -v missing="${MISSING:-}" \
    -f "$(dirname "$0")/branches.awk" \
    "$(dirname "$0")/budget" "$work/gcov" || failed=1
exit "$failed"
