#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Nothing in the house is too large to read: lids for functions, files and
# parameters, written as TAP.
set -u
. "$(dirname "$0")/tap.sh"

function_lines=60
file_lines=800
main_lines=120
parameters=5

sources | grep -E '\.([ch]|sh)$' >"$work/all"
grep '\.[ch]$' "$work/all" >"$work/c"

xargs wc -l <"$work/all" | awk -v lid=$file_lines -v main=$main_lines '
    $2 == "total" { next }
    $1 > ($2 == "main.c" ? main : lid) { print $2 " has " $1 " lines" }
' >"$work/bad"
verdict "no file has more than $file_lines lines, main.c $main_lines"

# name, file, first and last line and parameters of every function
ctags -L "$work/c" -f - --languages=C --langmap=C:.c.h --kinds-C=fp \
    --fields=neS --excmd=number 2>"$work/why" >"$work/tags" || {
    echo "not ok - universal-ctags reads the sources"
    exit 1
}

awk -F'\t' -v lid=$function_lines '
    {
        line = end = 0
        for (i = 4; i <= NF; i++) {
            if ($i ~ /^line:/) line = substr($i, 6)
            if ($i ~ /^end:/) end = substr($i, 5)
        }
        if (end && end - line + 1 > lid)
            print $2 ":" line ": " $1 " has " end - line + 1 " lines"
    }' "$work/tags" >"$work/bad"
verdict "no function has more than $function_lines lines"

# Commas at the outermost level, so that a callback counts as one. The error
# that stands last and the dots of a message do not count: they never grow.
grep -v "	tests/" "$work/tags" | awk -F'\t' -v lid=$parameters '
    {
        line = signature = ""
        for (i = 4; i <= NF; i++) {
            if ($i ~ /^line:/) line = substr($i, 6)
            if ($i ~ /^signature:/) signature = substr($i, 11)
        }
        sub(/, *struct err *\* *e?\)$/, ")", signature)
        sub(/, *\.\.\.\)$/, ")", signature)
        depth = 0; n = 1
        for (i = 1; i <= length(signature); i++) {
            c = substr(signature, i, 1)
            if (c == "(" || c == "[") depth++
            if (c == ")" || c == "]") depth--
            if (c == "," && depth == 1) n++
        }
        if (n > lid)
            print $2 ":" line ": " $1 " has " n " parameters"
    }' >"$work/bad"
verdict "no function has more than $parameters parameters and an error"
exit "$failed"
