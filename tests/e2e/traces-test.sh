#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Claim: one look at a case is one trace, from a command and from the screen;
# what goes into a file or another program leaves the trace of an export before
# it; a search leaves no word, a refusal the right and the case, a purge who and
# why; no trace holds a name; and who may not read them is told who may.
cd "$(dirname "$0")" || exit 1
. ./support.sh

pty=$BUILD/tests/tui/tool_pty
office=$work/office
printf 'another long phrase\n' >"$work/bekele"
unset LC_ALL LANGUAGE
LC_MESSAGES=C
export LC_MESSAGES

almaz() {
    "$homeward" -d "$office" "$@"
}
bekele() {
    HOMEWARD_PASSPHRASE_FILE=$work/bekele "$homeward" -d "$office" "$@"
}

# traces KIND [OPTION...]: how many of that kind
traces() {
    almaz --json audit --kind "$@" | grep -c '"kind": *"'"$1"'"'
}

# told KIND COMMAND...: how many traces of that kind the command leaves; to
# count exports is one
told() {
    kind=$1 own=0
    shift
    [ "$kind" != export ] || own=1
    before=$(traces "$kind")
    "$@" >"$work/out" 2>"$work/err"
    echo $(($(traces "$kind") - before - own))
}

made() {
    almaz init --site Gasera --place ET041114 --user almaz \
        --role case-manager >/dev/null &&
        almaz user add bekele --role ledger \
            --new-passphrase-file "$work/bekele" >/dev/null &&
        new_case office 1 Selam && new_case office 2 Zawdituu
}
check "an office of a case manager and a ledger keeper" made
child=$(case_id 1)

# on_terminal COMMAND...: as a person sees it
on_terminal() {
    printf 'exit\n' | "$pty" - "$homeward" -d "$office" "$@"
}

looks() {
    [ "$(told open-case almaz show "$child")" = 1 ] &&
        [ "$(told open-case on_terminal show "$child")" = 1 ] &&
        [ "$(told open-case bekele show "$child")" = 0 ]
}
check "a look at a case is one trace, and a refused one none" looks

from_screen() {
    cat >"$work/steps" <<'STEPS'
wait Selam
key <Enter>
wait Registration
key <Esc>
wait Cases
key Q
exit
STEPS
    "$pty" "$work/steps" "$homeward" -d "$office"
}
check "on the screen too" [ "$(told open-case from_screen)" = 1 ]

exports() {
    [ "$(told export almaz show "$child")" = 1 ] &&
        [ "$(told export almaz list)" = 1 ] &&
        [ "$(told export almaz --json list)" = 1 ] &&
        [ "$(told export almaz find Selam)" = 1 ] &&
        [ "$(told export almaz duplicates)" = 1 ] &&
        [ "$(told export almaz conflicts)" = 1 ] &&
        almaz --json audit --kind export --case "$child" |
        grep -q '"reason": *"show"'
}
check "what goes into a file is an export" exports

no_exports() {
    [ "$(told export on_terminal show "$child")" = 0 ] &&
        [ "$(told export on_terminal list)" = 0 ] &&
        [ "$(told export bekele list)" = 0 ]
}
check "a terminal, and a list of mere numbers, are none" no_exports

searched() {
    [ "$(told search almaz find Zawdituu)" = 1 ] &&
        almaz --json audit --word zawdituu | grep -q '"search"' &&
        ! almaz --json audit --word Girma | grep -q '"search"' &&
        ! almaz --json audit --kind search | grep -qi zawdituu
}
check "a search is known by its word, and does not hold it" searched

denied() {
    bekele show "$child" 2>"$work/why"
    [ $? -eq 3 ] || return 1
    bekele --json audit 2>"$work/why2"
    [ $? -eq 3 ] && grep -q "Case manager" "$work/why2" || return 1
    almaz --json audit --user bekele --kind denied >"$work/denied" &&
        grep -q '"reason": *"read case/case"' "$work/denied" &&
        grep -q '"reason": *"read trace/open"' "$work/denied" &&
        [ "$(almaz --json audit --kind denied --case "$child" |
            grep -c '"user": *"bekele"')" -ge 1 ]
}
check "a refusal names the right and the case" denied

no_backup() {
    bekele backup "$work/stick" 2>"$work/why"
    [ $? -eq 3 ] && grep -q "Case manager" "$work/why" &&
        [ ! -e "$work/stick" ] && almaz backup "$work/stick" >/dev/null &&
        [ "$(almaz --json audit --kind backup | grep -c '"user"')" = 1 ]
}
check "a backup is for who may, and is written down" no_backup

from_the_people_screen() {
    cat >"$work/steps" <<STEPS
wait Selam
key u
wait Last backup
key B
wait File on the stick
key stick2\\r
wait read back whole
wait Last backup on this PC: today
key Q
exit
STEPS
    rm -f "$work/stick2"
    (cd "$work" && "$pty" "$work/steps" "$homeward" -d "$office") &&
        [ -s "$work/stick2" ] && almaz backup --check "$work/stick2"
}
check "a backup by a key, which is told with its day" from_the_people_screen

not_from_the_people_screen() {
    cat >"$work/steps" <<STEPS
wait Cases
key u
wait Last backup
key B
wait may not
key Q
exit
STEPS
    HOMEWARD_PASSPHRASE_FILE=$work/bekele "$pty" "$work/steps" \
        "$homeward" -d "$office"
}
check "and not for a ledger keeper" not_from_the_people_screen

purged() {
    request=$(bekele --json purge "$child" --reason request 2>/dev/null |
        sed -n 's/.*"request": *"\([^"]*\)".*/\1/p')
    [ -n "$request" ] || request=$(almaz --json purge "$child" --reason \
        request | sed -n 's/.*"request": *"\([^"]*\)".*/\1/p')
    HOMEWARD_PASSPHRASE_FILE=$work/chaltu "$homeward" -d "$office" \
        approval approve "$request" >/dev/null &&
        almaz --json audit --kind purge --case "$child" >"$work/purge" &&
        [ "$(grep -c '"reason": *"request"' "$work/purge")" = 1 ] &&
        grep -q '"user": *"chaltu"' "$work/purge"
}
printf 'a third long phrase\n' >"$work/chaltu"
almaz user add chaltu --role case-manager \
    --new-passphrase-file "$work/chaltu" >/dev/null
check "a purge says who did it, of which case, why" purged

no_names() {
    almaz --json audit | grep '"reason"' >"$work/reasons"
    [ -s "$work/reasons" ] && ! grep -qi 'selam\|zawdituu' "$work/reasons"
}
check "no trace holds a name" no_names
check "and every chain verifies" almaz verify

exit $failed
