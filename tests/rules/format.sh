#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every C file looks as .clang-format says, written as TAP.
set -u
cd "$(dirname "$0")/../.." || exit 1
failed=0

for file in $(git ls-files -co --exclude-standard '*.[ch]' | sort -u); do
    [ -f "$file" ] || continue
    if ! clang-format --dry-run -Werror "$file" 2>/dev/null; then
        echo "# $file: run make format"
        failed=1
    fi
done
if [ "$failed" -eq 0 ]; then
    echo "ok - every file is formatted"
else
    echo "not ok - every file is formatted"
fi
exit "$failed"
