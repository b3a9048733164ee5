#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Claim: the screens of a real office of 500 cases keep to their budgets of
# bytes, lock at once, lose nothing when the line goes, and speak the person's
# language and calendar at a key.
set -u
here=$(pwd)
case $BUILD in /*) build=$BUILD ;; *) build=$here/$BUILD ;; esac
cd "$TMPDIR" || exit 1
LC_ALL=C.UTF-8
HOMEWARD_KDF_COST=least
HOMEWARD_NOW=2026-11-21T12:00:00Z
export LC_ALL HOMEWARD_KDF_COST HOMEWARD_NOW
unset NO_COLOR ESCDELAY SSH_CONNECTION LANGUAGE HOMEWARD_PASSPHRASE_FILE
echo 'invented children only' >passphrase

homeward() {
    "$build/homeward" -d office --passphrase-file passphrase "$@"
}

# verdict CLAIM STATUS: with what was printed when it does not hold
verdict() {
    if [ "$2" -eq 0 ]; then
        echo "ok - $1"
    else
        echo "not ok - $1"
        sed 's/^/# /' out err
    fi
}

# play CLAIM [OPTION ...]: plays standard input on the screens of the office;
# every step works. SCREENS holds the options of homeward.
SCREENS="-d office --passphrase-file passphrase"
play() {
    claim=$1
    shift
    # shellcheck disable=SC2086
    "$build/tests/tui/tool_pty" "$@" - "$build/homeward" $SCREENS >out 2>err
    status=$?
    verdict "$claim" "$status"
}

# within LABEL MOST: the greatest count of bytes of that label
within() {
    awk -v label="$1" -v most="$2" '
        $1 == label { n++; if ($2 > worst) worst = $2 }
        END { print "# " label " " worst; exit !(n > 0 && worst <= most) }' out
    verdict "$1: at most $2 bytes" $?
}

{
    homeward init --site 'Gasera WSA' --place ET041114 --user almaz \
        --role social-worker &&
        awk -v cases=500 -f "$here/tests/e2e/office.awk" >lines &&
        homeward apply lines
} >out 2>err
verdict 'an office of 500 cases is made' $?

play 'the list is walked, narrowed, a case opened' -t xterm-256color <<'STEPS'
wait 500 cases
bytes start
key j
bytes line
key j
bytes line
key k
bytes line
key <PgDn>
bytes page
key <PgDn>
bytes page
key <PgUp>
bytes page
burst 40 j
bytes burst
rest 1500
bytes idle
key g/selam te
wait Find
wait 1 of
key \r
wait Registration
key q
wait 1 of
key <Esc>
wait 500 cases
key Q
exit
STEPS
within start 2048
within line 60
within page 1638
within burst 3276
awk '$1 == "idle" { exit $2 > 0 }' out
verdict 'an idle screen sends nothing' $?

play 'a child is found in the other script and the other spelling' <<'STEPS'
wait 500 cases
key g/ጫልቱ
wait 1 of 50
key <Esc>
wait 500 cases
key /caaltuu
wait 1 of 50
key <Esc>
wait 500 cases
key Q
exit
STEPS

for term in linux vt220 vt100; do
    play "the screens work on a $term" -t "$term" <<'STEPS'
wait 500 cases
key j\r
wait Registration
key q
wait 500 cases
key Q
exit
STEPS
done

NO_COLOR=1 LC_ALL=C LANG=C play 'and where the terminal shows ASCII only' \
    -t xterm <<'STEPS'
wait 500 cases
key \x02
wait gudayoc
key \r
wait mzgeba
key q
key \x02Q
exit
STEPS
homeward list --json 2>err | grep -q '"count": *500'
verdict 'nothing was changed by looking' $?

SCREENS="-d office"
play 'the passphrase is asked for, a wrong one said, the right one opens' \
    <<'STEPS'
wait Passphrase
gone Gasera
key wrong one\r
wait does not open
key invented children only\r
wait 500 cases
key \x1c
wait Passphrase
gone Abebe
key <Esc>
exit
STEPS
grep -q 'exit 0' out
verdict 'Esc leaves at the passphrase' $?

SCREENS="-d office --passphrase-file passphrase"
play 'typing ahead of a lock screen is not lost' <<'STEPS'
wait 500 cases
key \x1cinvented children only\r/yonas
wait Yonas
gone Abebe
key <Esc>Q
exit
STEPS

play 'a lock in the middle of a form keeps what was typed' <<'STEPS'
wait 500 cases
key \rv
wait Follow-up visit
key t-3
key \x1c
wait Passphrase
key invented children only\r
wait Left unfinished
key y
wait 2019-03-09
key \x1c
wait Passphrase
key <Esc>
exit
STEPS

play 'a line that goes away keeps it too' <<'STEPS'
wait Left unfinished
key y
wait 2019-03-09
hangup
exit
STEPS
play 'it is offered again after that' <<'STEPS'
wait Left unfinished
key n
wait 500 cases
key d
wait Follow-up visit
key q
key Q
exit
STEPS
play 'so it is after a kill' <<'STEPS'
wait Left unfinished
key y
wait 2019-03-09
kill
STEPS
play 'and the file is whole' <<'STEPS'
wait Left unfinished
key n
wait 500 cases
term
exit
STEPS
homeward verify >out 2>err
verdict 'verify finds nothing' $?

play 'the other calendar and the other language, at a key' <<'STEPS'
wait Left unfinished
key n
wait Last (E.C.)
key E
wait Last (G.C.)
wait 2026-
key \x02
gone cases
key \r
wait የአባት ስም
key q\x02
wait 500 cases
key EQ
exit
STEPS
play 'the choice is there next time' <<'STEPS'
wait Left unfinished
key n
wait Last (E.C.)
key Q
exit
STEPS

play 'without a hub, sync says how to join one' <<'STEPS'
wait Left unfinished
key n
key s
wait homeward join
key q
wait 500 cases
key Q
exit
STEPS
