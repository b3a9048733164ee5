#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Claim: over a real line, a case that one office asks to be purged and another
# office approves is gone at both and at the hub, with what was written into it
# meanwhile; a held case stays; and every file verifies.
cd "$(dirname "$0")" || exit 1
. ./support.sh

if [ ! -x /usr/sbin/sshd ]; then
    echo "1..0 # SKIP sshd is not installed"
    exit 0
fi

check "a hub and its SSH server" start_hub
check "a transit centre" add_office centre "Transit centre" ET14
check "a woreda" add_office woreda "Gasera woreda" ET041114

both() {
    sync_office centre && sync_office woreda && sync_office centre
}

# request OFFICE COMMAND...: the number of the request it made
request() {
    office=$1
    shift
    "$homeward" -d "$work/$office" --json "$@" |
        sed -n 's/.*"request": *"\([^"]*\)".*/\1/p'
}

# decide OFFICE NUMBER
decide() {
    "$homeward" -d "$work/$1" approval approve "$2" >"$work/decided" 2>&1
}

# knows OFFICE NAME
knows() {
    "$homeward" -d "$work/$1" --json list | grep -q "$2"
}

opened() {
    new_case centre 1 Selam && new_case centre 2 Hirut && both &&
        set_field woreda 1 father_name Bekele && both && knows woreda Selam
}
check "two offices write into one case" opened

held() {
    n=$(request centre hold "$(case_id 1)" --reason "a court asked") &&
        both && decide woreda "$n" && both || return 1
    ! "$homeward" -d "$work/centre" purge "$(case_id 1)" --reason request \
        2>"$work/why" || return 1
    grep -q "is held since" "$work/why"
}
check "a case held by two people refuses to be purged" held

released() {
    n=$(request woreda hold "$(case_id 1)" --release --reason "it is over") &&
        both && decide centre "$n" && both
}
check "the other two steps end the hold" released

purged() {
    n=$(request centre purge "$(case_id 1)" --reason request) && both &&
        decide woreda "$n" && ! knows woreda Selam
}
check "one office asks, the other approves: gone there" purged

late() {
    # the centre has not heard of it, and goes on writing
    set_field centre 1 father_name Girma && both &&
        ! knows centre Selam && knows centre Hirut
}
check "gone where somebody still wrote" late

verified() {
    for office in hub centre woreda; do
        "$homeward" -d "$work/$office" verify >"$work/verified" 2>&1 || {
            sed 's/^/# /' "$work/verified"
            return 1
        }
        "$homeward" -d "$work/$office" --json purge --list |
            grep -q '"decided_by": *"user-woreda"' || return 1
        [ -s "$work/$office/homeward.purged" ] || return 1
    done
}
check "every file verifies, and says who ended the case" verified

refused() {
    ! set_field woreda 1 father_name Haile 2>/dev/null ||
        grep -q "refused: 1" "$work/applied"
}
check "nothing more is written into it" refused

exit $failed
