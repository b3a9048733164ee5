#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Tries `homeward form check` on every workbook and CSV file of a folder, each
# with a second of time and 64 MB of memory, and prints a line a file: what
# came of it, milliseconds, what was found. Run by hand on forms that are not
# in this tree:
#
#     sh tests/forms/try-corpus.sh DIR [PROGRAM]
#
# Ends with 1 when one crashed, hung, took too much or was not loaded.
set -u
dir=${1:?name a folder}
program=${2:-build/homeward}
failed=0
report=$(mktemp) || exit 1
trap 'rm -f "$report"' EXIT

fact() {
    sed -n "s/^ *\"$1\": \"*\([^\",]*\)\"*,*$/\1/p" "$report" | head -n 1
}

for file in "$dir"/*.xlsx "$dir"/*.csv; do
    [ -f "$file" ] || continue
    before=$(date +%s%N)
    (
        ulimit -t 1
        ulimit -v 65536
        exec "$program" --json form check "$file"
    ) >"$report" 2>&1
    status=$?
    took=$((($(date +%s%N) - before) / 1000000))
    case $status in
    0 | 4) word=loaded ;;
    1) word=refused ;;
    *) word="ENDED WITH $status" ;;
    esac
    [ "$word" = loaded ] && [ -z "$(fact form)" ] && word=empty
    [ "$word" = loaded ] || failed=1
    printf '%-10s %5s ms  %4s questions  %3s errors  %4s warnings  %-8s %s\n' \
        "$word" "$took" "$(fact questions)" "$(fact errors)" \
        "$(fact warnings)" "$(fact runs)" "${file##*/}"
done
exit "$failed"
