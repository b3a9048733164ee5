# SPDX-License-Identifier: Apache-2.0
# Adds up what `gcov -b -c -t` prints. First the file of budgets, then gcov's
# text: a line of the source as "COUNT:LINE:TEXT" (COUNT is - for lines without
# code, ##### or ===== for lines never reached), and after it its branches as
# "branch N taken COUNT" or "branch N never executed".

# ---- the budgets -------------------------------------------------------------

FNR == NR {
    if (NF == 2 && $1 !~ /^#/) budget[$1] = $2
    next
}

# ---- gcov's text -------------------------------------------------------------

/^ *-: *0:Source:/ {
    sub(/^.*:Source:/, "")
    file = $0
    ours = index(file, room "/") == 1
    if (ours && !(file in lines)) {
        order[++files] = file
        lines[file] = 0
    }
    next
}
!ours { next }

/^ *[-#=0-9]+[*]?: *[0-9]+:/ {
    number = text = $0
    sub(/^[^:]*: */, "", number)
    sub(/:.*/, "", number)
    sub(/^[^:]*: *[0-9]+:/, "", text)
    bug = index(text, "cover: bug") > 0
    said = 0
    if (number > 0 && $0 !~ /^ *-:/ && !bug) {
        lines[file]++
        if ($0 !~ /^ *[#=]/) reached[file]++
    }
    next
}

/^branch/ {
    taken = $3 == "taken" && $4 > 0
    if (bug) {
        bugs[file]++
        next
    }
    branches[file]++
    if (taken) {
        went[file]++
    } else if (missing != "" && index(file, missing) && !said) {
        said = 1
        print file ":" number ":" text
    }
}

# ---- what it comes to --------------------------------------------------------

function percent(part, whole) {
    return whole == 0 ? 100 : 100 * part / whole
}

function verdict(name, part, whole) {
    if (!(name in budget)) return ""
    if (percent(part, whole) >= budget[name])
        return sprintf(", budget %d, met", budget[name])
    short++
    return sprintf(", budget %d, NOT MET", budget[name])
}

function say(name, all_lines, got_lines, all, got, guarded) {
    printf "%-28s %5.1f %% of %5d lines, %5.1f %% of %5d branches%s%s\n",
        name ":", percent(got_lines, all_lines), all_lines, percent(got, all),
        all, guarded ? sprintf(" (%d more guard bugs)", guarded) : "",
        verdict(name, got, all)
}

END {
    for (i = 1; i <= files; i++) {
        f = order[i]
        say(f, lines[f], reached[f], branches[f], went[f], bugs[f])
        all_lines += lines[f]; got_lines += reached[f]
        all += branches[f]; got += went[f]; guarded += bugs[f]
    }
    say(room, all_lines, got_lines, all, got, guarded)
    if (files == 0) {
        print "no file of " room "/ was counted"
        short++
    }
    for (name in budget)
        if (name ~ "^" room && name != room && !(name in lines)) {
            print name " has a budget and was not counted"
            short++
        }
    exit short > 0
}
