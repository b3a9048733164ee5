#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Claim: a file of every older program opens, shows what was entered, can be
# written to and verifies; its lists, searches and comparisons work as in a new
# one. How the files were made: tests/store/old/README.
set -u
cd "$(dirname "$0")/old" || exit 1
homeward=$BUILD/homeward
HOMEWARD_KDF_COST=least
HOMEWARD_PASSPHRASE_FILE=$PWD/passphrase
export HOMEWARD_KDF_COST HOMEWARD_PASSPHRASE_FILE

# gives CLAIM TEXT ARGS...: ends well, and shows the text
gives() {
    claim=$1 text=$2
    shift 2
    if "$homeward" -d "$office" "$@" >"$TMPDIR/said" 2>&1 &&
        grep -qF -- "$text" "$TMPDIR/said"; then
        echo "ok - version $version: $claim"
    else
        echo "not ok - version $version: $claim"
        sed 's/^/# /' "$TMPDIR/said"
    fi
}

for version in [0-9]*; do
    office=$TMPDIR/$version
    mkdir -m 700 "$office"
    cp "$version"/homeward.* "$office"
    chmod 600 "$office"/*
    gives 'the list holds both cases' '"count": 2' --json list
    gives 'with the name that was mended' 'Hirut Tolla Gebre' list
    gives 'and is found by its sound' '1M00-008H' find ሂሩት
    gives 'an answer is found by its words' '1M00-008H' find --notes grain mill
    gives 'answers stand' '"2012-09-11"' --json show 1M0000GH
    printf '%s%s\n' '{"case":"0d000004-1111-4111-8111-000000000004",' \
        '"form":"registration","place":"ET041114/03","set":{"given_name":"Hiruut","father_name":"Tola","grandfather_name":"Gabre","sex":"female"}}' \
        >"$TMPDIR/line"
    gives 'it takes a new case' 'applied: 1' apply "$TMPDIR/line"
    gives 'the same child in the old case is noticed' '1M00-008H' \
        duplicates 0d000004-1111-4111-8111-000000000004
    gives 'lists stand in another order' '"count": 3' --json list --sort changed
    gives 'it verifies' 'whole' verify
    gives 'and again after everything was computed anew' '"count": 3' \
        --json list
    "$homeward" -d "$office" rebuild >/dev/null 2>&1
    gives 'and verifies then, too' 'whole' verify
done
