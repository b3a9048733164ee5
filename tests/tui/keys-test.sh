#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Claim: the manual lists exactly the keys the program knows.
# When it does not: put what tool_keys prints between the marks of the page.
set -u
"$BUILD/tests/tui/tool_keys" >"$TMPDIR/table" || exit 1
sed -n '/^\.\\" keys: begin/,/^\.\\" keys: end/p' man/homeward.1 |
    sed '1d;$d' >"$TMPDIR/manual"
if diff "$TMPDIR/table" "$TMPDIR/manual" >"$TMPDIR/diff"; then
    echo "ok - the manual lists the keys of the action table"
else
    echo "not ok - the manual lists the keys of the action table"
    sed 's/^/# /' "$TMPDIR/diff"
fi
