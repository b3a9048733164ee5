#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Claim: on one office's file each role gets from each command what the table
# of rights gives it, and nothing more: others are told who may, with status 3,
# and see a case that is not theirs as a number.
set -u
. "$(dirname "$0")/support.sh"

child=$(case_id 1)
roles="community-worker para-worker social-worker case-manager expert ledger
    ledger-auditor data-officer me-officer administrator"

# An office of one person of each role, holding the case of another worker that
# came over a line: nobody here works on it but whoever is named.
start_hub || exit 1
"$homeward" -d "$work/hub" verify >/dev/null || exit 1

# office ROLE: an office whose one person has that role
office() {
    "$homeward" -d "$work/$1" init --site "Office $1" --place ET041114 \
        --user "user-$1" --role "$1" >/dev/null &&
        "$homeward" -d "$work/$1" join \
            "ssh://$(id -un)@127.0.0.1:$hub_port" \
            --hub-key "$work/hub/hub-key" --out "$work/$1.enrolment" \
            >/dev/null &&
        "$homeward" -d "$work/hub" hub admit --yes "$work/$1.enrolment" \
            >/dev/null
}

offices() {
    for role in $roles; do
        office "$role" || return
    done
    edit social-worker "{\"case\":\"$child\",\"form\":\"registration\",\
\"place\":\"ET041114\",\"set\":{\"given_name\":\"Selam\",\
\"concerns\":[\"gbv\"],\"concerns_note\":\"the uncle\"}}" &&
        sync_office social-worker || return
    for role in $roles; do
        sync_office "$role" || return
    done
}
check "offices of every role hold the case" offices

# gets WANT ROLE COMMAND...: the status the command ends with
gets() {
    want=$1
    role=$2
    shift 2
    "$homeward" -d "$work/$role" "$@" >"$work/out" 2>"$work/err"
    got=$?
    [ $got -eq "$want" ] && return
    echo "$role: $* ended with $got, not $want"
    cat "$work/err"
    return 1
}

# who READS the case: community and para-social workers, since nobody at their
# office works on it yet
readers="community-worker para-worker social-worker case-manager expert
    data-officer"
blind="ledger ledger-auditor me-officer administrator"

shows() {
    for role in $readers; do
        gets 0 "$role" show "$child" && grep -q Selam "$work/out" &&
            ! grep -q "the uncle" "$work/out" || return
    done
    for role in $blind; do
        gets 3 "$role" show "$child" || return
        grep -q "Social worker" "$work/err" &&
            ! grep -q Selam "$work/out" "$work/err" || return
    done
}
check "show: the case for who may, else status 3 and who may" shows

lists() {
    for role in $readers; do
        gets 0 "$role" list && grep -q Selam "$work/out" &&
            gets 0 "$role" find selam && grep -q Selam "$work/out" || return
    done
    for role in $blind; do
        gets 0 "$role" list && grep -q "not yours" "$work/out" &&
            ! grep -q Selam "$work/out" &&
            grep -q "cases: 1" "$work/out" || return
        gets 0 "$role" find selam && grep -q "cases: 0" "$work/out" &&
            gets 0 "$role" --json list && grep -q '"masked": 1' "$work/out" &&
            ! grep -q Selam "$work/out" || return
    done
}
check "list and find: a case that is not theirs is a number" lists

unseals() {
    for role in social-worker case-manager expert; do
        gets 0 "$role" show "$child" --reason "visit today" &&
            grep -q "the uncle" "$work/out" || return
        gets 1 "$role" show "$child" --reason " " || return
    done
    for role in community-worker para-worker data-officer $blind; do
        gets 3 "$role" show "$child" --reason "visit today" &&
            ! grep -q "the uncle" "$work/out" "$work/err" || return
    done
    gets 0 social-worker --json show "$child" &&
        ! grep -q "the uncle" "$work/out" &&
        grep -q '"masked": 1' "$work/out"
}
check "sealed answers open with a reason, for who may" unseals

# writes WANT ROLE SET: 0 applied, 4 refused
writes() {
    printf '{"case":"%s","form":"registration","place":"ET041114","set":{%s}}\n' \
        "$child" "$3" >"$work/line"
    gets "$1" "$2" apply "$work/line"
}

applies() {
    for role in community-worker social-worker case-manager; do
        writes 0 "$role" '"father_name":"Bekele"' || return
    done
    for role in para-worker expert data-officer $blind; do
        writes 4 "$role" '"father_name":"Girma"' &&
            grep -q "ocial worker\|ase manager" "$work/out" || return
    done
    # a sealed answer is not replaced by who does not see it
    for role in community-worker social-worker case-manager; do
        writes 4 "$role" '"concerns_note":"nothing"' || return
    done
}
check "apply: edits of who may, the others refused with who may" applies

visits() {
    visit='{"case":"%s","form":"visit","set":{"visit_date":"2026-09-01"}}\n'
    # shellcheck disable=SC2059
    printf "$visit" "$child" >"$work/line"
    for role in community-worker para-worker social-worker case-manager; do
        gets 0 "$role" apply "$work/line" || return
    done
    for role in expert data-officer $blind; do
        gets 4 "$role" apply "$work/line" || return
    done
}
check "visits are written by who works with children" visits

assigns() {
    for role in community-worker para-worker social-worker expert \
        data-officer $blind; do
        gets 3 "$role" assign "$child" "user-$role" || return
    done
    gets 0 case-manager assign "$child" user-case-manager &&
        grep -q user-case-manager "$work/out" &&
        gets 1 case-manager assign "$child" nobody &&
        gets 0 case-manager assign "$child" user-case-manager --end
}
check "assign is the case manager's" assigns

clashes() {
    for role in $blind; do
        gets 0 "$role" conflicts && ! grep -q Selam "$work/out" &&
            gets 3 "$role" conflicts "$child" || return
    done
}
check "conflicts name no child to who may not know it" clashes

# What they wrote passes the hub, which asks the same table of their roles.
syncs() {
    for role in $roles; do
        sync_office "$role" || return
        [ "$(fact set_aside "$work/sync.json")" = "" ] ||
            [ "$(fact set_aside "$work/sync.json")" -eq 0 ] || return
    done
    "$homeward" -d "$work/hub" --json verify >"$work/out" &&
        [ "$(fact set_aside "$work/out")" -eq 0 ]
}
check "the hub takes what the roles may write" syncs

exit $failed
