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

# evaluates CLAIM WANTED INPUT ARGS...: form eval prints exactly that
evaluates() {
    claim=$1 want=$2 input=$3
    shift 3
    got=$(printf '%s\n' "$input" | "$homeward" form eval "$@" 2>&1)
    status=$?
    if [ "$status" -eq 0 ] && [ "$got" = "$want" ]; then
        echo "ok - $claim"
    else
        echo "not ok - $claim"
        printf '%s\n' "ended with $status:" "$got" | sed 's/^/# /'
    fi
}

tab=$(printf '\t')
document=tests/forms/expr_node.xml
member='/h:html/h:head/model/instance[1]/visit/member[2]'

evaluates 'a number has its type before it' "number${tab}2" '1 + 1'
evaluates 'so has a boolean' "boolean${tab}true" '1 = 1'
evaluates 'and a text' "string${tab}Hana" '"Hana"'
evaluates 'a date is a text' "string${tab}2026-11-21" 'date("2026-11-21")'
evaluates 'numbers that are none are printed' "number${tab}NaN
number${tab}-Infinity
number${tab}-0" '0 div 0
-1 div 0
-0'
evaluates 'tabs, newlines and backslashes go both ways' \
    "string${tab}a\\tb\\nc\\\\d" '"a\tb\nc\\d"'
evaluates 'an error does not stop the rest' \
    "error${tab}at character 3: the expression ends too early, a value is missing
number${tab}3" '1+
3'
evaluates 'an empty line is an expression without a value' \
    "error${tab}at character 1: the expression ends too early, a value is missing
number${tab}1" '
1'
evaluates 'paths begin in the instance, the context is inside' \
    "string${tab}Meron
string${tab}A-17
number${tab}2" 'given
/visit/case/@ref
position(.)' --instance $document --context "$member"
evaluates 'a set of nodes is its first one' "string${tab}Dawit" '//member/given' \
    --instance $document
evaluates 'texts come in the language asked for' "string${tab}Welcome" \
    'jr:itext("greeting")' --instance $document --lang en
evaluates 'months, too' "string${tab}ኖቬም" \
    'format-date("2026-11-21", "%b")' --lang am
evaluates 'without a document a path is an error' \
    "error${tab}there is no form here to look up a field in" '/data/age'

zone() { echo 'number(date("1970-01-01")) * 24' |
    TZ=$1 "$homeward" form eval | cut -f 2; }
if [ "$(zone UTC)" = 0 ] && [ "$(zone EAT-3)" = -3 ]; then
    echo 'ok - the zone comes from TZ'
else
    echo "not ok - the zone comes from TZ: $(zone UTC), $(zone EAT-3)"
fi

gives 'a context needs a document' 2 '--instance' form eval --context /a \
    < /dev/null
gives 'a place that is not there is said' 1 '/nowhere' form eval \
    --instance $document --context /nowhere < /dev/null
gives 'a broken document is refused with its line' 1 'line 1' form eval \
    --instance "$form" < /dev/null
printf '%s\n' survey ',type,name,label,save_to,calculation' \
    ',integer,age,Age,age,' ',calculate,next,,,${age} + 1' \
    entities ',list_name,label' ',people,${next}' \
    settings ',form_id,version' ',f,1' >"$TMPDIR/fill.csv"
fills() {
    printf "$1" | "$homeward" $2 form fill "$TMPDIR/fill.csv"
}
has() {
    case $(fills "$2" "$3" 2>&1) in
    *"$4"*) echo "ok - $1" ;;
    *) echo "not ok - $1" ;;
    esac
}
has 'form fill: what follows from answers' 'age\t41\n' --json \
    '"path": "next", "answer": "42"'
has 'what is wrong with them' 'age\told\n' '' 'no whole number'
has 'the entities that come of them' 'age\t41\n' --json \
    '"list": "people", "action": "create", "id": "", "row": "", "property": "age", "value": "41"'
has 'a question that is not there is said with its line' '\nold\t1\n' '' \
    'Line 2: the form has no question old'
has 'a line that is no answer' 'age 41\n' '' 'Line 1 is no path'
gives 'nothing asked, nothing answered' 0 '' form eval < /dev/null
gives 'answers are one JSON object' 0 '"results": []' --json form eval < /dev/null

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
