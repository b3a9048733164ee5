#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Claim: `homeward date` gives a day in both calendars and refuses one that does
# not exist; `homeward form check` tells what is wrong with a form, ends with 4
# when there is something to tell, and with 1 when the file cannot be read.
set -u
homeward=$BUILD/homeward
form=$TMPDIR/form.csv

# gives CLAIM STATUS TEXT ARGS...: ends so, and shows the text
gives() {
    claim=$1 want=$2 text=$3
    shift 3
    got=$("$homeward" "$@" 2>&1)
    status=$?
    case $got in
    *"$text"*) shown=yes ;;
    *) shown=no ;;
    esac
    if [ "$status" -eq "$want" ] && [ $shown = yes ]; then
        echo "ok - $claim"
    else
        echo "not ok - $claim"
        echo "# ended with $status: $got" | tr '\n' ' '
        echo
    fi
}

gives 'an Ethiopian date is given in the Gregorian calendar' 0 2026-11-21 \
    date 2019-03-12
gives 'and the other way round' 0 2019-03-12 date --gregorian 2026-11-21
gives 'the sixth day of Pagume exists in a leap year' 0 2023-09-11 \
    date 2015-13-06
gives 'and is refused in a common one, with the reason' 1 \
    'Pagume 2016 has 5 days' date 2016-13-06
gives 'a date is one JSON object' 0 '"gregorian":' --json date 2019-03-12
gives 'what is no date is refused' 1 'no date' date tomorrow

gives 'a built-in form has no findings' 0 'registration' form check registration
printf '%s\n' survey ',type,name,label' ',number,a,A' ',text,b,B' \
    'settings' ',form_id,version' ',f,1' > "$form"
gives 'findings end with 4' 4 'the type "number" is not known' \
    form check "$form"
gives 'a finding has its line' 4 '"row": 3' --json form check "$form"
sed -i s/number/integer/ "$form"
gives 'a form that is right has none' 0 'form' form check "$form"
gives 'a missing file is an error' 1 'nowhere.csv' \
    form check "$TMPDIR/nowhere.csv"

gives 'a form is written as a workbook' 0 'form.xlsx' \
    form export registration --xlsx --out "$TMPDIR/form.xlsx"
gives 'which is a form without findings' 0 'runs: both' \
    form check "$TMPDIR/form.xlsx"
gives 'and becomes text again' 0 'registration' \
    form import "$TMPDIR/form.xlsx" --out "$TMPDIR/back.csv"
gives 'which is the same form' 0 'changes: 0' \
    form diff registration "$TMPDIR/back.csv"
gives 'as what is written as text' 0 'text.csv' \
    form export registration --csv --out "$TMPDIR/text.csv"
if cmp -s "$TMPDIR/text.csv" "$TMPDIR/back.csv"; then
    echo 'ok - byte for byte'
else
    echo 'not ok - byte for byte'
fi
sed 's/^,date,registration_date,/,text,registration_date,/;/^,text,given_name,/d' \
    "$TMPDIR/text.csv" > "$TMPDIR/next.csv"
gives 'a version that breaks kept answers ends with 4' 4 'date to text' \
    form diff registration "$TMPDIR/next.csv"
gives 'and names what it removes' 4 '"change": "removed"' \
    --json form diff registration "$TMPDIR/next.csv"
head -c 3000 "$TMPDIR/form.xlsx" > "$TMPDIR/cut.xlsx"
gives 'a damaged workbook is an error' 1 'damaged' \
    form check "$TMPDIR/cut.xlsx"
gives 'and gives no form' 1 'damaged' \
    form import "$TMPDIR/cut.xlsx" --out "$TMPDIR/none.csv"
gives 'either layout must be named' 2 'either --csv or --xlsx' \
    form export registration --out "$TMPDIR/none.csv"
