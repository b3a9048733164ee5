#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Claim: with the programs as they are installed, a hub behind a real sshd and
# two offices made by commands alone exchange their work; a hub that shows
# another key is refused before anything is said to it; a line that breaks
# loses nothing; and what two offices edited at once shows at both.
cd "$(dirname "$0")" || exit 1
. ./support.sh

if [ ! -x /usr/sbin/sshd ]; then
    echo "1..0 # SKIP sshd is not installed"
    exit 0
fi

check "a hub is made and its SSH server starts" start_hub
check "its configuration passes sshd's own test" \
    /usr/sbin/sshd -t -f "$work/hub/sshd_config"
check "a transit centre joins and is admitted" \
    add_office centre "Transit centre" ET14
check "a woreda joins and is admitted" add_office woreda "Gasera woreda" \
    ET041114

# ---- there and back

admit_again() {
    ! "$homeward" -d "$work/hub" hub admit --yes "$work/centre.enrolment"
}
check "the same office is not admitted twice" admit_again

changed_enrolment() {
    sed 's/^place .*/place ET/' "$work/woreda.enrolment" >"$work/changed"
    ! "$homeward" -d "$work/hub" hub admit --yes "$work/changed" 2>"$work/why"
    grep -q "changed" "$work/why"
}
check "an enrolment that was changed is refused" changed_enrolment

there_and_back() {
    new_case centre 1 Selam && sync_office centre && sync_office woreda &&
        "$homeward" -d "$work/woreda" show "$(case_id 1)" |
        grep -q "Selam" &&
        set_field woreda 1 father_name Bekele && sync_office woreda &&
        sync_office centre &&
        "$homeward" -d "$work/centre" show "$(case_id 1)" | grep -q "Bekele"
}
check "a case goes to the office of its place and its edits come back" \
    there_and_back

idle() {
    sync_office centre && [ "$(fact sent_changes "$work/sync.json")" -eq 0 ] &&
        [ "$(fact received_changes "$work/sync.json")" -eq 0 ] &&
        [ "$(fact waiting "$work/sync.json")" -eq 0 ]
}
check "a second sync has nothing to do" idle

sites() {
    "$homeward" -d "$work/hub" --json hub sites >"$work/sites" &&
        grep -q "Gasera woreda" "$work/sites" &&
        grep -q '"last_contact": "20' "$work/sites"
}
check "the hub shows when its offices were last there" sites

# ---- two edits at once

both_edit() {
    set_field centre 1 nickname Mimi && set_field woreda 1 nickname Titi &&
        sync_office centre && sync_office woreda && sync_office centre &&
        [ "$(fact conflicts "$work/sync.json")" -eq 1 ] &&
        for office in centre woreda; do
            "$homeward" -d "$work/$office" conflicts >"$work/clashes" &&
                grep -q Mimi "$work/clashes" && grep -q Titi "$work/clashes" ||
                return 1
        done
}
check "what two offices edited at once shows at both" both_edit

# ---- the line

# breaks after $1 bytes of the line, then syncs without a break
cut_after() {
    port=$(free_port)
    port=$((port + 1))
    mkfifo "$work/ready.$1" || return
    "$BUILD/tests/sync/tool_wire" "$port" "$hub_port" --cut "$1" \
        --out "$work/wire" >"$work/ready.$1" &
    extra_pids="$extra_pids $!"
    read -r _ <"$work/ready.$1"
    "$homeward" -d "$work/centre" join "ssh://$(id -un)@127.0.0.1:$port" \
        --hub-key "$work/hub/hub-key" --out "$work/again" >/dev/null || return
    sync_office centre
    status=$?
    "$homeward" -d "$work/centre" join "ssh://$(id -un)@127.0.0.1:$hub_port" \
        --hub-key "$work/hub/hub-key" --out "$work/again" >/dev/null || return
    if [ $status -ne 5 ]; then
        echo "after $1 bytes: status $status"; cat "$work/sync.err"
        return 1
    fi
    grep -q "kept" "$work/sync.err" || grep -q "reached" "$work/sync.err"
}

cuts() {
    new_case centre 2 Hana || return
    for bytes in 10 900 1700 2050 2150; do
        cut_after $bytes || return
    done
    sync_office centre && sync_office woreda &&
        "$homeward" -d "$work/woreda" show "$(case_id 2)" | grep -q Hana &&
        "$homeward" -d "$work/centre" verify &&
        "$homeward" -d "$work/hub" verify
}
check "a line that breaks ends with status 5 and loses nothing" cuts

killed() {
    new_case centre 3 Robel || return
    port=$(free_port)
    port=$((port + 1))
    mkfifo "$work/ready.slow" || return
    "$BUILD/tests/sync/tool_wire" "$port" "$hub_port" --rtt 600 \
        --out "$work/wire" >"$work/ready.slow" &
    extra_pids="$extra_pids $!"
    read -r _ <"$work/ready.slow"
    "$homeward" -d "$work/centre" join "ssh://$(id -un)@127.0.0.1:$port" \
        --hub-key "$work/hub/hub-key" --out "$work/again" >/dev/null || return
    sync_office centre &
    parent=$!
    helper=
    while [ -z "$helper" ]; do
        office=$(cat "/proc/$parent/task/$parent/children" 2>/dev/null)
        for pid in $office; do
            helper=$(cat "/proc/$pid/task/$pid/children" 2>/dev/null)
        done
        kill -0 $parent 2>/dev/null || break
    done
    sleep 1
    [ -n "$helper" ] && kill -KILL $helper
    wait $parent
    status=$?
    "$homeward" -d "$work/centre" join "ssh://$(id -un)@127.0.0.1:$hub_port" \
        --hub-key "$work/hub/hub-key" --out "$work/again" >/dev/null || return
    [ $status -eq 5 ] && sync_office centre && sync_office woreda &&
        "$homeward" -d "$work/woreda" show "$(case_id 3)" | grep -q Robel
}
check "the helper killed on the way ends with status 5 and loses nothing" \
    killed

