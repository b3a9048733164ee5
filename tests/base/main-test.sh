#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Claim: the program says what it can do, and every mistake on its command line
# ends with one sentence on standard error, the promised exit code and nothing
# on standard output.
set -u
homeward=$BUILD/homeward
out=$TMPDIR/out
err=$TMPDIR/err

# expect CLAIM STATUS ARGS...: runs it; the claim holds when the status does
expect() {
    claim=$1
    want=$2
    shift 2
    "$homeward" "$@" >"$out" 2>"$err"
    status=$?
    if [ "$status" -eq "$want" ]; then
        echo "ok - $claim"
    else
        echo "not ok - $claim (ended with $status)"
        sed 's/^/# /' "$err"
    fi
}

# says CLAIM FILE PATTERN: a line of the last output matches
says() {
    if grep -q -- "$3" "$2"; then
        echo "ok - $1"
    else
        echo "not ok - $1"
        sed 's/^/# /' "$2"
    fi
}

# mistake CLAIM ARGS...: status 2, one sentence, no output
mistake() {
    claim=$1
    shift
    expect "$claim is a mistake in use" 2 "$@"
    if [ -s "$out" ] || [ "$(wc -l <"$err")" -ne 1 ] ||
        ! grep -q '^homeward: .*[^.]\.$' "$err"; then
        echo "not ok - $claim is told in one sentence"
        sed 's/^/# /' "$out" "$err"
    else
        echo "ok - $claim is told in one sentence"
    fi
}

expect "--help works" 0 --help
says "the help begins with the usage" "$out" '^usage: homeward'
says "the help lists what every command takes" "$out" '^  --passphrase-file F'
if awk 'length($0) > 80 { exit 1 }' "$out"; then
    echo "ok - the help fits a screen of 80 columns"
else
    echo "not ok - the help fits a screen of 80 columns"
fi
expect "--version works" 0 --version
says "the version is a number" "$out" '^homeward: [0-9][0-9.]*$'
expect "--version works as JSON" 0 --json --version
says "the version is a member" "$out" '"version": "[0-9.]*"'
mistake "an unknown command" no-such-thing
mistake "an option without its value" -d

"$homeward" --help >/dev/full 2>"$err"
if [ $? -eq 1 ] && grep -q '^homeward: .*No space' "$err"; then
    echo "ok - a result that cannot be shown is a failure"
else
    echo "not ok - a result that cannot be shown is a failure"
fi
