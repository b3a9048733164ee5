#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Claim: no form file, whatever it holds, makes `homeward form check` crash,
# hang or take more than 64 MB: it is refused in a sentence that says what to
# do, or read with findings. Hostile forms and workbooks are made here; the
# program runs with 64 MB of address space and ten seconds of the processor,
# of which it takes a part of one.
set -u
homeward=$BUILD/homeward
zip=$BUILD/tests/forms/tool_zip
work=$TMPDIR
book=$work/book.xlsx
csv=$work/form.csv
main='xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
rel=http://schemas.openxmlformats.org/officeDocument/2006/relationships

# check CLAIM STATUS TEXT FILE: ends so, and shows the text
check() {
    got=$(
        ulimit -v 65536
        ulimit -t 10
        exec "$homeward" form check "$4" 2>&1
    )
    status=$?
    case $got in
    *"$3"*) shown=yes ;;
    *) shown=no ;;
    esac
    if [ "$status" -eq "$2" ] && [ $shown = yes ]; then
        echo "ok - $1"
    else
        echo "not ok - $1"
        printf '%s\n' "ended with $status:" "$got" | head -n 20 |
            cut -c 1-200 | sed 's/^/# /'
    fi
}

# ---- forms as CSV -----------------------------------------------------------

# form COLUMNS: rows of the survey from standard input, as a whole form
form() {
    {
        printf 'survey\n,%s\n' "$1"
        cat
        printf 'settings\n,form_id,version\n,f,1\n'
    } >"$csv"
}

# lines N AWK: what that gives for i from 0 to N - 1; L in it is $long
lines() { awk "BEGIN { L = ENVIRON[\"long\"]; for (i = 0; i < $1; i++) print $2 }"; }
export long=
# again N TEXT: the text N times in one line
again() { awk -v n="$1" -v s="$2" 'BEGIN { while (n-- > 0) printf "%s", s }'; }

{
    lines 1000 '",begin_group,g" i ",G"'
    echo ',text,inmost,T'
    lines 1000 '",end_group"'
} | form type,name,label
check 'a thousand groups inside each other are too deep' 4 \
    'nested more than 10 deep' "$csv"
lines 4000 '",begin_repeat,r" i ",R"' | form type,name,label
check 'four thousand repeats without an end are told' 4 \
    'errors: 7998' "$csv"
lines 4000 '",text,same,T"' | form type,name,label
check 'one name four thousand times is told' 4 'errors: 3999' "$csv"
lines 4000 '",calculate,c" i ",,${c" (i + 1) % 4000 "} + 1"' |
    form type,name,label,calculation
check 'a circle of four thousand fields is told' 4 'in a circle' "$csv"
lines 4000 '",calculate,c" i ",,${c" i + 1 "} + 1"' |
    form type,name,label,calculation
check 'a chain of four thousand fields is none' 4 'no field ${c4000}' "$csv"
lines 4001 '",text,q" i ",T"' | form type,name,label
check 'a form is too long' 4 'at most 4000 rows' "$csv"

# what is looked for in every list, group and name
long=$(again 1400 ' or ${x}=1')
lines 400 '",begin_group,g" i ",G,\n,integer,x,X,\n,text,t" i ",T,\"${x}=1" L "\"\n,end_group,,,"' |
    form type,name,label,relevant
check 'names that stand four hundred times and are asked for a million' 4 \
    '400 fields have the name x' "$csv"
long=$(lines 1000 '" or ${g" i "}=1"' | tr -d '\n')
{
    lines 1000 '",begin_group,g" i ",G,"'
    lines 1000 '",end_group,,,"'
    lines 400 '",text,t" i ",T,\"${g0}=1" L "\""'
} | form type,name,label,relevant
check 'groups inside each other that all questions ask for' 4 'deep' "$csv"
long=$(again 16000 '1+')
lines 180 '",text,t" i ",T," L "1"' | form type,name,label,relevant
check 'expressions without end' 4 'too many expressions' "$csv"
long=$(lines 4000 '" c" 29999 - i' | tr -d '\n')
{
    lines 180 '",select_multiple l,q" i ",Q," L ""'
    printf 'choices\n,list_name,name,label\n'
    lines 30000 '",l,c" i ",C"'
} | form type,name,label,default
check 'thirty thousand choices, asked for one by one' 4 'too many choices' \
    "$csv"
{
    printf ',select_one l or_other,a,A\n'
    printf 'choices\n,list_name,name,label\n'
    lines 30001 '",l,c" i ",C"'
} | form type,name,label
check 'one choice more is left out' 4 '30000 choices' "$csv"
{
    lines 1000 '",select_one l" i ",q" i ",Q"'
    printf 'choices\n,list_name,name,label\n'
    awk 'BEGIN { for (k = 0; k < 30; k++) for (i = 0; i < 1000; i++)
        print ",l" i ",c" k ",C" }'
} | form type,name,label
check 'a thousand lists that take turns' 0 'questions: 1000' "$csv"

