#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Claim: whatever is wrong with what Homeward is given, a file, a line, a word
# or a disk, it ends with the exit code that says so and exactly one sentence
# for a person on standard error; nothing saved before is lost.
cd "$(dirname "$0")" || exit 1
. ./support.sh

right=$HOMEWARD_PASSPHRASE_FILE
escape=$(printf '\033')

# one_sentence FILE: one line, of ours, plain text, and no fault of a program
one_sentence() {
    [ "$(wc -l <"$1")" -eq 1 ] && grep -q '^homeward: .*\.$' "$1" &&
        ! grep -q "$escape" "$1" &&
        ! grep -qiE 'assert|sanitizer|backtrace|core dumped' "$1"
}

# fails STATUS WORDS COMMAND...: ends so, and its sentence holds the words
fails() {
    wanted=$1
    words=$2
    shift 2
    "$@" >"$work/out" 2>"$work/err"
    status=$?
    [ $status -eq "$wanted" ] && one_sentence "$work/err" &&
        grep -qF -- "$words" "$work/err" && return
    echo "status $status, wanted $wanted with \"$words\":"
    cat -v "$work/err"
    return 1
}

# office FOLDER ARGUMENT...: a command in that office
office() {
    folder=$1
    shift
    "$homeward" -d "$work/$folder" "$@"
}

lines() {
    awk -v nr="$1" -v from="${2:-0}" 'BEGIN {
        for (i = from + 1; i <= from + nr; i++)
            printf "{\"case\":\"5b0c1a3e-0000-4000-8000-%012d\"," \
                "\"form\":\"registration\",\"at\":\"2026-11-03T09:00:00Z\"," \
                "\"place\":\"ET041114\",\"set\":{\"given_name\":\"Child%d\"}}\n",
                i, i }'
}

made() {
    office office init --site "Gasera" --place ET041114 --user almaz \
        --role case-manager && lines 9 >"$work/nine" &&
        office office apply "$work/nine" &&
        office office list >"$work/list.right"
}
check "an office is made" made

# fresh: a copy of that office to be harmed
fresh() {
    rm -rf "$work/copy"
    cp -r "$work/office" "$work/copy"
}

# flip FILE OFFSET BIT
flip() {
    was=$(od -An -tu1 -j "$2" -N 1 "$1" | tr -d ' ')
    now=$((was ^ (1 << $3)))
    # shellcheck disable=SC2059 # the number is the format
    printf "\\$(printf %03o $now)" |
        dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

# ---- the passphrase

wrong_passphrase() {
    printf 'not this one at all\n' >"$work/wrong"
    printf '\377\033[2J\n' >"$work/odd"
    : >"$work/empty"
    for file in wrong odd empty; do
        fails 3 "passphrase does not open" \
            office office --passphrase-file "$work/$file" list || return
    done
    fails 1 "No such file" office office --passphrase-file "$work/none" list
}
check "a wrong passphrase ends with status 3 and one sentence" wrong_passphrase

# ---- the files of an office

# The fault is said, or the page holds nothing that was asked for. Every page
# in turn, one bit each, another offset and bit every time.
flipped_pages() {
    pages=$(($(stat -c %s "$work/office/homeward.db") / 4096))
    page=0
    while [ $page -lt $pages ]; do
        fresh
        flip "$work/copy/homeward.db" \
            $((page * 4096 + (page * 1361 + 7) % 4096)) $((page % 8))
        office copy list >"$work/out" 2>"$work/err"
        case $? in
        0) cmp -s "$work/out" "$work/list.right" || return ;;
        1) one_sentence "$work/err" || return ;;
        *) return 1 ;;
        esac
        fails 1 "damaged" office copy verify || {
            grep -q "no Homeward database" "$work/err" || return
        }
        page=$((page + 1))
    done
    [ $page -gt 20 ]
}
check "one bit flipped in any page is found and said in one sentence" \
    flipped_pages

# The second copy starts at 4096; a copy has 2556 bytes.
flipped_keys() {
    at=0
    while [ $at -lt 2556 ]; do
        for copy in 0 4096; do
            fresh
            flip "$work/copy/homeward.keys" $((copy + at)) $((at % 8))
            office copy list >"$work/out" 2>"$work/err" &&
                cmp -s "$work/out" "$work/list.right" || return
        done
        fresh
        flip "$work/copy/homeward.keys" $at 0
        flip "$work/copy/homeward.keys" $((4096 + (at * 7 + 3) % 2556)) 3
        fails 1 "put back the key file" office copy list || return
        at=$((at + 127))
    done
}
check "a damaged copy in the key file does no harm, two are said" flipped_keys

