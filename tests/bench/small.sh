#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# small.sh BUILD DIR: an office of 5,000 cases is made and used with 64 MB of
# address space and the passphrase stretched as a person's is. Prints lines for
# run.sh.
set -u
here=$(pwd)
build=$1
cd "$2" || exit 1
unset HOMEWARD_KDF_COST NO_COLOR LANGUAGE HOMEWARD_PASSPHRASE_FILE
LC_ALL=C.UTF-8
export LC_ALL
echo 'invented children only' >passphrase
awk -v cases=5000 -f "$here/tests/e2e/office.awk" >cases.jsonl
ulimit -v 65536

hw() {
    "$build/homeward" -d small --passphrase-file passphrase "$@"
}

acts=0
failed=
# act WORDS COMMAND...: one that must succeed
act() {
    words=$1
    shift
    acts=$((acts + 1))
    "$@" >said 2>&1 || {
        failed="$failed $words"
        sed 's/^/# /' said
    }
}

screens() {
    "$build/tests/tui/tool_pty" -t xterm-256color - \
        "$build/homeward" -d small --passphrase-file passphrase <<'STEPS'
wait 5000 cases
key <PgDn>
key <End>
key <F3>
key selam haile
wait of
key <Enter>
key <Enter>
wait Registration
key <Esc>
key <Esc>
key <F6>
wait Where does the child belong
key <Esc>
key Q
exit
STEPS
}

act unlock hw init --site 'Gasera WSA' --place ET041114 --user almaz \
    --role case-manager
act apply hw apply cases.jsonl
act list hw list
act find hw find Selam
act notes hw find --notes school
act verify hw verify
act backup hw backup small.backup
act screens screens
if [ -z "$failed" ]; then
    echo "64 MB of address space, 5,000 cases: $acts of $acts acts done," \
        "budget all, met"
else
    echo "64 MB of address space, 5,000 cases: not done:$failed, budget all," \
        MISSED
fi
