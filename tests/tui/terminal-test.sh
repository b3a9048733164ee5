#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Claim: on a real terminal the screens keep to their budgets of bytes, follow
# every kind of terminal and its size, and lose nothing when the line goes.
set -u
here=$(pwd)
case $BUILD in /*) tools=$BUILD/tests/tui ;; *) tools=$here/$BUILD/tests/tui ;; esac
cd "$TMPDIR" || exit 1
LC_ALL=C.UTF-8
export LC_ALL
unset NO_COLOR ESCDELAY SSH_CONNECTION

# verdict CLAIM STATUS: with what was printed when it does not hold
verdict() {
    if [ "$2" -eq 0 ]; then
        echo "ok - $1"
    else
        echo "not ok - $1"
        sed 's/^/# /' out err
    fi
}

# play CLAIM [OPTIONS]: plays standard input on the demo; every step works and
# the emulator understands all that is sent
play() {
    claim=$1
    shift
    "$tools/tool_pty" "$@" - "$tools/tool_demo" >out 2>err
    status=$?
    [ ! -s err ] || status=1
    verdict "$claim" "$status"
}

# within LABEL MOST CLAIM: the greatest count of bytes of that label
within() {
    awk -v label="$1" -v most="$2" '
        $1 == label { n++; if ($2 > worst) worst = $2 }
        END { exit !(n > 0 && worst <= most) }' out
    verdict "$3: at most $2 bytes" $?
}

# says CLAIM PATTERN: in what the last play printed
says() {
    grep -q -e "$2" out
    verdict "$1" $?
}

# ---- budgets -----------------------------------------------------------------

play "the list and the fields can be played" <<'END'
wait 000001
bytes start
key <Down>
bytes line
key <Down>
bytes line
key k
bytes line
key <End>
bytes page
key <Home>
bytes page
key <PgDn>
bytes page
key <PgDn>
bytes page
burst 30 j
bytes other
key j
bytes scroll
key j
bytes scroll
key <Down>
bytes scroll
burst 40 j
bytes burst
burst 40 <PgDn>
bytes burst
rest 3000
bytes idle
key <Enter>
wait Notes
bytes other
key a
bytes other
key b
bytes typed
key \xe1\x88\xb0
bytes typed
key c
bytes typed
key <Tab>
bytes other
key m
key n
bytes other
key o
bytes typed
rest 2500
bytes other
rest 2500
bytes idle
key <F10>
exit
END
within start 2048 "opening"
within line 60 "moving by a line"
within scroll 150 "scrolling by a line"
within page 1638 "turning a page"
within burst 3276 "forty waiting keys, two pages"
within typed 20 "typing a letter"
within idle 0 "doing nothing"
says "quitting ends with 0" '^exit 0$'

# ---- what a person sees --------------------------------------------------------

play "the cursor stands on the chosen row" <<'END'
wait 000001
burst 7 j
snap seven
cursor
END
says "the cursor stands on the chosen row, first column" '^cursor 9 0$'
grep -q '^> 000008' seven
verdict "the mark stands on that row" $?

for term in xterm-256color xterm linux vt220 vt100 tmux-256color screen; do
    rm -f fields list
    play "a $term shows the same" -t $term <<'END'
wait 000001
burst 25 j
key <Enter>
wait Notes
key abcdefghij
key \x7f\x7f
key \x01x
snap fields
key \e1
wait Help:
key q
gone Help:
key <^C>
wait 000026
key <PgDn>
key b
snap list
key q
wait Leave
key y
exit
END
    for screen in fields list; do
        sed "s/|/\xe2\x94\x82/g" $screen >$screen.now
        [ -f $screen.first ] || cp $screen.now $screen.first
        [ -s $screen ] && cmp -s $screen.now $screen.first
        verdict "$screen on $term is as on the others" $?
    done
done
grep -q '\[xabcdefgh  ' fields
verdict "what was typed stands in the field" $?

play "a terminal nobody knows is treated as a vt100" -t no-such-terminal <<'END'
wait 000001
show
key <Down>
wait > 000002
END
says "and a message says so" 'not known here'

TERM=dumb "$tools/tool_pty" -t dumb - "$tools/tool_demo" >out 2>err <<'END'
wait cannot place its cursor
exit
END
says "a terminal that cannot place its cursor is refused" '^exit 1$'

"$tools/tool_demo" >out 2>&1 </dev/null
says "so is none at all" 'need a terminal'

LC_ALL=C play "without Unicode, Ethiopic is spelt in Latin letters" <<'END'
wait selam tes
key <Enter>
wait Notes
key \xe1\x88\xb0\xe1\x88\x8b
wait [sela
END

NO_COLOR=1 play "NO_COLOR is heeded" <<'END'
wait 000001
END

play "a larger and a smaller window" <<'END'
wait 000001
resize 40 100
wait 000036
resize 20 70
wait Too small: 70x20
key jjjj
resize 24 80
wait > 000001
gone Too small
END

play "Esc is felt at once, and Esc with a digit is a function key" <<'END'
wait 000001
key <Enter>
wait Notes
key \e
wait 000001
key \e0
exit
END

play "an arrow that comes in pieces is still an arrow" <<'END'
wait 000001
key \e
key O
key B
wait > 000002
END

# ---- what goes wrong --------------------------------------------------------------

rm -f draft
play "the line goes while someone types" <<'END'
wait 000001
key <Enter>
wait Notes
key half a word
wait half a word
hangup
exit
END
[ "$(cat draft)" = "half a word" ]
verdict "what was typed is on the disk" $?

rm -f draft
play "the system asks it to stop" <<'END'
wait 000001
key <Enter>
wait Notes
key half
wait half
term
exit
END
[ "$(cat draft)" = "half" ]
verdict "what was typed is on the disk then too" $?

rm -f draft
play "power goes when two seconds without a key have passed" <<'END'
wait 000001
key <Enter>
wait Notes
key abc
wait abc
file draft
kill
exit
END
[ "$(cat draft)" = "abc" ]
verdict "what was typed before is on the disk" $?

play "a broken program gives the terminal back and says a sentence" <<'END'
wait 000001
key A
wait had to stop
exit
END
says "and ends as one that broke" '^exit 134$'

# 148 is how a shell calls a program that was suspended
"$tools/tool_pty" - sh -c "set -m
'$tools/tool_demo'
echo \$? >stopped
echo SHELL
read go
fg
echo OVER" >out 2>err <<'END'
wait 000001
key <Enter>
wait Notes
key ab
key <^Z>
wait SHELL
key <Enter>
wait Notes
key c
wait [abc
key <F10>
wait OVER
END
verdict "^Z gives the shell back, and fg the screen" $?
[ "$(cat stopped)" = 148 ]
verdict "the shell saw it suspended" $?

# ---- the player itself -----------------------------------------------------------

# A program that is silent because it is slow has not drawn yet.
"$tools/tool_pty" - awk 'BEGIN {
    getline
    for (i = 0; i < 20000000; i++) n += i
    print "drawn"
    getline
}' >out 2>err <<'END'
key x\r
show
END
says "a screen is not taken before a slow program has drawn it" drawn
