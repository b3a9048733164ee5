# SPDX-License-Identifier: Apache-2.0
# Sourced by parts that harm the program under strace, with $build set. Gives
# them $work, a folder that goes when the part ends, $homeward, and verdicts:
#
#   fault_begin [WHAT] with WHAT, ends the part with a skipped test where
#                      strace cannot run
#   faults DEED        every fault at every call of a deed; see below
#   verdict CLAIM      what was written to $work/bad are the failures
#
# KILLS=N tries at most about so many places of each call and fault.

fault_begin() {
    homeward=$build/homeward
    if [ $# -gt 0 ] && ! strace -qq -o /dev/null true 2>/dev/null; then
        echo "ok - $1 # SKIP strace cannot run here"
        exit 0
    fi
    work=$(mktemp -d) || exit 1
    trap 'rm -rf "$work"' EXIT
    trap 'exit 1' HUP INT TERM
    HOMEWARD_KDF_COST=least
    export HOMEWARD_KDF_COST
    unset HOMEWARD_DIR HOMEWARD_PASSPHRASE_FILE
    : >"$work/bad"
}

verdict() {
    if [ -s "$work/bad" ]; then
        echo "not ok - $1, $(grep -c '' "$work/bad") bad"
        sed 's/^/# /' "$work/bad"
    else
        echo "ok - $1, 0 bad"
    fi
    : >"$work/bad"
}

# Everything by which the program changes a disk.
fault_calls='pwrite64 write fsync fdatasync ftruncate rename renameat2 unlink'

# faults DEED: the part has two functions. DEED COMMAND... does the deed on a
# fresh copy, with its program under that command; what it says goes to
# $work/said and $work/told. DEED_after STATUS is true when all is well after
# that; why not stands in $work/why. Each fault gets one line.
faults() {
    : >"$work/totals"
    for call in $fault_calls; do
        "$1" strace -f -qq -e trace="$call" -o "$work/calls"
        echo "$call $(grep -c "$call(" "$work/calls")" >>"$work/totals"
    done
    faults_of "$1" signal=KILL killed
    faults_of "$1" error=ENOSPC 'the disk full'
    faults_of "$1" error=EIO 'the disk failing'
}

# faults_of DEED FAULT WORDS
faults_of() {
    tried=0
    places=0
    while read -r call total; do
        places=$((places + total))
        stride=$(((total + kills - 1) / kills))
        n=1
        while [ "$n" -le "$total" ]; do
            fault_at "$1" "$call" "$2" "$n"
            tried=$((tried + 1))
            n=$((n + stride))
        done
    done <"$work/totals"
    [ "$tried" -gt 0 ] || echo "no call was seen" >>"$work/bad"
    verdict "$1, $3 at a write, sync, truncate, rename, unlink: $tried of \
$places places"
}

# fault_at DEED CALL FAULT N
fault_at() {
    : >"$work/why"
    : >"$work/said"
    : >"$work/told"
    "$1" strace -f -qq -o /dev/null -e trace="$2" \
        -e inject="$2:$3:when=$4" </dev/null
    status=$?
    "${1}_after" $status </dev/null || {
        echo "$2 $4, $3: ended with $status; $(cat "$work/why" "$work/told")"
    } >>"$work/bad"
    own_end "$3" $status || echo "$2 $4, $3: ended with $status without a word"
} >>"$work/bad"

# own_end FAULT STATUS: killed where it was to be, or the program ended by
# itself, and not badly without saying why
own_end() {
    [ "$1" != signal=KILL ] || return 0
    case $2 in
    0) ;;
    4) [ -s "$work/said" ] ;; # done, with findings
    [1-5]) [ -s "$work/told" ] ;;
    *) false ;;
    esac
}
