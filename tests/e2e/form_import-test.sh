#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Claim: a workbook becomes a form of an office by one command; answers to it
# are taken and shown in its languages; it comes back from Kobo with what Kobo
# lost; a version that would hide answers is refused with their paths, and one
# that says what it renames is taken; the office beyond the hub keeps answers
# to a form it does not have, and reads them once it has it.
set -u
cd "$(dirname "$0")" || exit 1
. ./support.sh

cat >"$work/first.csv" <<'FORM'
survey
,type,name,label::English (en),label::Amharic (am),x_access,x_pii,x_was
,begin_group,home,The home,ቤቱ,,,
,integer,rooms,How many rooms,ስንት ክፍል,,,
,select_one water,water,Where water comes from,ውሃው ከየት ነው,case,,
,end_group,,,,,,
,text,remarks,Remarks,አስተያየት,sealed,yes,
choices
,list_name,name,label::English (en),label::Amharic (am),x_retired
,water,tap,A tap,ቧንቧ,
,water,river,The river,ወንዝ,
,water,well,A well,ጉድጓድ,yes
settings
,form_title,form_id,version,default_language
,Water and rooms,water,1,English (en)
FORM
# what Kobo makes of it: no x_ column, no retired choice, notes of its own
cat >"$work/kobo.csv" <<'FORM'
survey
,$kuid,type,name,label::English (en),label::Amharic (am),$autoname,kobo--a
,a1,begin_group,home,The home,ቤቱ,home,
,a2,integer,rooms,How many rooms,ስንት ክፍል,rooms,
,a3,select_one water,water,Where water comes from,ውሃው ከየት ነው,water,
,,end_group,,,,,
,a4,text,remarks,Remarks,አስተያየት,remarks,
choices
,list_name,name,label::English (en),label::Amharic (am),$autovalue
,water,tap,A tap,ቧንቧ,tap
,water,river,The river,ወንዝ,river
settings
,form_title,form_id,version,default_language
,Water and rooms,water,1,English (en)
FORM

if start_hub && add_office gasera Gasera ET041114 &&
    add_office zone "Bale zone" ET0411; then
    ok "a hub and two offices"
else
    not_ok "a hub and two offices"
    exit 1
fi

at_gasera() {
    "$homeward" -d "$work/gasera" "$@"
}

# ---- a form of the office ----

check "a workbook is made, as an author would" \
    "$homeward" form export "$work/first.csv" --xlsx --out "$work/first.xlsx"
said "it becomes a form of the office" 0 "a new form" \
    at_gasera form import "$work/first.xlsx"
said "which is in the list of forms" 0 "imported" at_gasera form list
said "with its languages and how much it asks" 0 \
    '"version": "1", "languages": "en am", "questions": 3, "records": 0' \
    at_gasera --json form list
said "the same workbook again changes nothing" 0 "nothing changed" \
    at_gasera form import "$work/first.xlsx"
said "a built-in form is not replaced" 1 "built in" \
    at_gasera form import ../../forms/pack/visit.csv
said "without an office there is nowhere to keep it" 1 "no office" \
    "$homeward" -d "$work/nowhere" form import "$work/first.xlsx"

# ---- answers ----

check "a case" new_case gasera 1 Selam
id=$(case_id 1)
record=7c0c1a3e-0000-4000-8000-000000000001
edit gasera "{\"case\":\"$id\",\"record\":\"$record\",\"form\":\"water\",\
\"set\":{\"rooms\":2,\"water\":\"river\",\"remarks\":\"The roof leaks\"}}"
said "answers are taken" 0 "applied: 1" cat "$work/applied"
edit gasera "{\"case\":\"$id\",\"form\":\"water\",\"set\":{\"rooms\":\"x\"}}"
said "and checked" 0 "refused: 1" cat "$work/applied"
said "they are shown under their questions" 0 "The river" \
    at_gasera show Selam
said "in the other language, too" 0 "ወንዝ" at_gasera show --lang am Selam
said "under a kind of their own" 0 '"kind": "form:water"' \
    at_gasera --json show Selam

# ---- back from Kobo ----

said "what Kobo lost comes back: it is the same form" 0 "nothing changed" \
    at_gasera form import "$work/kobo.csv"
check "the form as it is kept" \
    at_gasera form export water --csv --out "$work/kept.csv"
check "and as it was" "$homeward" form import "$work/first.csv" \
    --out "$work/was.csv"
check "byte for byte" cmp "$work/kept.csv" "$work/was.csv"
sed 's/,How many rooms,/,Rooms of the house,/; s/,water,1,/,water,2,/' \
    "$work/kobo.csv" >"$work/label.csv"
said "another label is a new version" 0 "a new version" \
    at_gasera form import "$work/label.csv"
at_gasera form export water --csv --out "$work/kept.csv" >/dev/null
said "with the x_ columns" 0 ",text,remarks,Remarks,አስተያየት,sealed,,yes" \
    cat "$work/kept.csv"
said "and the retired choice" 0 ",water,well,A well,ጉድጓድ,yes" \
    cat "$work/kept.csv"

# ---- versions ----

sed '/,rooms,/d; s/,text,remarks/,date,remarks/; /,water,tap,/d' \
    "$work/label.csv" >"$work/bad.csv"
said "a version that hides answers is refused: a question" 1 \
    "home/rooms (removed)" at_gasera form import "$work/bad.csv"
said "a choice" 1 "home/water (withdrawn: the choice tap)" \
    at_gasera form import "$work/bad.csv"
said "a type" 1 "remarks (retyped: text to date)" \
    at_gasera form import "$work/bad.csv"
said "and says how it is done" 1 "x_was" at_gasera form import "$work/bad.csv"
said "the version before stays" 0 "Rooms of the house" at_gasera show Selam
said "form diff says the same" 4 "removed     home/rooms" \
    at_gasera form diff water "$work/bad.csv"
said "form check takes an id, too" 0 "version: 2" at_gasera form check water

sed 's/^,integer,rooms,\(.*\),,,$/,integer,nr,\1,,,home\/rooms/
s/,water,1,/,water,3,/' "$work/first.csv" >"$work/renamed.csv"
said "a rename that is declared is taken" 0 "home/nr" \
    at_gasera form import "$work/renamed.csv"
said "and the answer stands under the new name" 0 "How many rooms" \
    at_gasera show Selam
edit gasera "{\"case\":\"$id\",\"record\":\"$record\",\"form\":\"water\",\
\"set\":{\"nr\":2}}"
said "where it was seen before" 0 "nothing new: 1" cat "$work/applied"

# ---- the other office ----

sync_office gasera
sync_office zone
said "the other office has the record, with its paths" 0 "home/rooms" \
    "$homeward" -d "$work/zone" show Selam
said "and does not know the form" 1 'There is no form "water"' \
    "$homeward" -d "$work/zone" form check water
for v in first label renamed; do
    "$homeward" -d "$work/zone" form import "$work/$v.csv" >/dev/null
done
said "it reads it once it has the form" 0 "The river" \
    "$homeward" -d "$work/zone" show Selam
check "both files are whole" at_gasera verify
check "at both offices" "$homeward" -d "$work/zone" verify

exit $failed