lines 1000000 '",,"' | form type,name,label
check 'a million empty rows' 1 'more than 100000 rows' "$csv"
{
    again 16384 ',c'
    echo
} | form type,name,label
check 'sixteen thousand columns' 1 'more than 2000 columns' "$csv"
again 90 , >"$work/commas"
{ lines 20000 '"'"$(cat "$work/commas")"'"'; } | form type,name,label
check 'cells without number' 1 'more than 1000000 cells' "$csv"
{
    printf ',text,a,'
    head -c 5000000 /dev/zero | tr '\0' x
    echo
} | form type,name,label
check 'a cell of five million letters' 1 'longer than 32768 bytes' "$csv"
head -c 10000000 /dev/zero | tr '\0' x >"$csv"
check 'a file of ten million letters' 1 'more than 6 MB' "$csv"
head -c 30000000 /dev/zero | tr '\0' x >"$csv"
check 'a file of thirty million' 1 'is larger than' "$csv"
awk 'BEGIN { while (n++ < 1000) w = w "xxx"
    print "survey\n,type,name,label::en,label::am,hint::en,hint::am"
    for (i = 0; i < 480; i++)
        print ",text,q" i "," w "," w "," w "," w
    print "settings\n,form_id,version\n,f,1" }' >"$csv"
check 'six million letters in their right places' 0 'questions: 480' \
    "$csv"
head -c 1000000 /dev/urandom >"$csv"
check 'a million bytes of noise' 1 'homeward:' "$csv"

# ---- workbooks ---------------------------------------------------------------

mkdir -p "$work/x/_rels" "$work/x/xl/_rels" || exit 1
members='_rels/.rels xl/workbook.xml xl/_rels/workbook.xml.rels xl/s.xml
    xl/t.xml xl/styles.xml xl/settings.xml'

relation() { printf '<Relationship Id="%s" Type="%s/%s" Target="%s"/>' "$@"; }
inline() { printf '<c t="inlineStr"><is><t>%s</t></is></c>' "$@"; }
sheet() { printf '<worksheet %s><sheetData>%s</sheetData></worksheet>' "$main" "$1"; }

# a workbook of a form with one question, in $work/x
fresh() {
    {
        printf '<Relationships>'
        relation a "$rel" officeDocument xl/workbook.xml
        printf '</Relationships>'
    } >"$work/x/_rels/.rels"
    {
        printf '<Relationships>'
        relation s "$rel" worksheet s.xml
        relation e "$rel" worksheet settings.xml
        relation t "$rel" sharedStrings t.xml
        relation y "$rel" styles styles.xml
        printf '</Relationships>'
    } >"$work/x/xl/_rels/workbook.xml.rels"
    printf '<workbook %s xmlns:r="%s"><sheets><sheet name="survey" sheetId="1" r:id="s"/><sheet name="settings" sheetId="2" r:id="e"/></sheets></workbook>' \
        "$main" "$rel" >"$work/x/xl/workbook.xml"
    printf '<sst %s><si><t>type</t></si><si><t>name</t></si><si><t>label</t></si></sst>' \
        "$main" >"$work/x/xl/t.xml"
    printf '<styleSheet %s><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>' \
        "$main" >"$work/x/xl/styles.xml"
    sheet "<row>$(inline form_id version)</row><row>$(inline f 1)</row>" \
        >"$work/x/xl/settings.xml"
    survey "$(inline text a A)"
}
head='<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c><c t="s"><v>2</v></c></row>'
survey() { sheet "$head<row>$1</row>" >"$work/x/xl/s.xml"; }

# zipped CLAIM STATUS TEXT [MEMBER...]: the workbook as it now stands
zipped() {
    claim=$1 want=$2 text=$3
    shift 3
    # shellcheck disable=SC2086 # names without blanks
    "$zip" "$book" "$work/x" ${*:-$members} || exit 1
    check "$claim" "$want" "$text" "$book"
}

fresh
zipped 'an honest workbook is read' 0 'runs: both'
survey "$(inline text a)<c><f>1+1</f><v>2</v></c>"
zipped 'a formula is the value that was seen last' 0 'runs: both'
survey "$(inline text a)<c><f>NOW()</f></c>"
zipped 'a formula that was never computed is blank' 4 'no label'
survey "$(inline text a)<c t=\"e\"><f>1/0</f><v>#DIV/0!</v></c>"
zipped 'a formula that failed is no surprise' 4 'finding'
survey "$(inline text a)<c t=\"s\"><v>7</v></c>"
zipped 'a shared text that is not there' 1 "the text of a cell is missing"
survey "$(inline text a)<c t=\"s\"><v>-1</v></c>"
zipped 'or cannot be there' 1 "the text of a cell is missing"
survey "$(inline text a)<c s=\"999\"><v>44000</v></c>"
zipped 'a style that is not there' 0 'runs: both'
fresh
sheet "<row>$(inline form_id version)</row><row>$(inline f)<c s=\"1\"><v>46000</v></c></row>" \
    >"$work/x/xl/settings.xml"