other_files() {
    for bytes in 0 1 100 4095 4097; do
        fresh
        truncate -s $bytes "$work/copy/homeward.keys"
        office copy list >"$work/out" 2>"$work/err" ||
            { [ $? -eq 1 ] && one_sentence "$work/err"; } || return
        fresh
        truncate -s $bytes "$work/copy/homeward.db"
        office copy verify >"$work/out" 2>"$work/err"
        [ $? -eq 1 ] && one_sentence "$work/err" || return
    done
    fresh
    rm "$work/copy/homeward.db"
    fails 1 "" office copy list || return
    fresh
    rm "$work/copy/homeward.keys"
    fails 1 "" office copy list || return
    fresh
    head -c 9000 /dev/urandom >"$work/copy/homeward.db-journal"
    office copy list >"$work/out" 2>"$work/err" &&
        cmp -s "$work/out" "$work/list.right"
}
check "files cut short, taken away or put beside are one sentence or harmless" \
    other_files

half() {
    fresh
    rm "$work/copy/homeward.db"
    fails 1 "half an office" office copy init --site Gasera --place ET \
        --user a --role expert &&
        [ -s "$work/copy/homeward.keys" ] || return
    fresh
    : >"$work/copy/homeward.db"
    fails 1 "half an office" office copy init --site Gasera --place ET \
        --user a --role expert &&
        fails 1 "already holds" office office init --site Gasera --place ET \
            --user a --role expert
}
check "half an office is neither opened nor written over" half

newer() {
    fresh
    "$BUILD/tests/store/tool_newer" "$work/copy" "$(cat "$right")" &&
        fails 1 "newer program" office copy list &&
        fails 1 "newer program" office copy apply "$work/nine"
}
check "a file of a newer program is not touched" newer

# ---- the disk

# full COMMAND...: runs it where no file may grow beyond 230 kB
full() (
    ulimit -f 460 2>/dev/null || exit 9 # in blocks of 512 bytes
    "$@"
)
full_disk() {
    fresh
    lines 2000 100 >"$work/many"
    fails 1 "The disk is full" full office copy apply "$work/many" &&
        office copy verify && office copy list >"$work/out" &&
        grep -q Child9 "$work/out" && office copy apply "$work/many" &&
        office copy list >"$work/out" && grep -q Child2100 "$work/out" || return
    fails 1 "" full office copy apply "$work/many.none" &&
        fails 1 "Cannot show the result" sh -c \
            "'$homeward' -d '$work/copy' list >/dev/full"
}
check "a full disk is one sentence, nothing is lost, and work goes on" full_disk

no_space() {
    for call in pwrite64 fdatasync; do
        for error in ENOSPC EIO; do
            fresh
            strace -f -qq -o /dev/null -e trace=$call \
                -e inject=$call:error=$error:when=5+ \
                "$homeward" -d "$work/copy" apply "$work/many" \
                >"$work/out" 2>"$work/err"
            [ $? -eq 1 ] && one_sentence "$work/err" &&
                office copy verify >"$work/out" &&
                office copy list >"$work/out" &&
                grep -q Child9 "$work/out" || return
        done
    done
}
if strace -qq -o /dev/null true 2>/dev/null; then
    check "a disk that refuses from some moment on loses nothing" no_space
fi

# ---- lines of apply

lines_of_json() {
    fresh
    {
        lines 1 20
        printf '{"form":"registration","set":{\n'
        printf '\0%s\n' "$(lines 1 21)"
        printf '[]\n"text"\n7\nnull\n{}\n{"form":1,"set":{}}\n'
        printf '{"form":"registration","form":"visit","set":{}}\n'
        head -c 3000 /dev/zero | tr '\0' '['
        echo
        head -c 3000000 /dev/zero | tr '\0' ' '
        echo '{}'
        lines 1 22
        printf '{"form":"registration","case":"cut in the mid'
    } >"$work/lines"
    office copy apply "$work/lines" >"$work/out" 2>"$work/err"
    [ $? -eq 4 ] && [ ! -s "$work/err" ] &&
        grep -q '^applied: 2$' "$work/out" &&
        grep -q '^refused: 12$' "$work/out" &&
        grep -q '^3  *Not JSON' "$work/out" &&
        grep -q '^12 .*longer' "$work/out" &&
        office copy list >"$work/out" && grep -q Child21 "$work/out" &&
        grep -q Child23 "$work/out" && ! grep -q Child22 "$work/out"
}
check "bad lines of JSON are refused by number, the good ones are applied" \
    lines_of_json

