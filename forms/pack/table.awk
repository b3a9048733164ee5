# SPDX-License-Identifier: Apache-2.0
# Turns a code list of the pack into rows of a C table: each line of the CSV
# becomes ROW(cell, cell, ...), and the file that includes the result says what
# ROW means. So places, kinds and roles are constant data with no start-up
# cost. Cells are strings, except in the columns whose cells are numbers or
# words that the program knows (BEGIN below).
#
# Reads what the lists need of CSV: quotation marks, but no line ends in cells.

BEGIN {
    split("home once opens_case order years action weight class read create " \
          "edit approve print export purge", names, " ")
    for (i in names)
        is_word[names[i]] = 1
}

function refuse(why)
{
    printf "%s:%d: %s\n", FILENAME, FNR, why > "/dev/stderr"
    failed = 1
    exit 1
}

# Fills cells[1..] from a line and returns how many there are.
function cut(line, cells,    n, c, quoted)
{
    n = 1
    cells[1] = ""
    while (line != "") {
        c = substr(line, 1, 1)
        line = substr(line, 2)
        if (c == "\"" && quoted && substr(line, 1, 1) == "\"") {
            cells[n] = cells[n] c
            line = substr(line, 2)
        } else if (c == "\"") {
            quoted = !quoted
        } else if (c == "," && !quoted) {
            cells[++n] = ""
        } else {
            cells[n] = cells[n] c
        }
    }
    if (quoted)
        refuse("a quotation mark is never closed")
    return n
}

# `?` is escaped because "??" begins a trigraph in standard C.
function quote(text,    out, c, i)
{
    for (i = 1; i <= length(text); i++) {
        c = substr(text, i, 1)
        out = out (c == "\\" || c == "\"" || c == "?" ? "\\" c : c)
    }
    return "\"" out "\""
}

FNR == 1 {
    columns = cut($0, header)
    print "/* made by forms/pack/table.awk from " FILENAME ": do not edit */"
    next
}

{
    if (cut($0, row) != columns)
        refuse("not as many cells as the header has")
    out = ""
    for (i = 1; i <= columns; i++)
        out = out (i > 1 ? ", " : "") \
              (is_word[header[i]] ? row[i] : quote(row[i]))
    print "ROW(" out ")"
}

END { exit failed }