zipped 'a version that looks like a date is one' 0 'version: 2025-12-09'
sheet "<row>$(inline form_id version)</row><row>$(inline f)<c s=\"1\"><v>1e300</v></c></row>" \
    >"$work/x/xl/settings.xml"
zipped 'a day that no calendar has is no day' 0 'version: 1'

fresh
awk 'BEGIN { print "<worksheet><sheetData>"
    for (i = 1; i <= 1000000; i++) print "<row r=\"" i "\"/>"
    print "</sheetData></worksheet>" }' >"$work/x/xl/s.xml"
zipped 'a million empty rows of a workbook' 1 "delete empty rows"
awk 'BEGIN { print "<worksheet><sheetData><row>"
    for (i = 1; i <= 16384; i++) print "<c t=\"s\"><v>1</v></c>"
    print "</row></sheetData></worksheet>" }' >"$work/x/xl/s.xml"
zipped 'sixteen thousand columns of a workbook' 4 'twice'
awk 'BEGIN { print "<worksheet><sheetData>"
    for (i = 1; i <= 800; i++) { print "<row>"
        for (k = 1; k <= 1000; k++) print "<c t=\"s\"><v>1</v></c>"
        print "</row>" }
    print "</sheetData></worksheet>" }' >"$work/x/xl/s.xml"
zipped 'eight hundred thousand cells' 1 "delete empty rows"
{
    printf '<worksheet><sheetData><row><c t="inlineStr"><is><t>'
    head -c 30000000 /dev/zero | tr '\0' x
    printf '</t></is></c></row></sheetData></worksheet>'
} >"$work/x/xl/s.xml"
zipped 'a cell of thirty million letters' 1 'unpacks to more'
{
    printf '<worksheet><sheetData><row><c t="inlineStr"><is><t>'
    head -c 22000000 /dev/urandom | base64 -w 0
    printf '</t></is></c></row></sheetData></worksheet>'
} >"$work/x/xl/s.xml"
"$zip" "$book" "$work/x" $members
check 'also when they are honest' 1 'is larger than' "$book"
{
    printf '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    for i in b:a c:b d:c e:d f:e g:f h:g; do
        printf '<!ENTITY %s "%s">' "${i%:*}" "$(again 10 "&${i#*:};")"
    done
    printf ']><worksheet><sheetData><row><c><v>&h;</v></c></row></sheetData></worksheet>'
} >"$work/x/xl/s.xml"
zipped 'words that stand for words that stand for words' 1 "declares entities"
{
    again 100000 '<a>'
    again 100000 '</a>'
} >"$work/x/xl/s.xml"
zipped 'elements inside each other without end' 1 'nested deeper'
fresh
head -c 200000000 /dev/zero >"$work/x/xl/s.xml"
zipped 'two hundred million zeros' 1 'unpacks to more'
rm "$work/x/xl/s.xml"
fresh
zipped 'a sheet that says it has four thousand million bytes' 1 \
    'unpacks to more' $(echo $members | sed 's|xl/s.xml|&=4294967295|')
zipped 'a sheet that says it has none' 1 'damaged' \
    $(echo $members | sed 's|xl/s.xml|&=0|')
zipped 'a lost list of relations is made up for' 0 "runs: both" \
    $(echo $members | sed 's|_rels/.rels||')
zipped 'no list of sheets' 1 "is no workbook" \
    $(echo $members | sed 's|xl/workbook.xml||')
zipped 'no relations of the sheets' 4 "no sheet" \
    $(echo $members | sed 's|xl/_rels/workbook.xml.rels||')
zipped 'no sheet where one should be' 4 "no sheet" \
    $(echo $members | sed 's|xl/s.xml||')
zipped 'no shared texts' 1 "the text of a cell is missing" $(echo $members | sed 's|xl/t.xml||')
zipped 'no styles' 0 'runs: both' $(echo $members | sed 's|xl/styles.xml||')
{
    printf '<Relationships>'
    relation a "$rel" officeDocument ../../../../etc/passwd
    printf '</Relationships>'
} >"$work/x/_rels/.rels"
zipped 'a path that leads out of the workbook is not followed' 0 "runs: both"
fresh
{ printf '\320\317\021\340\241\261\032\341'; head -c 4000 /dev/zero; } >"$book"
check 'an old workbook, or one with a password, says what to do' 1 \
    'save it as .xlsx' "$book"
printf 'PK\003\004' >"$book"
check 'four bytes of an archive' 1 'homeward:' "$book"
printf 'PK\005\006' >"$book"
head -c 18 /dev/zero >>"$book"
check 'an archive of nothing' 1 'homeward:' "$book"
: >"$book"
check 'a file of nothing' 4 'no sheet "survey"' "$book"
check 'a folder' 1 'homeward:' "$work"
