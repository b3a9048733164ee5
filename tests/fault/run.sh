#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# run.sh BUILD: power cuts, kills and lost lines. Every file NAME-part in this
# folder is a part: called with BUILD, it writes TAP and cleans up after itself.
# Two at a time; what one writes is shown when it has come to its end.
#
#   JOBS=N        so many at a time
set -u
cd "$(dirname "$0")/../.." || exit 1

# One part: a run of this script in itself, called by xargs below.
if [ "$1" = --one ]; then
    out=$(mktemp) || exit 1
    status=0
    sh "$3" "$2" >"$out" 2>&1 || status=1
    cat "$out"
    [ "$status" -eq 0 ] || echo "not ok - $3 came to its end"
    rm -f "$out"
    exit "$status"
fi

build=$(cd "${1:?usage: run.sh BUILD}" && pwd) || exit 1
printf '%s\n' tests/fault/*-part |
    xargs -n 1 -P "${JOBS:-2}" sh tests/fault/run.sh --one "$build"
