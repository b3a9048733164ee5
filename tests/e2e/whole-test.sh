#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Claim: the main job runs from key to hub. By keys alone, on a terminal: a
# transit centre registers a child and fills the checklist of all three levels;
# a sync over a real sshd takes it to the Kebele; both edit one field while no
# line is there; both values are kept, at both offices; one key settles it, and
# the other office sees that.
set -u
cd "$(dirname "$0")" || exit 1
. ./support.sh

pty=$BUILD/tests/tui/tool_pty

# play OFFICE: the steps on standard input, at that office's terminal
play() {
    check "$2" "$pty" -s 24x80 -t xterm-256color - \
        "$homeward" -d "$work/$1" </dev/stdin
}

if start_hub && add_office transit "Transit centre" ET1401 &&
    add_office kebele "Kebele 03" ET041114/03; then
    ok "a hub with its own sshd and two offices, by the commands alone"
else
    not_ok "a hub with its own sshd and two offices, by the commands alone"
    exit 1
fi
# the screens ask for the passphrase themselves
phrase=$(cat "$HOMEWARD_PASSPHRASE_FILE")
unset HOMEWARD_PASSPHRASE_FILE

play transit "the transit centre registers a child" <<EOF
wait Passphrase
key not this one at all<Enter>
wait does not open
key $phrase<Enter>
wait Cases
key n
wait Where does the child belong?
key berbere
wait ET041114
key <Enter>
wait Kebele, such as 03
key 03<Enter>
wait Registration
key <Enter>Selam<Enter>Haile<Enter>Worku<Enter><Enter>f<Enter>
wait Female
key age<Enter>12<Enter>child<Enter>
wait The child said so
key unac<Enter>forc<Enter>saudi<Enter>
wait Saudi Arabia
key <Enter>Transit centre, room 4<Enter>
key <F2>
wait Save all the same?
key y
wait only here
wait Selam Haile Worku
key <F10>
exit
EOF

play transit "the checklist of the child, of the Kebele and of the country" <<EOF
wait Passphrase
key $phrase<Enter>
wait Selam Haile Worku
key <Enter>
wait Kebele 03, Berbere
key t
wait I-SE-1
key known<Enter>
wait What is known
key Safe at the aunt<F2>strength<Enter>
wait Strength
key <F2>
wait Checklist of the child
wait I-SE-1
key q
wait Cases
key p
wait About which place?
key berbere
wait ET041114
key <Enter>
wait Kebele, such as 03
key 03<Enter>
wait Which?
key 1
wait C-SE-1
key known<Enter>
wait What is known
key Quiet by day<F2>risk<Enter>
wait Risk
key <F2>
wait Cases
key p
wait About which place?
key berbere
wait ET041114
key <Enter>
wait Kebele, such as 03
key <Enter>
wait Which?
key 2
wait S-1
key known<Enter>
wait What is known
key No court in the zone<F2>risk<Enter>
wait Risk
key <F2>
wait Cases
key <F10>
exit
EOF

play transit "sync from the screens, through a real sshd" <<EOF
wait Passphrase
key $phrase<Enter>
wait only here
key s
wait Done.
key q
wait 1 case
gone only here
key <F10>
exit
EOF

play kebele "the Kebele fetches the child, with the answers about its place" <<EOF
wait Passphrase
key $phrase<Enter>
wait Cases
key s
wait Sync
wait Done.
key q
wait Selam Haile Worku
key <Enter>
wait Number
key <PgDn>
wait Transit centre, room 4
key <PgDn>
wait Safe at the aunt
key <PgDn>
wait Quiet by day
wait No court in the zone
key <F10>
exit
EOF

# edit_address OFFICE WHERE: the same question, answered without a line
edit_address() {
    play "$1" "$1 changes the address while there is no line" <<EOF
wait Passphrase
key $phrase<Enter>
wait Selam Haile Worku
key <Enter>
wait Date of registration
key <Down><Down><Down><Down><Down><Down><Down><Down><Enter>
wait *[Selam
key <Tab><Tab><Tab><Tab><Tab><Tab><Tab><Tab><Tab><Tab><Tab><Tab>
wait be found today?
key <Tab>^U$2<F2>
wait Saved
wait $2
key <F10>
exit
EOF
}
edit_address transit "Room 7"
edit_address kebele "Behind the mill"

for office in transit kebele transit; do
    play $office "$office syncs" <<EOF
wait Passphrase
key $phrase<Enter>
wait Cases
key s
wait Done.
key <F10>
exit
EOF
done

both_stand() {
    play "$1" "both values stand at $1, with who and where" <<EOF
wait Passphrase
key $phrase<Enter>
wait 1 clash
key c
wait Room 7
wait Behind the mill
wait user-transit, Transit centre
wait user-kebele, Kebele 03
key <F10>
exit
EOF
}
both_stand transit
both_stand kebele

play kebele "one key settles it" <<EOF
wait Passphrase
key $phrase<Enter>
wait 1 clash
key c
wait Room 7
key 1
wait Nothing clashes
key q
gone 1 clash
key s
wait Done.
key <F10>
exit
EOF

play transit "the transit centre sees what was settled" <<EOF
wait Passphrase
key $phrase<Enter>
wait 1 clash
key s
wait Done.
key q
gone 1 clash
key <F10>
exit
EOF

HOMEWARD_PASSPHRASE_FILE=$work/passphrase
export HOMEWARD_PASSPHRASE_FILE
for office in transit kebele; do
    check "verify is silent at $office" "$homeward" -d "$work/$office" verify
    "$homeward" -d "$work/$office" --json show selam |
        grep '"current_address"' | sed 's/"at".*//' >"$work/$office.address"
done
check "verify is silent at the hub" "$homeward" -d "$work/hub" verify
check "both offices show the same one value" \
    cmp "$work/transit.address" "$work/kebele.address"
check "and it is one" test "$(wc -l <"$work/kebele.address")" -eq 1
exit $failed
