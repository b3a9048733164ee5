#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Claim: `s` on the screens syncs for real, over SSH with a hub's own sshd; what
# came is on the list at once; a clash settled with one key is settled at the
# other office after its next sync; a hub that is not there is said plainly.
set -u
case $BUILD in /*) build=$BUILD ;; *) build=$(pwd)/$BUILD ;; esac
cd "$TMPDIR" || exit 1
LC_ALL=C.UTF-8
HOMEWARD_KDF_COST=least
export LC_ALL HOMEWARD_KDF_COST
unset NO_COLOR ESCDELAY SSH_CONNECTION LANGUAGE HOMEWARD_PASSPHRASE_FILE
port=$((20000 + $$ % 20000))

sshd=$(command -v sshd || echo /usr/sbin/sshd)
[ "$(id -u)" -ne 0 ] || mkdir -p /run/sshd
stop() {
    [ ! -f demo/hub/sshd.pid ] || kill "$(cat demo/hub/sshd.pid)"
    rm -f demo/hub/sshd.pid
}
trap stop EXIT
trap 'exit 1' HUP INT TERM

verdict() {
    if [ "$2" -eq 0 ]; then
        echo "ok - $1"
    else
        echo "not ok - $1"
        sed 's/^/# /' out err
    fi
}

# play OFFICE CLAIM: plays standard input on the screens of the office
play() {
    "$build/tests/tui/tool_pty" - "$build/homeward" -d "demo/$1" \
        --passphrase-file demo/passphrase >out 2>err
    verdict "$2" $?
}

# settled OFFICE: it has no clash
settled() {
    "$build/homeward" -d "demo/$1" --passphrase-file demo/passphrase --json \
        conflicts >out 2>err
    status=$?
    [ "$status" -eq 0 ] || [ "$status" -eq 4 ] || return 1
    ! grep -q '"field"' out
}

{ "$build/homeward" demo demo --port "$port" && "$sshd" -f demo/hub/sshd_config; } \
    >out 2>err
verdict 'a hub with its sshd, and offices' $?

play transit 's sends, fetches, and leads to what clashes' <<'STEPS'
wait only here
key s
wait Done.
wait question has two answers
key \r
gone only here
wait 1 clash
key c
wait With the aunt
key q
wait 1 clash
key Q
exit
STEPS
settled transit
[ $? -ne 0 ]
verdict 'looking at a clash settles nothing' $?
play kebele 'the other office gets the clash too' <<'STEPS'
wait cases
key s
wait Done.
wait two answers
key c
wait Clashes
wait 2
key 2
wait Settled
wait Nothing clashes
key q
wait Sync
key q
wait only here
gone Done.
key s
wait Done.
key qQ
exit
STEPS
play transit 'and its choice arrives' <<'STEPS'
wait 1 clash
key s
wait Done.
key \r
gone clash
key Q
exit
STEPS
settled transit
verdict 'what one settled is settled at the other' $?

stop
play transit 'a hub that is not there is said, with what to do' <<'STEPS'
wait cases
key s
wait The line was lost
key \r
wait cases
key Q
exit
STEPS