nobody_there() {
    kill "$sshd_pid"
    wait "$sshd_pid" 2>/dev/null
    sync_office centre
    [ $? -eq 5 ] && grep -q "cannot be reached" "$work/sync.err"
}
at_once() {
    for n in 11 12 13 14 15; do
        new_case centre $n "Child$n" && new_case woreda "2$n" "Other$n" ||
            return
        "$homeward" -d "$work/centre" sync >"$work/one" &
        one=$!
        "$homeward" -d "$work/woreda" sync >"$work/two" &
        two=$!
        wait $one && wait $two || return
    done
    sync_office woreda &&
        [ "$("$homeward" -d "$work/woreda" list | grep -c Child)" -eq 5 ] &&
        "$homeward" -d "$work/hub" verify
}
check "two offices sync at the same time" at_once

# ---- the far end

# what the process that serves the woreda shows to others on the hub
served_quietly() {
    port=$(free_port)
    port=$((port + 1))
    mkfifo "$work/ready.env" || return
    "$BUILD/tests/sync/tool_wire" "$port" "$hub_port" --rtt 600 \
        --out "$work/wire" >"$work/ready.env" &
    extra_pids="$extra_pids $!"
    read -r _ <"$work/ready.env"
    "$homeward" -d "$work/woreda" join "ssh://$(id -un)@127.0.0.1:$port" \
        --hub-key "$work/hub/hub-key" --out "$work/again" >/dev/null || return
    set_field woreda 1 phone 0911000000
    sync_office woreda &
    parent=$!
    served=
    while [ -z "$served" ] && kill -0 $parent 2>/dev/null; do
        served=$(grep -laP '^[^\x00 ]*homeward\x00-d\x00'"$work/hub"'\x00hub\x00serve' \
            /proc/[0-9]*/cmdline 2>/dev/null | head -n 1)
        served=${served%/cmdline}
    done
    [ -n "$served" ] || return
    # it gives its rights away, answers, and then waits for the slow line
    until grep -q "NoNewPrivs:.*1" "$served/status"; do
        [ -d "$served" ] || return
    done
    grep -q "SSH_CONNECTION" "$served/environ" || return
    ! grep -q "SSH_ORIGINAL_COMMAND=[A-Za-z0-9]" "$served/environ" || return
    wait $parent || return
    "$homeward" -d "$work/woreda" join \
        "ssh://$(id -un)@127.0.0.1:$hub_port" \
        --hub-key "$work/hub/hub-key" --out "$work/again" >/dev/null
}
check "the serving process shows nothing of the request and gains no rights" \
    served_quietly

check "a hub that is not there ends with status 5 and says so" nobody_there

# ---- another host under the same address

other_host() {
    "$homeward" -d "$work/other" hub init --name "Another hub" >/dev/null &&
        cp "$work/hub/host_key" "$work/host_key.right" &&
        cp "$work/other/host_key" "$work/hub/host_key" && start_sshd || return
    new_case centre 4 Meron
    sync_office centre
    status=$?
    kill "$sshd_pid"
    wait "$sshd_pid" 2>/dev/null
    cp "$work/host_key.right" "$work/hub/host_key" && start_sshd || return
    [ $status -eq 1 ] && grep -q "another key" "$work/sync.err"
}
check "a hub that shows another key is refused before anything is sent" \
    other_host

stranger() {
    "$homeward" -d "$work/stranger" init --site "Not admitted" --place ET07 \
        --user kebede --role case-manager >/dev/null &&
        "$homeward" -d "$work/stranger" join \
            "ssh://$(id -un)@127.0.0.1:$hub_port" \
            --hub-key "$work/hub/hub-key" --out "$work/stranger.enrolment" \
            >/dev/null || return
    sync_office stranger
    [ $? -eq 3 ] && grep -q "admitted" "$work/sync.err"
}
check "an office that was not admitted is not let in" stranger

unconfirmed() {
    "$homeward" -d "$work/stranger" join \
        "ssh://$(id -un)@127.0.0.1:$hub_port" --out "$work/x" \
        2>"$work/why" </dev/null && return 1
    grep -q "not confirmed" "$work/why"
}
if [ -e /dev/tty ] && (: </dev/tty) 2>/dev/null; then
    echo "# somebody is at the terminal: the unconfirmed key is not tried"
else
    check "a hub's key that nobody confirms is not taken" unconfirmed
fi

one_hub() {
    "$homeward" -d "$work/centre" join "ssh://$(id -un)@127.0.0.1:$hub_port" \
        --hub-key "$work/other/hub-key" --out "$work/again" 2>"$work/why" &&
        return 1
    grep -q "one hub" "$work/why" && sync_office centre
}
check "an office that works with one hub does not take another's key" one_hub

secrets() {
    ! grep -r -l "BEGIN OPENSSH PRIVATE KEY" "$work/centre" "$work/woreda"
}
check "no private key of an office lies on the disk in clear" secrets

exit $failed
