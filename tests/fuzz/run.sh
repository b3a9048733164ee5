#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# run.sh BUILD [NAME...]: runs the fuzzers of those names, or all, MINUTES each
# (a minute, if it is not set), from seeds out of the tree. What was found on
# the way is kept in BUILD/corpus/NAME for the next time; an input that breaks
# something lies in BUILD/broken. TAP.
set -u
build=${1:?usage: run.sh BUILD [NAME...]}
shift
seconds=$((${MINUTES:-1} * 60))
here=$(dirname "$0")
failed=0
mkdir -p "$build/broken"

# seeds NAME FOLDER: what that fuzzer starts from
seeds() {
    case $1 in
    form_read | csv | merge)
        cp forms/pack/*.csv tests/forms/mutation/*.csv "$2"
        ;;
    expr)
        {
            grep -v '^#' tests/forms/expr.tsv | cut -f 1
            grep -v '^#' tests/forms/expr_node.tsv | cut -f 2
        } |
            split -l 1 -a 4 - "$2/expr."
        ;;
    *)
        if [ -d "$here/$1" ]; then cp "$here/$1"/* "$2"; fi
        ;;
    esac
}

[ $# -gt 0 ] || set -- $(cd "$here" && ls -- *-fuzz.c | sed 's/-fuzz\.c$//')
for name in "$@"; do
    corpus=$build/corpus/$name
    start=$build/seeds/$name
    mkdir -p "$corpus" "$start"
    seeds "$name" "$start"
    words=
    [ ! -f "$here/$name.dict" ] || words=-dict=$here/$name.dict
    # shellcheck disable=SC2086 # no dictionary is no word
    if "$build/tests/fuzz/$name-fuzz" -max_total_time=$seconds -timeout=20 \
        -rss_limit_mb=1024 -max_len=65536 -print_final_stats=1 $words \
        -artifact_prefix="$build/broken/$name-" "$corpus" "$start" \
        >"$build/$name.log" 2>&1; then
        runs=$(sed -n 's/^stat::number_of_executed_units: *//p' \
            "$build/$name.log")
        echo "ok - $name: $runs inputs"
    else
        echo "not ok - $name: see $build/$name.log"
        grep -aE 'ERROR|SUMMARY|runtime error' "$build/$name.log" |
            sed 's/^/# /'
        failed=1
    fi
done
exit $failed
