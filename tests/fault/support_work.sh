# SPDX-License-Identifier: Apache-2.0
# Sourced after support.sh by parts that harm daily work: an office with one
# case and a draft of it, four deeds done in a copy, and what must hold
# afterwards. Each deed is called with the command its program runs under.
#
#   unlock   the list of cases, with the right passphrase
#   wrong    the same with a wrong one, which is counted and never opens
#   edit     a draft kept over an older one
#   save     one answer changed and one case opened, by apply

work_begin() {
    tool=$build/tests/store/tool_draft
    echo 'a long enough phrase' >"$work/right"
    echo 'the phrase of somebody else' >"$work/wrong"
    printf '{"case":"11111111-1111-4111-8111-111111111111",%s,%s}\n' \
        '"place":"ET041114/03","form":"registration"' \
        '"set":{"given_name":"Selam","father_name":"Tesfaye"}' >"$work/first"
    printf '{"case":"11111111-1111-4111-8111-111111111111",%s,%s}\n' \
        '"form":"registration"' \
        '"set":{"given_name":"Selamawit","father_name":"Desta"}' >"$work/lines"
    printf '{"case":"22222222-1111-4111-8111-111111111111",%s,%s}\n' \
        '"place":"ET041114/03","form":"registration"' \
        '"set":{"given_name":"Dawit","father_name":"Haile"}' >>"$work/lines"
    hw start init --site Gasera --place ET041114 --user almaz \
        --role case-manager >/dev/null &&
        hw start apply "$work/first" >/dev/null &&
        "$tool" keep "$work/start" Older
}

# hw FOLDER COMMAND...
hw() {
    folder=$1
    shift
    "$homeward" -d "$work/$folder" --passphrase-file "$work/right" "$@"
}

# fresh: the office as each deed finds it; kept=yes: it is that still
fresh() {
    [ "${kept:-no}" = yes ] || {
        rm -rf "$work/now"
        cp -r "$work/start" "$work/now"
    }
    kept=no
}

# try PHRASE COMMAND...: on a fresh office, under $under
try() {
    phrase=$1
    shift
    fresh
    $under "$homeward" -d "$work/now" --passphrase-file "$work/$phrase" "$@" \
        >"$work/said" 2>"$work/told"
}

unlock() {
    under=$*
    try right list
}
wrong() {
    under=$*
    try wrong list
}
save() {
    under=$*
    try right apply "$work/lines"
}
edit() {
    fresh
    "$@" "$tool" keep "$work/now" Newer >"$work/said" 2>"$work/told"
}

# because WORDS: why it is not well
because() {
    echo "$*" >"$work/why"
    false
}

# untouched: nothing has reached the disk
untouched() {
    diff -r "$work/start" "$work/now" >/dev/null 2>&1 && kept=yes
}

# sound: the file is whole, and names the cases it holds
sound() {
    hw now verify >/dev/null 2>"$work/why" || return 1
    hw now list >"$work/list" 2>"$work/why"
}
has() {
    grep -q "$1" "$work/list"
}

# The older draft stands, or the newer one; WANT says which it must be.
draft_is() {
    draft=$("$tool" show "$work/now" 2>"$work/why") || return 1
    case "$draft/$1" in
    'Older Older/older' | 'Newer Newer/newer') ;;
    'Older Older/any' | 'Newer Newer/any') ;;
    *) because "the draft says $draft" ;;
    esac
}

unlock_after() {
    [ "$1" -ne 0 ] || grep -q Selam "$work/said" ||
        because "it lists no case" || return 1
    sound && { has Selam || because "the case is gone"; } && draft_is older
}

wrong_after() {
    [ "$1" -ne 0 ] && ! grep -q Selam "$work/said" ||
        because "a wrong passphrase opened it" || return 1
    # the next one is counted, whatever became of this one
    ! "$homeward" -d "$work/now" --passphrase-file "$work/wrong" list \
        >/dev/null 2>&1 && grep -q '^[12] ' "$work/now/homeward.tries" ||
        because "the next wrong try is not counted" || return 1
    unlock_after 1 || return 1
    # whoever came in is no wrong try any more
    [ ! -e "$work/now/homeward.tries" ] || because "tries are left over"
}

edit_after() {
    if [ "$1" -eq 0 ]; then draft_is newer; else draft_is any; fi &&
        sound && { has 'Selam Tesfaye' || because "the case is not the same"; }
}

save_after() {
    sound || return 1
    if [ "$1" -eq 0 ] &&
        ! { has 'Selamawit Desta' && has 'Dawit Haile'; }; then
        because "what was said to be saved is not there"
        return 1
    fi
    has 'Selam Tesfaye' || has 'Selamawit Desta' ||
        because "half an edit is there" || return 1
    ! has Dawit || has 'Dawit Haile' ||
        because "half a case is there" || return 1
    draft_is older || return 1
    hw now apply "$work/lines" >/dev/null 2>"$work/why" && sound &&
        { has 'Selamawit Desta' && has 'Dawit Haile' || because "no going on"; }
}
