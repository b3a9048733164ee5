#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Claim: a list in a CSV file beside a form becomes part of the form when it is
# checked, imported or exported; nothing outside that folder is read and no
# file is written over another; in an office the choices of the file are
# answered with, kept by their codes and shown by their labels; a new version
# without the file beside it keeps the rows it had.
set -u
cd "$(dirname "$0")" || exit 1
. ./support.sh

mkdir "$work/author" "$work/kobo" "$work/other" "$work/lone"
form=$work/author/ford.csv
cat >"$work/author/landing.csv" <<'LIST'
code,label,label::Amharic (am),side,boats
l1,Old ford,አሮጌ መሻገሪያ,north,2
l2,"Mill, lower",ወፍጮ,north,5
l3,Fig tree,ሾላ,south,1
LIST
cat >"$form" <<'FORM'
survey
,type,name,label::English (en),label::Amharic (am),calculation,choice_filter,parameters
,select_one side,side,Which side,የትኛው ዳር,,,
,select_one_from_file landing.csv,place,Which landing,የትኛው ማረፊያ,,side = ${side},value=code
,calculate,boats,,,"pulldata('landing', 'boats', 'code', ${place})",,
choices
,list_name,name,label::English (en),label::Amharic (am)
,side,north,North,ሰሜን
,side,south,South,ደቡብ
settings
,form_title,form_id,version,default_language
,Fords,ford,1,English (en)
FORM

# ---- without an office ----

said "a form with its list beside it has no findings" 0 "warnings: 0" \
    "$homeward" form check "$form"
cp "$form" "$work/lone/ford.csv"
said "without the list it has one, with the row and the file" 4 \
    "the file landing.csv is not there" \
    "$homeward" form check "$work/lone/ford.csv"
said "which no program but ours minds" 4 "runs: both" \
    "$homeward" form check "$work/lone/ford.csv"
check "the list becomes part of the form" \
    "$homeward" form import "$form" --out "$work/lone/whole.csv"
said "as a sheet of its own" 0 ',l2,"Mill, lower",ወፍጮ,north,5' \
    sed -n '/^_landing.csv$/,$p' "$work/lone/whole.csv"
said "the form is whole then, wherever it is" 0 "warnings: 0" \
    "$homeward" form check "$work/lone/whole.csv"
check "again, and it is the same" \
    "$homeward" form import "$work/lone/whole.csv" --out "$work/lone/again.csv"
check "byte for byte" cmp "$work/lone/whole.csv" "$work/lone/again.csv"

said "an export writes the list beside it and says so" 0 "landing.csv" \
    "$homeward" form export "$work/lone/whole.csv" --xlsx \
    --out "$work/kobo/ford.xlsx"
check "as it was" cmp "$work/author/landing.csv" "$work/kobo/landing.csv"
rm "$work/kobo/landing.csv"
check "a workbook brings its list along" \
    "$homeward" form import "$work/kobo/ford.xlsx" --out "$work/kobo/back.csv"
check "unchanged" cmp "$work/lone/whole.csv" "$work/kobo/back.csv"
check "as CSV for other programs" \
    "$homeward" form export "$work/kobo/ford.xlsx" --csv \
    --out "$work/other/ford.csv"
check "the list stands beside the form only" \
    sh -c '! grep -q "^_landing" "$0"' "$work/other/ford.csv"
check "and is found there" "$homeward" form check "$work/other/ford.csv"
cp "$work/kobo/ford.xlsx" "$work/other/whole.xlsx"
sed "s/Fig tree/Big tree/" "$work/author/landing.csv" >"$work/other/landing.csv"
said "a file that has changed beside its form is told" 4 \
    "another version of this list" \
    "$homeward" form check "$work/other/whole.xlsx"
echo 'something,else' >"$work/other/landing.csv"
said "another file of that name is not written over" 1 "holds something else" \
    "$homeward" form export "$work/kobo/ford.xlsx" --csv \
    --out "$work/other/second.csv"
check "not even the form is written then" \
    test ! -e "$work/other/second.csv" -a \
    "$(cat "$work/other/landing.csv")" = something,else

mkdir "$work/long"
long=landing_places_of_all_rivers_in_the_zone.csv
cp "$work/author/landing.csv" "$work/long/$long"
sed "s/landing.csv/$long/; s/'landing'/'${long%.csv}'/" "$form" >"$work/long/ford.csv"
check "a long name is cut where a workbook takes no more" \
    "$homeward" form export "$work/long/ford.csv" --xlsx \
    --out "$work/long/ford.xlsx"
said "and the file beside it still found" 0 "warnings: 0" \
    "$homeward" form check "$work/long/ford.xlsx"

# ---- what is not read ----

rm "$work/other/landing.csv"
ln -s "$work/author/landing.csv" "$work/other/landing.csv"
said "what a link points to is not read" 4 "is not there" \
    "$homeward" form check "$work/other/ford.csv"
sed 's,landing.csv,../author/landing.csv,' "$form" >"$work/other/out.csv"
said "nor a file in another folder" 4 "cannot be read" \
    "$homeward" form check "$work/other/out.csv"
rm "$work/other/landing.csv"
head -c 5000000 /dev/zero | tr '\0' x >"$work/other/landing.csv"
said "nor one that is too large" 4 "landing.csv" \
    "$homeward" form check "$work/other/ford.csv"
printf 'code,label\n"l1,Old' >"$work/other/landing.csv"
said "nor one that is no CSV file: its line is told" 4 "landing.csv" \
    "$homeward" form check "$work/other/ford.csv"
{
    echo code,label,side,boats
    yes 'l,L,north,1' | head -n 30001
} >"$work/other/landing.csv"
said "nor one with too many rows" 4 "is too large" \
    "$homeward" form check "$work/other/ford.csv"

# ---- in an office ----

at_gasera() {
    "$homeward" -d "$work/gasera" "$@"
}

check "an office" "$homeward" -d "$work/gasera" init --site Gasera \
    --place ET041114 --user sara --role case-manager
said "imports the form with its list" 0 "a new form" \
    at_gasera form import "$form"
check "a case" new_case gasera 1 Selam
id=$(case_id 1)
edit gasera "{\"case\":\"$id\",\"form\":\"ford\",\
\"set\":{\"side\":\"north\",\"place\":\"l2\"}}"
said "choices of the list are taken" 0 "applied: 1" cat "$work/applied"
said "kept by their codes" 0 '"answer": "l2"' at_gasera --json show Selam
said "with what is computed from the list" 0 '"answer": "5"' \
    at_gasera --json show Selam
said "and shown by their labels" 0 "Mill, lower" at_gasera show Selam
said "in the other language, too" 0 "ወፍጮ" at_gasera show --lang am Selam
edit gasera "{\"case\":\"$id\",\"form\":\"ford\",\"set\":{\"place\":\"l9\"}}"
said "what the list has not is refused" 0 "refused: 1" cat "$work/applied"
sed 's/,Which landing,/,The landing,/; s/,ford,1,/,ford,2,/' "$form" \
    >"$work/lone/ford.csv"
said "a new version without the file beside it" 4 "a new version" \
    at_gasera form import "$work/lone/ford.csv"
said "keeps the rows it had" 0 "Mill, lower" at_gasera show Selam
said "and still checks with them" 0 "warnings: 0" at_gasera form check ford

exit "$failed"
