#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Claim: two people share an office: each with an own passphrase and role, one
# lets the other in and out, the key changes under running programs and nothing
# acknowledged is lost, the envelope opens, wrong tries wait.
set -u
case $BUILD in /*) build=$BUILD ;; *) build=$(pwd)/$BUILD ;; esac
cd "$TMPDIR" || exit 1
LC_ALL=C.UTF-8 HOMEWARD_KDF_COST=least
export LC_ALL HOMEWARD_KDF_COST
unset NO_COLOR HOMEWARD_DIR HOMEWARD_PASSPHRASE_FILE LANGUAGE
echo 'coffee under the acacia' >almaz
echo 'the road to the river' >bekele
echo 'another road, further up' >bekele2

# as LOGIN COMMAND...: homeward with that person's passphrase
as() {
    who=$1
    shift
    "$build/homeward" -d office --passphrase-file "$who" "$@"
}

verdict() {
    if [ "$2" -eq 0 ]; then
        echo "ok - $1"
    else
        echo "not ok - $1"
        sed 's/^/# /' out err
    fi
}

# works CLAIM COMMAND...
works() {
    claim=$1
    shift
    "$@" >out 2>err
    verdict "$claim" $?
}

# ends CLAIM CODE WORDS COMMAND...: fails with that code and those words
ends() {
    claim=$1 code=$2 words=$3
    shift 3
    "$@" >out 2>err
    [ $? -eq "$code" ] && grep -qF -- "$words" out err
    verdict "$claim" $?
}

works 'an office is made' as almaz init --site Gasera --place ET041114 \
    --user almaz --role case-manager
works 'a second person is let in' as almaz user add bekele \
    --role community-worker --new-passphrase-file bekele
ends 'a login twice is refused' 1 'a user of this office already' \
    as almaz user add bekele --role expert --new-passphrase-file bekele2
ends 'a login in capitals is refused' 1 'small letter' \
    as almaz user add Chaltu --role expert --new-passphrase-file bekele2
ends 'an unknown role names those there are' 1 'social-worker, case-manager' \
    as almaz user add chaltu --role boss --new-passphrase-file bekele2
ends 'a worker lets nobody in' 3 'case manager' \
    as bekele user add chaltu --role expert --new-passphrase-file bekele2
ends 'nobody takes the own role' 3 'own role' as almaz user role almaz expert
works 'a role is given' as almaz user role bekele social-worker
as bekele --json user list >out 2>err && grep -q '"alone": false' out &&
    tr -d ' \n' <out | grep -q '"login":"bekele","role":"social-worker"'
verdict 'the list is there for programs' $?

# ---- two programs at once: one edits, one changes passphrase and key
id() {
    printf '00000001-0000-4000-8000-0000000000%02d' "$1"
}
n=1
: >saved
(
    while [ $n -le 25 ]; do
        printf '{"case":"%s","record":"%s","form":"registration",' \
            "$(id $n)" "$(id $n)" >line
        printf '"place":"ET041114","set":{"given_name":"Child%02d"}}\n' \
            $n >>line
        as bekele apply line >said 2>&1 && echo $n >>saved
        n=$((n + 1))
    done
) &
editor=$!
turns=0
i=0
while [ $i -lt 6 ]; do
    as almaz user passwd --rotate --new-passphrase-file almaz >out 2>err &&
        turns=$((turns + 1))
    i=$((i + 1))
done
wait $editor
as bekele list >out 2>err
missing=0
while read -r n; do
    grep -q "$(printf 'Child%02d' "$n")" out || missing=$((missing + 1))
done <saved
[ "$turns" -gt 0 ] && [ -s saved ] && [ "$missing" -eq 0 ]
verdict "$turns changes of key beside $(wc -l <saved) edits: none lost" $?
works 'the file is whole behind that' as bekele verify

# ---- passphrases
works 'the own passphrase is changed' as bekele user passwd \
    --new-passphrase-file bekele2
ends 'the earlier one opens nothing' 3 'does not open' as bekele list
ends 'somebody else needs the role' 3 'case manager' \
    as bekele2 user passwd almaz --new-passphrase-file bekele
works 'a forgotten one is replaced' as almaz user passwd bekele \
    --new-passphrase-file bekele
works 'and opens' as bekele list

# ---- the envelope
works 'the envelope is written' as almaz user recovery --out page
[ "$(stat -c %a page)" = 600 ]
verdict 'for its owner alone' $?
sed -n 's/^    \([a-z-]*\)$/\1/p' page | tr '\n' '-' | tr 'a-z-' 'A-Z ' >words
works 'it opens, typed in capitals with blanks' as words user list
sed 's/^./Q/' words >slip
ends 'a slip is told' 3 'letter is wrong' as slip list
as words user list >out 2>err && grep -q recovery out
verdict 'a slip counts as a try like any other, and is forgotten' $?

# ---- a screen is open while the key changes: it asks again, the draft is there
cat >steps <<'STEPS'
wait Passphrase
key the road to the river\r
wait Cases
key n
wait Where does
key \r
wait Kebele, such
key \r
gone Where does
calm
key T\t
key Selamawit\t
snap ready
file turned
key Bekele\t
wait passphrase again
key \x15the road to the river\r
wait unfinished
key y
wait Selamawit
kill
STEPS
"$build/tests/tui/tool_pty" steps "$build/homeward" -d office >screen 2>&1 &
player=$!
while [ ! -s ready ] && kill -0 $player 2>/dev/null; do
    sleep 0.1
done
works 'the key is changed beside open screens' as almaz user passwd --rotate \
    --new-passphrase-file almaz
echo yes >turned
wait $player
status=$?
cp screen out
[ $status -eq 0 ]
verdict 'open screens ask for the passphrase again and keep the draft' $?

# ---- the same by keys
cat >steps <<'STEPS'
wait Passphrase
key coffee under the acacia\r
wait Cases
key u
wait bekele
key n
wait Login of
key chaltu\r
wait Which role
key \r
wait new person
key an own sentence\r
wait Once more
key an own sentence\r
wait can open
STEPS
"$build/tests/tui/tool_pty" steps "$build/homeward" -d office >out 2>err
verdict 'the people screen lets a person in' $?
echo 'an own sentence' >chaltu
works 'who opens the office then' as chaltu list

# ---- leaving
mkdir -p kept
cp office/homeward.db office/homeward.keys kept
works 'a person who leaves is shut out' as almaz user remove bekele
ends 'and stays outside' 3 'does not open' as bekele list
cp office/homeward.db kept
"$build/homeward" -d kept --passphrase-file bekele list >out 2>err
[ $? -ne 0 ] && ! grep -q Child out
verdict 'the key file carried away does not open the new file' $?
works 'and so is the third' as almaz user remove chaltu
ends 'the last who manages cannot go' 3 'oneself' as almaz user remove almaz
as almaz user list >out 2>err && grep -q 'alone: yes' out
verdict 'one person alone is marked' $?
works 'the office is whole' as almaz verify

# ---- wrong tries
echo 'not the right words' >wrong
i=0
while [ $i -lt 5 ]; do
    as wrong list >out 2>err
    i=$((i + 1))
done
ends 'after five wrong tries the right one waits, too' 3 'wait' as almaz list
rm -f office/homeward.tries
works 'no try is for ever' as almaz list
