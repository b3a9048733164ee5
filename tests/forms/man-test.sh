#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Claim: homeward-form(5) names every function of the form language, and no
# other; what is refused by name stands under the deviations.
set -u
page=man/homeward-form.5

# verdict CLAIM WANTED GOT: what is on one side only
verdict() {
    missing=$(printf '%s\n' "$2" | grep -vxF "$3")
    if [ -z "$missing" ]; then
        echo "ok - $1"
    else
        echo "not ok - $1: " $missing
    fi
}

code=$(cat forms/expr_*.c | tr -d '\n' | grep -oE '\{ *\.name = "[^"]+"[^}]*\}')
known=$(printf '%s\n' "$code" | grep -v expr_check_refused |
    sed 's/.*\.name = "//; s/".*//' | sort)
refused=$(printf '%s\n' "$code" | grep expr_check_refused |
    sed 's/.*\.name = "//; s/".*//' | sort)
functions=$(sed -n '/^\.Sh FUNCTIONS/,/^\.Sh LIMITS/p' "$page" |
    grep -oE '(^\.|, |It )Fn [^ ]+' | sed 's/.*Fn //' | sort -u)
deviations=$(sed -n '/^\.Sh DEVIATIONS/,$p' "$page" |
    grep -oE 'Fn [^ ]+' | sed 's/Fn //' | sort -u)

if [ "$(printf '%s\n' "$known" | wc -l)" -gt 60 ]; then
    echo 'ok - the tables of functions were found'
else
    echo 'not ok - the tables of functions were found'
fi
verdict 'every function stands in the page' "$known" "$functions"
verdict 'the page has no function that is not there' "$functions" "$known"
verdict 'what is refused by name is said' "$refused" "$deviations"
