#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# run.sh BUILD: power cuts, kills and lost lines. Every file NAME-part in this
# folder is a part: called with BUILD, it writes TAP and cleans up after itself.
set -u
cd "$(dirname "$0")/../.." || exit 1
build=$(cd "${1:?usage: run.sh BUILD}" && pwd) || exit 1
status=0
for part in tests/fault/*-part; do
    sh "$part" "$build" || {
        echo "not ok - $part came to its end"
        status=1
    }
done
exit $status
