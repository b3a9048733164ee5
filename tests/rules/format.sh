#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every C file looks as .clang-format says, written as TAP.
set -u
. "$(dirname "$0")/tap.sh"

for file in $(sources | grep '\.[ch]$'); do
    clang-format --dry-run -Werror "$file" 2>/dev/null || echo "$file"
done >"$work/bad"
verdict "every file is as make format leaves it"
exit "$failed"
