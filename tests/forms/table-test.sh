#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Claim: forms/pack/table.awk turns a code list into rows that the C compiler
# reads back as exactly the cells of the file, and refuses a file it would
# read wrongly, naming the line.
set -u
export LC_ALL=C
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT

rows()
{
    printf '%s\n' "$@" > "$dir/list.csv"
    awk -f forms/pack/table.awk "$dir/list.csv" 2> "$dir/said"
}

is()
{
    if [ "$2" = "$3" ]; then
        echo "ok - $1"
    else
        echo "not ok - $1"
        echo "# wanted: $2"
        echo "# got:    $3"
    fi
}

refuses()
{
    claim=$1 line=$2
    shift 2
    if rows "$@" > /dev/null; then
        echo "not ok - $claim"
    else
        is "$claim" "$dir/list.csv:$line" "$(sed 's/: .*//' "$dir/said")"
    fi
}

echo 1..7

is 'cells become strings, known words stay words' \
    'ROW("visit", case, yes, 30)' \
    "$(rows 'name,home,once,order' 'visit,case,yes,30' | sed 1d)"
is 'a column of another name is a string whatever it holds' \
    'ROW("case", "30")' \
    "$(rows 'name,number' 'case,30' | sed 1d)"
is 'quotation marks, commas and empty cells are read as CSV says' \
    'ROW("a,b", "say \"yes\"", "", "")' \
    "$(rows 'a,b,c,d' '"a,b","say ""yes""",,""' | sed 1d)"
is 'letters of other scripts pass unchanged' \
    'ROW("ጾታ")' "$(rows 'a' 'ጾታ' | sed 1d)"

cat > "$dir/show.c" <<'END'
#include <stdio.h>
int main(void)
{
#define ROW(a, b) puts(a), puts(b);
#include "rows.inc"
    return 0;
}
END
rows 'a,b' 'back\slash and \n,which??) is' > "$dir/rows.inc"
${CC:-cc} -std=c11 -Wno-trigraphs -o "$dir/show" "$dir/show.c" 2> /dev/null
is 'what means something to the C compiler comes back as it was' \
    'back\slash and \n
which??) is' "$("$dir/show")"

refuses 'a row with a cell too few is refused' 3 'a,b' '1,2' '1'
refuses 'a quotation mark that is never closed is refused' 2 'a,b' '1,"2'
