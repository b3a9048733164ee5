#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The rules of the house that a pattern can hold, written as TAP. Comments and
# strings are not code: calls are looked for in what remains without them.
set -u
. "$(dirname "$0")/tap.sh"

build=${BUILD:-build}
rooms='base forms store sync tui'

sources >"$work/all"

# ---- licence ---------------------------------------------------------------

grep -E '(\.[ch]|\.sh|\.awk|^Makefile|\.mk|^\.ci/run)$' "$work/all" |
    while read -r file; do
        head -n 2 "$file" |
            grep -q 'SPDX-License-Identifier: Apache-2\.0' || echo "$file"
    done >"$work/bad"
verdict "every source begins with its licence"

# ---- calls -----------------------------------------------------------------

# Each C file without comments and strings, lines kept, in $work/code/FILE.
# A line that frees what a library gave carries the word foreign.
bare() {
    awk '
    {
        out = ""; n = length($0); foreign = index($0, "/* foreign */")
        for (i = 1; i <= n; i++) {
            c = substr($0, i, 1); two = substr($0, i, 2)
            if (comment) {
                if (two == "*/") { comment = 0; i++; out = out " " }
            } else if (quote != "") {
                if (c == "\\") i++
                else if (c == quote) { quote = ""; out = out c }
            } else if (two == "/*") { comment = 1; i++ }
            else if (two == "//") break
            else if (c == "\"" || c == "\047") { quote = c; out = out c }
            else out = out c
        }
        quote = ""
        if (foreign) sub(/free[ ]*\(/, "freed (", out)
        print out
    }' "$1"
}
grep '\.[ch]$' "$work/all" | while read -r file; do
    mkdir -p "$work/code/$(dirname "$file")"
    bare "$file" >"$work/code/$file"
done
# the program, without its tests
grep '\.[ch]$' "$work/all" | grep -v '^tests/' >"$work/program"
cd "$work/code" || exit 1

# find_calls NAMES FILES: where one of the functions is called or taken
find_calls() {
    xargs -r grep -HnE "(^|[^A-Za-z0-9_.>])($1)[[:space:]]*\(" <"$2"
}

find_calls 'strcpy|strcat|strncpy|strncat|sprintf|vsprintf|atoi|atol|atoll|'\
'strtok|gets|system|popen|alloca' "$work/program" >"$work/bad"
verdict "no call that cannot be used safely"

grep -v '^base/mem\.c$' "$work/program" >"$work/list"
find_calls 'malloc|calloc|realloc|reallocarray|free|strdup|strndup|asprintf|'\
'vasprintf' "$work/list" >"$work/bad"
verdict "memory comes from base/mem.h alone"

grep -Ev '^(tui/|main\.c|base/mem\.c|sync/helper_)' "$work/program" \
    >"$work/list"
{
    find_calls 'printf|vprintf|puts|putchar|perror' "$work/list"
    xargs -r grep -HnwE 'stdout|stderr|STDERR_FILENO' <"$work/list"
} >"$work/bad"
verdict "nothing below tui prints"

# db_script is the one way to run a constant schema text
grep -v '^store/db\.c$' "$work/program" >"$work/list"
find_calls 'sqlite3_exec|sqlite3_get_table' "$work/list" >"$work/bad"
verdict "SQL goes through prepared statements"
cd "$OLDPWD" || exit 1

# ---- globals ---------------------------------------------------------------

# What a program can write to: .data and .bss; tables of addresses that the
# loader fills in (.data.rel.ro) are constant from then on.
for room in $rooms; do
    for source in "$room"/*.c; do
        object=$build/${source%.c}.o
        [ -f "$object" ] && [ "$source" != tui/canvas_curses.c ] || continue
        objdump -t "$object" | awk -v source="$source" '
            NF >= 4 && $(NF - 2) ~ /^\.(data|bss|tdata|tbss)/ &&
            $(NF - 2) !~ /^\.data\.rel\.ro/ && $NF !~ /^\.(data|bss)/ ||
            NF >= 4 && $(NF - 2) == "*COM*" { print source ": " $NF }'
    done
done >"$work/bad"
verdict "no global can be changed"

# ---- words -----------------------------------------------------------------

# written so that this file does not find itself
xargs grep -nwE 'T[O]DO|F[I]XME|X[X]X|H[A]CK' <"$work/all" >"$work/bad"
verdict "nothing is left to do"

xargs grep -nE '(^|[^A-Za-z0-9_.$})*])/(w[o]rk|h[o]me|r[o]ot|U[s]ers)/' \
    <"$work/all" >"$work/bad"
verdict "no path of one machine"
exit "$failed"
