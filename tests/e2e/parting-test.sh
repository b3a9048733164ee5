#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Claim: by commands alone, over a hub behind a real sshd: a child whom two
# offices registered apart is one line at both once one person asked and
# another approved, found by both numbers and both names; and two lines at
# both again, each with its own answers, once two people parted them. One
# person alone changes nothing.
cd "$(dirname "$0")" || exit 1
. ./support.sh

if [ ! -x /usr/sbin/sshd ]; then
    echo "1..0 # SKIP sshd is not installed"
    exit 0
fi
# numbers are made of how ids begin, so these begin differently
case_id() {
    printf '%08d-0000-4000-8000-000000000000' "$(($1 * 31000001))"
}
printf 'the second person knows this\n' >"$work/second"

check "a hub is made and its SSH server starts" start_hub
check "a zone joins" add_office zone "Bale zone" ET0411
check "a woreda joins" add_office woreda "Gasera woreda" ET041114

# second COMMAND...: by the second person of the zone
second() {
    "$homeward" -d "$work/zone" --passphrase-file "$work/second" "$@"
}
second_person() {
    "$homeward" -d "$work/zone" user add hirut --role case-manager \
        --new-passphrase-file "$work/second"
}
check "a second person is let in at the zone" second_person

both_sync() {
    sync_office zone && sync_office woreda && sync_office zone
}
children() {
    new_case zone 1 Selam && set_field zone 1 father_name Tesfaye &&
        new_case woreda 2 Selaam && set_field woreda 2 father_name Tesfaye &&
        both_sync
}
check "each registers the same child, and they exchange" children

# lists OFFICE N: its list has N cases
lists() {
    "$homeward" -d "$work/$1" --json list >"$work/listed"
    [ "$(fact count "$work/listed")" -eq "$2" ]
}
both_list() {
    for office in zone woreda; do
        lists $office "$1" || { echo "$office"; cat "$work/listed"; return 1; }
    done
}
check "both offices list two" both_list 2
alike() {
    "$homeward" -d "$work/zone" --json duplicates "$(case_id 1)" |
        grep -q "$(case_id 2)"
}
check "and are told that they look alike" alike

# ask OPTION...: the first person of the zone asks; the request's number is
# kept in $request
ask() {
    "$homeward" -d "$work/zone" --json duplicates "$@" \
        --reason "the mother says so" "$(case_id 2)" >"$work/asked" || return
    request=$(sed -n 's/.*"request": *"\([^"]*\)".*/\1/p' "$work/asked")
    [ -n "$request" ]
}

# ---- one

check "one person asks that they be one" ask --same-as "$(case_id 1)"
said "who asked does not approve" 3 "another person decides" \
    "$homeward" -d "$work/zone" approval approve "$request"
waits() {
    both_sync && both_list 2 &&
        "$homeward" -d "$work/woreda" approval list | grep -q "$request"
}
check "it waits, also at the other office, and both list two" waits
one() {
    second approval approve "$request" && both_sync && both_list 1
}
check "another person approves, and both list one" one
set_aside() {
    "$homeward" -d "$work/hub" --json conflicts --aside >"$work/aside" &&
        ! grep -q '"reason"' "$work/aside"
}
check "the hub set nothing of it aside" set_aside

# finds OFFICE TEXT: the kept case and no other
finds() {
    "$homeward" -d "$work/$1" --json find "$2" >"$work/found" &&
        grep -q "$(case_id 1)" "$work/found" &&
        [ "$(fact count "$work/found")" -eq 1 ]
}
number_of() {
    "$homeward" -d "$work/zone" --json show "$(case_id "$1")" |
        sed -n 's/.*"number": *"\([^"]*\)".*/\1/p' | head -n 1
}
all_find() {
    for office in zone woreda; do
        finds $office "Selaam Tesfaye" && finds $office "$(number_of 1)" &&
            finds $office "$(number_of 2)" || return
    done
}
check "both numbers and both names find it, at both" all_find
clashes() {
    for office in zone woreda; do
        "$homeward" -d "$work/$office" conflicts >"$work/clashes" &&
            grep -q "Selam" "$work/clashes" &&
            grep -q "Selaam" "$work/clashes" || return
    done
}
check "both spellings stand as a clash, at both" clashes
meanwhile() {
    set_field zone 1 nickname Mimi && set_field woreda 2 nickname Titi &&
        both_sync
}
check "work goes on in both cases" meanwhile

# ---- two again

check "one person asks to part them" ask --part
said "who asked does not approve" 3 "another person decides" \
    "$homeward" -d "$work/zone" approval approve "$request"
check "and both still list one" both_list 1
two() {
    second approval approve "$request" && both_sync && both_list 2
}
check "another person approves, and both list two" two
own_answers() {
    for office in zone woreda; do
        "$homeward" -d "$work/$office" show "$(case_id 1)" >"$work/first" &&
            "$homeward" -d "$work/$office" show "$(case_id 2)" \
                >"$work/other" &&
            grep -q Mimi "$work/first" && ! grep -q Titi "$work/first" &&
            grep -q Titi "$work/other" && ! grep -q Mimi "$work/other" &&
            ! "$homeward" -d "$work/$office" conflicts | grep -q Selaam ||
            return
    done
}
check "each says what was entered for it, and nothing clashes" own_answers
whole() {
    for office in zone woreda hub; do
        "$homeward" -d "$work/$office" verify || return
    done
}
check "all three files verify" whole

exit $failed
