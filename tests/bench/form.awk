# SPDX-License-Identifier: Apache-2.0
# awk -f form.awk: an invented form as large as the largest that are used in
# the field, in the CSV layout: 572 questions in 696 rows, 7 repeats, 1,344
# choices in 84 lists, 888 selected() in its conditions, 4 languages.
#
# Ten parts hold 52 sections of eleven questions. The first answer of all opens
# or closes every part but the first, the first of a section most of what
# follows in it; sums run through all sections. The same every time.

function cell(text) {
    printf ",%s", text ~ /[",]/ ? "\"" text "\"" : text
}

# the same text in four languages
function labels(english, amharic, oromo, tigrinya) {
    cell(english); cell(amharic); cell(oromo); cell(tigrinya)
}

# row TYPE NAME RELEVANT CONSTRAINT CALCULATION with the label of KIND
function row(type, name, relevant, constraint, calculation, kind) {
    rows++
    cell(type); cell(name)
    if (kind != "")
        labels("What is known of the " kind " (" name ") of this child?",
            "ስለዚህ ልጅ " kind " (" name ") ምን ይታወቃል?",
            "Waa'ee " kind " (" name ") daa'ima kanaa maaltu beekama?",
            "ብዛዕባ " kind " (" name ") እዚ ቆልዓ እንታይ ይፍለጥ?")
    else
        labels("", "", "", "")
    cell(relevant); cell(constraint); cell(calculation)
    printf "\n"
    questions += type !~ /^(begin|end)_/
    selects += gsub(/selected\(/, "", relevant)
}

# the condition of question Q of section S, with a second selected() in most
function condition(s, q,    first) {
    first = "selected(${gate_" s "}, 'c" 1 + q % 3 "')"
    if (asked++ % 65 >= 46)
        return first
    if (q == 2 || s == 1 || s % 7 == 0)
        return first " or selected(${gate_" s "}, 'c" 4 + q % 3 "')"
    return first " or (${gate_1} != '' and not(selected(${gate_1}, 'c" 4 + q % 3 "')))"
}

function section(s,    group, q, c) {
    group = s % 7 == 0 ? "repeat" : "group"
    row("begin_" group, "section_" s, "", "", "", "section")
    row("select_one list_" s, "gate_" s, "", "", "", "state")
    for (q = 2; q <= 11; q++) {
        c = condition(s, q)
        if (q == 2 || q == 9)
            row("select_multiple list_" s + q, "many_" s "_" q, c, "", "",
                "needs")
        else if (q == 3 || q == 10)
            row("text", "text_" s "_" q, c, "string-length(.) <= 200", "",
                "story")
        else if (q == 4)
            row("integer", "years_" s, c, ". >= 0 and . <= 120", "", "years")
        else if (q == 5)
            row("date", "day_" s, c, ". <= today()", "", "day")
        else if (q == 6 || q == 11)
            row("select_one list_" s + q, "one_" s "_" q, c, "", "", "source")
        else if (q == 7)
            row("decimal", "share_" s, c, ". >= 0", "", "share")
        else
            row("calculate", "sum_" s, c, "",
                "coalesce(${years_" s "}, 0)" \
                (s > 1 && (s - 1) % 7 != 0 ? " + coalesce(${sum_" s - 1 "}, 0)" : ""), "")
    }
    row("end_" group, "", "", "", "", "")
}

BEGIN {
    print "survey"
    print ",type,name,label::English (en),label::Amharic (am)," \
        "label::Oromo (om),label::Tigrinya (ti),relevant,constraint,calculation"
    for (part = 1; part <= 10; part++) {
        row("begin_group", "part_" part, part > 1 ? "${gate_1} != ''" : "",
            "", "", "part")
        for (k = 0; k < (part <= 2 ? 6 : 5); k++)
            section(++sections)
        row("end_group", "", "", "", "", "")
    }
    print "choices"
    print ",list_name,name,label::English (en),label::Amharic (am)," \
        "label::Oromo (om),label::Tigrinya (ti)"
    for (l = 1; l <= 84; l++)
        for (c = 1; c <= 16; c++) {
            cell("list_" l); cell("c" c)
            labels("Answer " c " of list " l, "የዝርዝር " l " መልስ " c,
                "Deebii " c " kan tarree " l, "መልሲ " c " ናይ ዝርዝር " l)
            printf "\n"
            choices++
        }
    print "settings"
    print ",form_title,form_id,version,default_language"
    print ",A large form,large,1,English (en)"
    printf "%d questions, %d rows, %d choices, %d selected()\n", questions,
        rows, choices, selects > "/dev/stderr"
}