# set_name VALUE: as JSON text, into the name of the first case
set_name() {
    printf '{"case":"5b0c1a3e-0000-4000-8000-000000000001",%s%s"}}\n' \
        '"form":"registration","set":{"given_name":"' "$1"
}
odd_texts() {
    fresh
    raw=$(printf 'a\377b')
    {
        set_name '\u001b[2J'
        set_name '\u009b2J'
        set_name '\u202eevil'
        set_name '\u2066evil'
        set_name '\u007f'
        set_name '\ud800'
        set_name '\u0000'
        set_name "$raw"
        printf '{"form":"\\u001b[2J","set":{}}\n'
    } >"$work/lines"
    office copy apply "$work/lines" >"$work/out" 2>"$work/err"
    [ $? -eq 4 ] && grep -q '^refused: 9$' "$work/out" &&
        ! grep -q "$escape" "$work/out" || return
    long=$(head -c 500 /dev/zero | tr '\0' 'n')
    set_name "$long" >"$work/lines"
    office copy apply "$work/lines" >"$work/out" || return
    office copy list >"$work/out" && grep -q nnnn "$work/out" &&
        office copy show 5b0c1a3e-0000-4000-8000-000000000001 >"$work/out" &&
        grep -q "$long" "$work/out" && office copy verify >"$work/out"
}
check "texts that could move a cursor are refused, long ones are kept" odd_texts

# ---- words of the command line

odd_names() {
    long=$(head -c 500 /dev/zero | tr '\0' 'n')
    for name in "" " " "${escape}[31mred" "$(printf 'a\377')" \
        "$(printf 'a\342\200\256b')" "$(printf 'two\nlines')" \
        "$(printf 'tab\tbed')" "$long"; do
        fails 1 "" office new init --site "$name" --place ET --user a \
            --role expert &&
            fails 1 "" office new init --site Name --place "$name" --user a \
                --role expert &&
            fails 1 "" office new init --site Name --place ET --user "$name" \
                --role expert &&
            fails 1 "" office new init --site Name --place ET --user a \
                --role "$name" &&
            fails 1 "" office new hub init --name "$name" &&
            fails 1 "ssh://" office office join "$name" --out "$work/e" &&
            [ ! -e "$work/new/homeward.db" ] || return
    done
}
check "names that are no names make no office" odd_names

usage() {
    long=$(head -c 3000 /dev/zero | tr '\0' 'w')
    fails 2 "see: homeward --help" "$homeward" nonsense &&
        fails 2 "see: homeward --help" "$homeward" "$long" &&
        fails 2 "see: homeward --help" "$homeward" "${escape}[2J" &&
        fails 2 "homeward list --help" office office list --nonsense &&
        fails 2 "homeward list --help" office office list "--$long" &&
        fails 2 "homeward list --help" office office list one two &&
        fails 2 "needs a value" "$homeward" -d &&
        fails 2 "--site" office new init --place ET &&
        fails 1 "homeward init" office none list
}
check "a word that means nothing ends with status 2 and says the cure" usage

dates() {
    fails 1 "Pagume 2016 has 5 days" "$homeward" date 2016-13-06 &&
        "$homeward" date 2015-13-06 &&
        for date in "" x 2016-14-01 2016-00-01 2016-01-31 2016-1-1-1 \
            99999999999999999999-01-01 "${escape}[2J"; do
            fails 1 "" "$homeward" date "$date" || return
        done
    fails 1 "" "$homeward" date --gregorian 2026-02-29
}
check "a day that does not exist is refused, Pagume 6 only in its year" dates

# ---- forms

forms() {
    printf '%s\n' survey ',type,name,label,relevant' ',text,name,Name,' \
        ',nonsense,field,Field,' ',text,other,Other,${nobody} = 1' \
        settings ',form_id' ',test' >"$work/form.csv"
    "$homeward" form check "$work/form.csv" >"$work/out" 2>"$work/err"
    [ $? -eq 4 ] && grep -q '^survey  *4  *type '  "$work/out" &&
        grep -q '^survey  *5  *relevant ' "$work/out" || return
    printf 'survey\n,type,name,label\n,text,a,\033[2J\n' >"$work/form.csv"
    printf 'survey\n,type,name,label\n,text,a,\377\n' >"$work/raw.csv"
    printf 'survey\n,type,name,label\n,text,a,"open\n' >"$work/open.csv"
    head -c 20000 /dev/urandom >"$work/random.csv"
    for form in form raw open random; do
        "$homeward" form check "$work/$form.csv" >"$work/out" 2>"$work/err"
        status=$?
        ! grep -q "$escape" "$work/out" "$work/err" || return
        { [ $status -eq 4 ] && [ ! -s "$work/err" ]; } ||
            { [ $status -eq 1 ] && one_sentence "$work/err"; } || return
    done
    fails 1 "No such file" "$homeward" form check "$work/none.csv" &&
        fails 1 "" "$homeward" form check "$work"
}
check "a form with bad rows is told by row and column" forms

