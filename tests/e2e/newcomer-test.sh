#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Claim: what made a newcomer pause at the terminal stays mended: sentences
# are not cut in two at its edge, and nothing is asked with two colons.
set -u
case $BUILD in /*) build=$BUILD ;; *) build=$(pwd)/$BUILD ;; esac
homeward=$build/homeward
cd "$TMPDIR" || exit 1
LC_ALL=C.UTF-8 HOMEWARD_KDF_COST=least
export LC_ALL HOMEWARD_KDF_COST
unset NO_COLOR HOMEWARD_DIR HOMEWARD_PASSPHRASE_FILE LANGUAGE

# verdict CLAIM STATUS: with what was printed when it does not hold
verdict() {
    if [ "$2" -eq 0 ]; then
        echo "ok - $1"
    else
        echo "not ok - $1"
        sed 's/^/# /' out err
    fi
}

# play CLAIM COMMAND...: standard input is the script of keys
play() {
    claim=$1
    shift
    "$build/tests/tui/tool_pty" - "$@" >out 2>err
    verdict "$claim" $?
}

# shows CLAIM LINE: a line of the last screen is exactly that
shows() {
    sed 's/ *$//' out | grep -qxF -- "$2"
    verdict "$1" $?
}

play "an office is made at the terminal" "$homeward" -d "$TMPDIR/office" \
    init --site Gasera --place ET041106/03 --user almaz \
    --role community-worker <<'STEPS'
wait letters or more:
key a long one\r
wait to be sure:
key a long one\r
wait is ready
show
exit
STEPS
shows "a passphrase is asked with one colon" \
    "New passphrase, 8 letters or more:"

play "a wrong folder is said" "$homeward" \
    -d /no/such/folder/on/this/machine list <<'STEPS'
wait with -d.
show
exit
STEPS
shows "a long sentence goes on in the next line" \
    "homeward: There is no office in /no/such/folder/on/this/machine: make one with"
