#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Claim: the runner believes no program more than its TAP and its end: whatever
# fails, crashes, stops half way or says nothing is counted and named.
set -u
run=$(cd "$(dirname "$0")/.." && pwd)/run.sh
cd "$TMPDIR" || exit 1
mkdir build

# program NAME LINE...: a test program
program() {
    name=$1
    shift
    printf '%s\n' '#!/bin/sh' "$@" >"$name"
    chmod +x "$name"
}

# gives CLAIM SUM STATUS WORDS PROGRAM...: last line, end, and words said
gives() {
    claim=$1
    sum=$2
    status=$3
    words=$4
    shift 4
    : >results
    RESULTS=results sh "$run" build "$@" >said 2>&1
    ended=$?
    if [ "$ended" -eq "$status" ] && [ "$(tail -n 1 said)" = "$sum" ] &&
        [ "$(cat results)" = "$(echo "$sum" | tr -dc '0-9 ' | tr -s ' ' |
            sed 's/ $//')" ] && grep -q -- "$words" said; then
        echo "ok - $claim"
    else
        echo "not ok - $claim (ended with $ended)"
        sed 's/^/# /' said
    fi
}

program good 'echo 1..2; echo ok 1 - a; echo ok 2 - b'
program bad 'echo 1..2; echo ok 1 - a; echo not ok 2 - b; echo "# why"; exit 1'
program crash 'echo 1..2; echo ok 1 - a; kill -SEGV $$'
program half 'echo 1..3; echo ok 1 - a'
program skips 'echo 1..2; echo ok 1 - a; echo "not ok 2 # SKIP b"'
program mute ':'
program angry 'echo ok 1 - a; exit 3'
program place 'echo "$HOME" >>homes; touch "$TMPDIR/x" && [ -d "$BUILD" ] &&
    case $BUILD in /*) echo ok - absolute ;; esac'

gives 'what passes passes' '2 passed, 0 failed' 0 '^good: 2 passed$' ./good
gives 'what fails is shown with its reasons' '1 passed, 1 failed' 1 '# why' \
    ./bad
gives 'a crash is a failure' '1 passed, 1 failed' 1 'signal 11' ./crash
gives 'stopping half way is a failure' '1 passed, 1 failed' 1 'planned 3' \
    ./half
gives 'what is skipped is neither' '1 passed, 0 failed' 0 'skips' ./skips
gives 'silence is a failure' '0 passed, 1 failed' 1 'said nothing' ./mute
gives 'a bad end is a failure' '1 passed, 1 failed' 1 'status 3' ./angry
gives 'a program that is not there is a failure' '0 passed, 1 failed' 1 \
    'status 127' ./absent
gives 'all are added up' '4 passed, 2 failed' 1 'mute' ./good ./mute ./good \
    ./absent
gives 'nothing to run is nothing failed' '0 passed, 0 failed' 0 '0 passed'
gives 'each runs in a place of its own' '2 passed, 0 failed' 0 'place' \
    ./place ./place
if [ "$(sort -u homes | wc -l)" -eq 2 ] && ! [ -d "$(head -n 1 homes)" ]; then
    echo "ok - each had its own home, and it is gone"
else
    echo "not ok - each had its own home, and it is gone"
fi
program slow 'i=0; while [ $i -lt 200000 ]; do i=$((i + 1)); done; echo ok 1'
TIMES=1 sh "$run" build ./good ./slow >said
if tail -n 3 said | head -n 1 | grep -qE '^[0-9.]+ s slow$' &&
    tail -n 1 said | grep -q '^3 passed'; then
    echo "ok - what takes longest is named first, before the sum"
else
    echo "not ok - what takes longest is named first, before the sum"
    sed 's/^/# /' said
fi