# ---- the line

if [ -x /usr/sbin/sshd ] && start_hub &&
    add_office centre "Transit centre" ET14; then
    ok "a hub and an office for the claims about the line"
else
    not_ok "a hub and an office for the claims about the line"
    exit 1
fi

# serve FOLDER REQUEST INPUT: the forced command, as sshd starts it
serve() {
    SSH_ORIGINAL_COMMAND=$2 "$homeward" -d "$work/$1" hub serve --site 1 \
        <"$3" >"$work/out" 2>"$work/err"
}
hostile_requests() {
    head -c 300 /dev/urandom >"$work/noise"
    : >"$work/nothing"
    long=$(head -c 100000 /dev/zero | tr '\0' 'A')
    for request in "" "$long" "; id" '$(id)' '`id`' "sh -c id" \
        "${escape}[2J" "$(printf 'a\nb')" "$(printf '\377\376')" \
        "--site 2" "AQEAAAAAAAAAAQ"; do
        for input in nothing noise; do
            serve hub "$request" "$work/$input"
            status=$?
            [ $status -eq 1 ] && one_sentence "$work/err" &&
                [ "$(wc -c <"$work/out")" -lt 40 ] &&
                ! grep -aq "uid=" "$work/out" || return
        done
    done
    unset SSH_ORIGINAL_COMMAND
    "$homeward" -d "$work/hub" hub serve --site 1 <"$work/noise" \
        >"$work/out" 2>"$work/err"
    [ $? -eq 1 ] && one_sentence "$work/err" &&
        fails 1 "no site" "$homeward" -d "$work/hub" hub serve --site 99 &&
        fails 2 "" "$homeward" -d "$work/hub" hub serve --site x &&
        fails 2 "" "$homeward" -d "$work/hub" hub serve --site -1 &&
        "$homeward" -d "$work/hub" verify
}
check "a request that is none is refused by the hub, whatever is in it" \
    hostile_requests

cut_line() {
    new_case centre 31 Hana || return
    port=$(($(free_port) + 1))
    mkfifo "$work/ready" || return
    "$BUILD/tests/sync/tool_wire" "$port" "$hub_port" --cut 2100 \
        --out "$work/wire" >"$work/ready" &
    extra_pids="$extra_pids $!"
    read -r _ <"$work/ready"
    "$homeward" -d "$work/centre" join "ssh://$(id -un)@127.0.0.1:$port" \
        --hub-key "$work/hub/hub-key" --out "$work/again" >/dev/null &&
        fails 5 "" "$homeward" -d "$work/centre" sync &&
        "$homeward" -d "$work/centre" join \
            "ssh://$(id -un)@127.0.0.1:$hub_port" \
            --hub-key "$work/hub/hub-key" --out "$work/again" >/dev/null &&
        sync_office centre &&
        "$homeward" -d "$work/hub" --json list | grep -q "$(case_id 31)"
}
check "a line that is cut ends with status 5 and the next sync goes on" cut_line

# What is written beside and renamed over would take the place of a device.
device() {
    mkfifo "$work/pipe" || return
    for file in "$work/pipe" "$work"; do
        fails 1 "not a plain file" "$homeward" -d "$work/centre" join \
            "ssh://a@127.0.0.1:9" --hub-key "$work/hub/hub-key" \
            --out "$file" || return
    done
    [ -p "$work/pipe" ]
}
check "an enrolment does not take the place of a pipe or a folder" device

unknown_key() {
    sed 's/^\(host ssh-ed25519 .*\)..$/\1AA/' "$work/hub/hub-key" >"$work/key"
    head -c 100 /dev/urandom >"$work/noise"
    "$homeward" -d "$work/stranger" init --site "Stranger" --place ET07 \
        --user a --role case-manager >"$work/out" || return
    to=ssh://$(id -un)@127.0.0.1:$hub_port
    for key in noise nothing none; do
        fails 1 "" "$homeward" -d "$work/stranger" join "$to" \
            --hub-key "$work/$key" --out "$work/e" || return
    done
    "$homeward" -d "$work/stranger" join "$to" --hub-key "$work/key" \
        --out "$work/e" >"$work/out" &&
        fails 1 "another key" "$homeward" -d "$work/stranger" sync
}
check "a hub with another key than the pinned one is refused" unknown_key

exit $failed
