#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Claim: any number of programs may work on one office at once, and any of them
# may be killed at any moment: what was acknowledged is there, here and at the
# hub, once, and verify finds nothing.
cd "$(dirname "$0")" || exit 1
. ./support.sh

if [ ! -x /usr/sbin/sshd ]; then
    echo "1..0 # SKIP sshd is not installed"
    exit 0
fi
made() {
    start_hub && add_office centre "Transit centre" ET14
}
check "a hub and an office are made" made

# opened WRITER NUMBER...: lines that open cases called Child WRITER NUMBER
opened() {
    writer=$1
    shift
    for number; do
        printf '{"case":"%08d-%04d-4000-8000-000000000000",' "$number" "$writer"
        printf '"form":"registration","place":"ET041114",'
        printf '"set":{"given_name":"Child%dx%d"}}\n' "$writer" "$number"
    done
}

# listed FOLDER: how many cases it holds
listed() {
    "$homeward" -d "$work/$1" list | sed -n 's/^cases: //p'
}

whole() {
    "$homeward" -d "$work/centre" verify && "$homeward" -d "$work/hub" verify
}

# ---- all at once

crowd() {
    : >"$work/faults"
    pids=
    for writer in 1 2 3 4 5 6 7 8; do
        # shellcheck disable=SC2046 # numbers
        opened $writer $(seq 60) |
            "$homeward" -d "$work/centre" apply - >"$work/apply.$writer" \
                2>>"$work/faults" &
        pids="$pids $!"
    done
    for reader in 1 2 3; do
        "$homeward" -d "$work/centre" list >"$work/list.$reader" \
            2>>"$work/faults" &
        pids="$pids $!"
    done
    "$homeward" -d "$work/centre" sync >"$work/sync.out" 2>>"$work/faults" &
    pids="$pids $!"
    bad=0
    for pid in $pids; do
        wait "$pid" || bad=$((bad + 1))
    done
    cat "$work/faults"
    [ $bad -eq 0 ] && [ ! -s "$work/faults" ] && [ "$(listed centre)" -eq 480 ]
}
check "eight that write, three that list and one that syncs all finish" crowd

all_there() {
    sync_office centre && [ "$(listed hub)" -eq 480 ] && whole
}
check "nothing of it is lost on the way to the hub" all_there

# Only one sync at a time holds the conversation; the others say so or wait.
many_syncs() {
    opened 9 1 | "$homeward" -d "$work/centre" apply - >"$work/applied" ||
        return
    pids=
    for reader in 1 2 3 4; do
        "$homeward" -d "$work/centre" sync >"$work/sync.$reader" \
            2>"$work/sync.err.$reader" &
        pids="$pids $!"
    done
    done=0
    for pid in $pids; do
        wait "$pid" && done=$((done + 1))
    done
    cat "$work"/sync.err.*
    [ $done -ge 1 ] && [ "$(listed hub)" -eq 481 ] && whole
}
check "four syncs at once send everything once" many_syncs

# ---- beginnings

# at_once NUMBER...: the command line in $each, as sh has it, for every number at
# once; how many of them ended well goes to $good, their sentences to faults
at_once() {
    pids=
    : >"$work/faults"
    for number; do
        (eval "$each") >"$work/said.$number" 2>>"$work/faults" &
        pids="$pids $!"
    done
    good=0
    for pid in $pids; do
        wait "$pid" && good=$((good + 1))
    done
}

one_office() {
    each='"$homeward" -d "$work/begun" init --site "Office $number" \
        --place ET --user a --role expert'
    at_once 1 2 3 4 5 6
    cat "$work/faults"
    [ $good -eq 1 ] && [ "$(grep -c "already holds" "$work/faults")" -eq 5 ] &&
        "$homeward" -d "$work/begun" verify
}
check "six that make an office in one folder make one" one_office

admissions() {
    each='"$homeward" -d "$work/o$number" init --site "Office $number" \
        --place ET --user a --role expert &&
        "$homeward" -d "$work/o$number" join ssh://a@127.0.0.1:9 \
            --hub-key "$work/hub/hub-key" --out "$work/o$number.enrolment"'
    at_once 1 2 3 4 5 6
    [ $good -eq 6 ] || return
    each='"$homeward" -d "$work/hub" hub admit --yes \
        "$work/o$number.enrolment"'
    at_once 1 2 3 4 5 6
    cat "$work/faults"
    [ $good -eq 6 ] &&
        [ "$(grep -c '^restrict' "$work/hub/authorized_keys")" -eq 7 ] &&
        "$homeward" -d "$work/hub" verify
}
check "six offices admitted at once are all let in" admissions

same_again() {
    "$homeward" -d "$work/twin" init --site Twin --place ET --user a \
        --role expert && "$homeward" -d "$work/twin" join \
        ssh://a@127.0.0.1:9 --hub-key "$work/hub/hub-key" \
        --out "$work/twin.enrolment" || return
    each='"$homeward" -d "$work/hub" hub admit --yes "$work/twin.enrolment"'
    at_once 1 2 3 4
    cat "$work/faults"
    [ $good -eq 1 ] &&
        [ "$(grep -c "already admitted" "$work/faults")" -eq 3 ]
}
check "one office admitted four times at once is admitted once" same_again

# ---- killed

# The moments differ from round to round and from machine to machine.
killed() {
    : >"$work/acknowledged"
    round=0
    while [ $round -lt 40 ]; do
        round=$((round + 1))
        opened 10 $round >"$work/line"
        if [ $((round % 2)) -eq 0 ]; then
            set -- apply "$work/line"
        else
            "$homeward" -d "$work/centre" apply "$work/line" >"$work/said" &&
                printf '%08d-0010\n' $round >>"$work/acknowledged"
            set -- sync
        fi
        "$homeward" -d "$work/centre" "$@" >"$work/said" 2>&1 &
        pid=$!
        sleep "0.0$((round * 37 % 10))$((round * 13 % 10))"
        kill -KILL $pid 2>/dev/null
        wait $pid 2>/dev/null && [ "$1" = apply ] &&
            printf '%08d-0010\n' $round >>"$work/acknowledged"
    done
    whole && sync_office centre && whole &&
        "$homeward" -d "$work/hub" --json list >"$work/hub.list" &&
        while read -r id; do
            grep -q "$id" "$work/hub.list" ||
                { echo "$id is missing"; return 1; }
        done <"$work/acknowledged" &&
        [ "$(listed hub)" -eq "$(listed centre)" ] &&
        [ "$(wc -l <"$work/acknowledged")" -ge 20 ]
}
check "killed forty times, apply and sync lose nothing acknowledged" killed

exit $failed
