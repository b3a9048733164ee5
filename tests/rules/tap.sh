# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# What the checks of the house share: read with "." from one of them. Leaves
# the shell at the top of the tree, with a folder $work of its own, in which
# offenders are gathered in the file "bad".
export LC_ALL=C
unset MAKEFLAGS MAKELEVEL MFLAGS
cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
: >"$work/bad"
failed=0

# verdict CLAIM: ok when there are no offenders; they are named otherwise
verdict() {
    if [ -s "$work/bad" ]; then
        echo "not ok - $1"
        sed 's/^/# /' "$work/bad"
        failed=1
    else
        echo "ok - $1"
    fi
    : >"$work/bad"
}

# Every file of the tree that is not made by the build, also before it is
# committed, and in a copy that git knows nothing of.
sources() {
    if git ls-files >/dev/null 2>&1; then
        git ls-files -co --exclude-standard
    else
        find . -type f ! -path './build/*' ! -path './.git/*' | sed 's|^\./||'
    fi | sort -u | while read -r file; do
        [ ! -f "$file" ] || echo "$file"
    done
}
