#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# screens.sh BUILD DIR: what the screens of an office of 500 cases cost, in
# bytes on an xterm-256color of 24 rows, in memory, and in time. Prints lines
# for run.sh.
set -u
here=$(pwd)
build=$1
cd "$2" || exit 1
LC_ALL=C.UTF-8
HOMEWARD_KDF_COST=least
export LC_ALL HOMEWARD_KDF_COST
unset NO_COLOR SSH_CONNECTION LANGUAGE HOMEWARD_PASSPHRASE_FILE
echo 'invented children only' >passphrase

{
    "$build/homeward" -d office --passphrase-file passphrase init \
        --site 'Gasera WSA' --place ET041114 --user almaz \
        --role social-worker &&
        awk -v cases=500 -f "$here/tests/e2e/office.awk" >cases.jsonl &&
        "$build/homeward" -d office --passphrase-file passphrase apply cases.jsonl
} >/dev/null || exit 1

# The program's memory is read from outside, while it waits for a key.
cat >start.sh <<'EOS'
echo $$ >pid
exec "$1" -d office --passphrase-file passphrase
EOS
"$build/tests/tui/tool_pty" -t xterm-256color - \
    sh start.sh "$build/homeward" >bytes <<'STEPS' &
wait 500 cases
bytes start
key j
bytes line
key j
bytes line
key <PgDn>
bytes page
key <PgDn>
bytes page
burst 40 j
bytes burst
rest 1500
bytes idle
key Q
exit
STEPS
player=$!
kb=0
while kill -0 "$player" 2>/dev/null; do
    now=$(awk '$1 == "VmRSS:" { print $2 }' "/proc/$(cat pid)/status" \
        2>/dev/null)
    [ -z "$now" ] || kb=$now
    sleep 0.2
done 2>/dev/null
wait "$player" || exit 1

# tell WHAT LABEL BUDGET: the greatest of that label
tell() {
    awk -v what="$1" -v label="$2" -v budget="$3" '
        $1 == label && $2 + 0 > worst { worst = $2 + 0 }
        END { printf "%s: %d bytes, budget %d bytes, %s\n", what, worst,
                     budget, worst <= budget ? "met" : "MISSED" }' bytes
}
tell 'screens, start' start 2048
tell 'screens, one line on' line 60
tell 'screens, one page on' page 1638
tell 'screens, 40 waiting keys' burst 3276
tell 'screens, idle' idle 0
echo "$kb" | awk '{ mb = $1 / 1024
    printf "screens, resident memory: %.1f MB, budget 28 MB, %s\n", mb,
           (mb > 0 && mb <= 28) ? "met" : "MISSED" }'
"$build/tests/tui/tool_screenbench" . cases.jsonl
