#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Claim: tool_conformance counts what passes, lists what fails, and lets only
# those failures pass that are on the list with a reason. Where the cases of
# other projects are at hand (HOMEWARD_CONFORMANCE names their folder), every
# one of them passes or has its reason in conformance-accepted.tsv.
set -u
tool=$BUILD/tests/forms/tool_conformance
dir=$TMPDIR/conformance
mkdir -p "$dir/docs"

echo '<data><child>7</child></data>' > "$dir/docs/one.xml"
row() { printf '%s\tfile\ttest\t%s\t%s\t%s\t%s\t%s\t%s\n' "$@"; }
{
    row suite doc context expression type expected flags
    row javarosa - / '1 + 1' number 2.0 ''
    row javarosa - / 'number(date("1970-01-01"))' number 0 ''
    row web-forms one / '/data/child' string 7 needs-doc
    row web-forms one '/data[1]' 'child * 2' number 14 needs-doc
    row web-forms - / 'round(date("1970-01-01") * 24)' number 7 ''
    row web-forms - / "concat('a\\tb', '\\n')" string 'a\tb\n' ''
    row enketo - / 'selected(' throws '' ''
    row enketo - / 'round(date("2026-07-01") * 24) mod 24' number 6 ''
    row enketo - / "date-time('2026-03-08T02:30:00')" string \
        2026-03-08T03:30:00.000-06:00 ''
    row enketo - / "date-time('2026-11-01T01:30:00')" string \
        2026-11-01T01:30:00.000-06:00 ''
    row enketo - / "date-time('2026-11-01T02:00:00')" string \
        2026-11-01T02:00:00.000-07:00 ''
    row enketo - / '1 div 3' number-rounded/100 0.33 ''
    row enketo - / "'2026-11-21'" string-match '/^\\d{4}-/' ''
} > "$dir/cases.tsv"
cp "$dir/cases.tsv" "$dir/wrong.tsv"
row javarosa - / '1 + 1' number 3 '' >> "$dir/wrong.tsv"
printf '^javarosa 1 . 1 number 3$\tarithmetic is not to be argued with\n' \
    > "$dir/accepted.tsv"

# gives CLAIM STATUS TEXT ARGS...
gives() {
    claim=$1 want=$2 text=$3
    shift 3
    got=$("$tool" "$@" 2>&1)
    status=$?
    case $got in
    *"$text"*) shown=yes ;;
    *) shown=no ;;
    esac
    if [ "$status" -eq "$want" ] && [ $shown = yes ]; then
        echo "ok - $claim"
    else
        echo "not ok - $claim"
        echo "# ended with $status:"
        echo "$got" | tail -n 30 | sed 's/^/# /'
    fi
}

gives 'each suite is counted, in its own zone' 0 \
    'javarosa: 2 of 2' "$dir/cases.tsv" "$dir/docs"
gives 'with and without a document' 0 \
    'web-forms: 4 of 4; without a document 2 of 2' "$dir/cases.tsv" "$dir/docs"
gives 'a zone with summer time is kept, in the hours of its change, too' 0 \
    'enketo: 7 of 7' "$dir/cases.tsv" "$dir/docs"
gives 'a failure is listed and ends with 1' 1 \
    'expected number 3' "$dir/wrong.tsv" "$dir/docs"
gives 'an accepted one is counted with its reason' 0 \
    'arithmetic is not to be argued with' \
    "$dir/wrong.tsv" "$dir/docs" "$dir/accepted.tsv"
gives 'a missing table is said' 2 nowhere.tsv "$dir/nowhere.tsv" "$dir/docs"

cases=${HOMEWARD_CONFORMANCE:-}
if [ -n "$cases" ] && [ -f "$cases/xpath-cases.tsv" ]; then
    gives 'the cases of other projects pass or have their reason' 0 \
        javarosa: "$cases/xpath-cases.tsv" "$cases/xpath-docs" \
        tests/forms/conformance-accepted.tsv
else
    echo 'ok - the cases of other projects # SKIP not at hand'
fi
