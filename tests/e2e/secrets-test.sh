#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Claim: what is told in confidence is nowhere in clear: not a child's name, not
# the passphrase, not a private key; in no file after edits, syncs, faults and
# kills, in no temporary file, no log, and in nothing that a process shows of
# itself.
cd "$(dirname "$0")" || exit 1
. ./support.sh

if [ ! -x /usr/sbin/sshd ]; then
    echo "1..0 # SKIP sshd is not installed"
    exit 0
fi

# words that stand nowhere else
child=Qeletu-Ymbrv
note=Zwaxhilo-Pkdg
phrase='gorba xutil meqesh 7'
printf '%s\n' "$phrase" >"$HOMEWARD_PASSPHRASE_FILE"
mkdir "$work/tmp"
TMPDIR=$work/tmp
export TMPDIR

# spoken FILE...: whether one of the words stands in one of the files; raw, as
# in base64 of each alignment nothing of a sealed page is left to find
spoken() {
    grep -a -q -e "$child" -e "$note" -e "$phrase" -e "PRIVATE KEY" "$@"
}

worked() {
    start_hub && add_office centre "Transit centre" ET14 &&
        add_office woreda "Gasera" ET041114 && new_case centre 1 "$child" &&
        set_field centre 1 nickname "$note" && sync_office centre &&
        sync_office woreda && set_field woreda 1 nickname "$note 2" &&
        set_field centre 1 nickname "$note 3" && sync_office woreda &&
        sync_office centre &&
        "$homeward" -d "$work/woreda" show "$(case_id 1)" >"$work/shown" &&
        grep -q "$child" "$work/shown"
    rm -f "$work/shown" "$work/applied"
}
check "two offices and a hub have worked with the words" worked

# With a bad line, a full disk and a kill in the middle there is more on disk.
disturbed() {
    new_case centre 1 "$child" # refused or nothing new
    printf '{"form":"registration","set":{"given_name":"%s"' "$child" |
        "$homeward" -d "$work/centre" apply - >"$work/said" 2>&1
    for i in 1 2 3 4 5 6 7 8 9; do
        new_case centre 5$i "$child" &
        sleep 0.0$i
        kill -KILL $! 2>/dev/null
    done
    (
        ulimit -f 300
        awk -v name="$child" 'BEGIN {
            for (i = 0; i < 900; i++)
                printf "{\"case\":\"7b0c1a3e-0000-4000-8000-%012d\"," \
                    "\"form\":\"registration\",\"place\":\"ET041114\"," \
                    "\"set\":{\"given_name\":\"%s\"}}\n", i, name }' |
            "$homeward" -d "$work/centre" apply - >"$work/said" 2>&1
    )
    printf 'not the passphrase %s\n' "$child" >"$work/tmp.phrase"
    "$homeward" --passphrase-file "$work/tmp.phrase" -d "$work/centre" list \
        >"$work/said" 2>&1
    rm -f "$work/tmp.phrase" "$work/applied"
    return 0
}
disturbed

files() {
    find "$work/centre" "$work/woreda" "$work/hub" "$work/tmp" -type f \
        ! -name host_key
    echo "$work/sshd.log"
    echo "$work/sync.json"
    echo "$work/sync.err"
    echo "$work/said"
    echo "$work/centre.enrolment"
}
no_file() {
    files >"$work/list"
    [ "$(wc -l <"$work/list")" -gt 15 ] || return
    while read -r file; do
        ! spoken "$file" || { echo "$file speaks"; return 1; }
    done <"$work/list"
}
check "no file of an office or the hub, no log and no report holds them" no_file

no_temporary() {
    [ -z "$(find "$work/tmp" -type f)" ]
}
check "nothing is left in the folder for temporary files" no_temporary

private() {
    ! find "$work/centre" "$work/woreda" "$work/hub" -type f -perm /077 \
        ! -name sshd.pid | grep . && ! find "$work/centre" "$work/woreda" \
        "$work/hub" -type d -perm /077 | grep .
}
check "no file of theirs is open to another account" private

# ---- what processes show

# everything that each process of one sync shows while it runs on a slow line
shown() {
    port=$(($(free_port) + 1))
    mkfifo "$work/ready" || return
    "$BUILD/tests/sync/tool_wire" "$port" "$hub_port" --rtt 400 \
        --out "$work/wire" >"$work/ready" &
    extra_pids="$extra_pids $!"
    read -r _ <"$work/ready"
    "$homeward" -d "$work/centre" join "ssh://$(id -un)@127.0.0.1:$port" \
        --hub-key "$work/hub/hub-key" --out "$work/again" >/dev/null || return
    set_field centre 1 nickname "$note 4" || return
    sync_office centre &
    parent=$!
    looked=0
    limited=0
    while kill -0 $parent 2>/dev/null; do
        for process in $(grep -laP '^[^\x00 ]*homeward' \
            /proc/[0-9]*/cmdline 2>/dev/null); do
            process=${process%/cmdline}
            cat "$process/cmdline" "$process/environ" \
                >"$work/process" 2>/dev/null
            ! spoken "$work/process" || { echo "$process speaks"; return 1; }
            looked=$((looked + 1))
            grep -q '^Max core file size *0 *0 ' "$process/limits" \
                2>/dev/null && limited=$((limited + 1))
        done
    done
    wait $parent
    echo "looked $looked times, $limited without core files"
    [ $looked -gt 2 ] && [ $limited -gt 2 ]
}
check "no process of a sync shows them in its arguments or environment" shown

# until_no_core PID: until that process may leave no core file
until_no_core() {
    looks=0
    until grep -q '^Max core file size *0 *0 ' "/proc/$1/limits"; do
        looks=$((looks + 1))
        [ $looks -lt 1200 ] || return
        sleep 0.1
    done
}

crashed() {
    (
        cd "$work/tmp" || exit
        ulimit -c unlimited
        mkfifo pipe
        "$homeward" -d "$work/centre" apply - <pipe >"$work/said" 2>&1 &
        pid=$!
        exec 3>pipe
        until_no_core $pid
        kill -SEGV $pid
        wait $pid
        rm -f pipe
        [ -z "$(find . -type f)" ]
    ) 2>/dev/null
}
check "a crash leaves no core file" crashed

exit $failed
