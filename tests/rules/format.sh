#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every C file looks as .clang-format says, written as TAP.
set -u
. "$(dirname "$0")/tap.sh"

sources | grep '\.[ch]$' |
    xargs clang-format --dry-run -Werror --ferror-limit=1 2>&1 |
    sed -n 's/^\([^ :]*\):[0-9]*:[0-9]*: error: .*/\1/p' | sort -u >"$work/bad"
verdict "every file is as make format leaves it"
exit "$failed"
