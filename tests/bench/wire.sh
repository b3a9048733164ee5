#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# wire.sh BUILD: bytes and round trips of a sync over a real sshd, through a
# line with a delay, each beside its budget. Bytes are TCP payload both ways,
# round trips count TCP's own greeting; the delay is long, so that what the
# machine takes for itself counts little. Lines as in run.sh.
set -u
BUILD=$(cd "${1:?usage: wire.sh BUILD}" && pwd) || exit 1
export BUILD
cd "$(dirname "$0")/../e2e" || exit 1
. ./support.sh

rtt_ms=1000

# verdict WHAT FIGURE UNIT BUDGET
verdict() {
    if [ "${2:-999999}" -le "$4" ]; then
        echo "$1: $2 $3, budget $4, met"
    else
        echo "$1: ${2:-unknown} $3, budget $4, MISSED"
        failed=1
    fi
}

# measure NAME FOLDER: one sync through the slow line; the counts are left in
# $work/NAME
measure() {
    mkfifo "$work/ready.$1" || return
    "$BUILD/tests/sync/tool_wire" "$wire_port" "$hub_port" --rtt $rtt_ms \
        --out "$work/$1" >"$work/ready.$1" &
    wire_pid=$!
    read -r _ <"$work/ready.$1"
    sync_office "$2"
    status=$?
    wait $wire_pid
    return $status
}

bytes_of() {
    awk '$1 == "up" || $1 == "down" { n += $2 } END { print n }' "$work/$1"
}

trips_of() {
    awk '$1 == "round_trips" { print $2 }' "$work/$1"
}

start_hub || exit 1
wire_port=$(free_port)
wire_port=$((wire_port + 1))
add_office office "Gasera woreda" ET041114 || exit 1
new_case office 1 Selam || exit 1
sync_office office || exit 1
sync_office office || exit 1
"$homeward" -d "$work/office" join "ssh://$(id -un)@127.0.0.1:$wire_port" \
    --hub-key "$work/hub/hub-key" --out "$work/again" >/dev/null || exit 1

measure idle office || exit 1
verdict "idle sync" "$(bytes_of idle)" bytes 2400
verdict "idle sync" "$(trips_of idle)" "round trips" 7

set_field office 1 father_name Bekele || exit 1
measure edit office || exit 1
verdict "one edit" "$(bytes_of edit)" bytes 3000
verdict "one edit" "$(trips_of edit)" "round trips" 9

id=$(case_id 1)
for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    printf '{"case":"%s","record":"7c0c1a3e-0000-4000-8000-%012d","form":"visit","at":"2026-11-%02dT09:00:00Z","set":{"visit_date":"2026-11-%02d","channel":"home_visit","child_seen":"yes","notes":"%s"}}\n' \
        "$id" "$n" "$n" "$n" "Visit $n: the child is at school in the morning \
and helps at home; the family says the goats are well and asks for seeds."
done >"$work/day"
"$homeward" -d "$work/office" apply "$work/day" >"$work/applied" || exit 1
measure day office || exit 1
verdict "a day of 20 visits" "$(bytes_of day)" bytes 4800
verdict "a day of 20 visits" "$(trips_of day)" "round trips" 9
cat "$work/idle" "$work/edit" "$work/day" | sed 's/^/# /'
exit $failed
