#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# run.sh BUILD: what things cost, each beside its budget. A line reads
# "WHAT: FIGURE, budget BUDGET, met" (or MISSED; or told, without a budget).
# To add a measure: write a tool that prints such lines, and call it below.
set -u
cd "$(dirname "$0")/../.." || exit 1
build=$(cd "${1:?usage: run.sh BUILD}" && pwd) || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

# bench TOOL ARGUMENT...: runs it, shows its lines, keeps them for the sum; a
# tool that fails counts as a missed budget
bench() {
    { "$@" || echo "$1: failed, budget to run at all, MISSED"; } |
        tee -a "$work/lines"
}

bench "$build/tests/store/tool_dbbench" "$work"
bench "$build/tests/store/tool_caseload" "$work/caseload"
awk -f tests/bench/form.awk >"$work/form.csv" 2>/dev/null
bench "$build/tests/forms/tool_formbench" "$work/form.csv"
bench sh tests/bench/screens.sh "$build" "$work"
bench sh tests/bench/small.sh "$build" "$work"

awk '/, met$/ { met++ } /, MISSED$/ { missed++ }
     END { print met + 0 " budgets met, " missed + 0 " missed"
           exit missed > 0 }' "$work/lines"
