# SPDX-License-Identifier: Apache-2.0
# Sourced by tests that need a hub behind a real sshd and offices in front of
# it: $work is theirs, and everything in it goes when the test ends.
#
# TAP: ok WHAT, not_ok WHAT; check WHAT COMMAND... runs the command.

: "${BUILD:?set BUILD to the folder of the programs}"
homeward=$BUILD/homeward
work=$(mktemp -d) || exit 1
sshd_pid=
extra_pids=
failed=0

HOMEWARD_KDF_COST=least
HOMEWARD_PASSPHRASE_FILE=$work/passphrase
export HOMEWARD_KDF_COST HOMEWARD_PASSPHRASE_FILE
printf 'a long enough phrase\n' >"$HOMEWARD_PASSPHRASE_FILE"
unset HOMEWARD_DIR

clean_up() {
    for pid in $sshd_pid $extra_pids; do
        kill "$pid" 2>/dev/null
    done
    rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 1' HUP INT TERM

ok() {
    echo "ok - $1"
}

not_ok() {
    echo "not ok - $1"
    failed=1
}

# check WHAT COMMAND...
check() {
    what=$1
    shift
    if "$@" >"$work/said" 2>&1; then
        ok "$what"
    else
        not_ok "$what"
        sed 's/^/# /' "$work/said"
    fi
}

# said WHAT STATUS TEXT COMMAND...: ends so, and says the text
said() {
    what=$1 want=$2 text=$3
    shift 3
    "$@" >"$work/said" 2>&1
    status=$?
    if [ "$status" -eq "$want" ] && grep -qF -- "$text" "$work/said"; then
        ok "$what"
    else
        not_ok "$what"
        echo "# ended with $status"
        sed 's/^/# /' "$work/said"
    fi
}

# fact NAME FILE: a number out of a report in JSON
fact() {
    sed -n "s/^ *\"$1\": \([0-9-]*\),*\$/\1/p" "$2"
}

# A port nobody listens on, in hexadecimal in the kernel's tables.
free_port() {
    port=$((20000 + $$ % 20000))
    while grep -qi ":$(printf %04X "$port") " /proc/net/tcp /proc/net/tcp6 \
        2>/dev/null; do
        port=$((port + 1))
    done
    echo "$port"
}

# start_hub: a hub in $work/hub behind an sshd of its own on $hub_port
start_hub() {
    hub_port=$(free_port)
    "$homeward" -d "$work/hub" hub init --name "Hub of the test" \
        >/dev/null || return
    "$homeward" -d "$work/hub" hub sshd-config --port "$hub_port" \
        --listen 127.0.0.1 >/dev/null || return
    # as root sshd wants its empty folder, and the account must not be locked
    [ "$(id -u)" -ne 0 ] || mkdir -p /run/sshd || return
    start_sshd
}

start_sshd() {
    /usr/sbin/sshd -D -e -f "$work/hub/sshd_config" 2>>"$work/sshd.log" &
    sshd_pid=$!
    tries=0
    until grep -qi ":$(printf %04X "$hub_port") .* 0A " /proc/net/tcp; do
        tries=$((tries + 1))
        [ $tries -lt 100 ] || return 1
        sleep 0.05
    done
}

# add_office FOLDER NAME PLACE: made, joined and admitted
add_office() {
    "$homeward" -d "$work/$1" init --site "$2" --place "$3" --user "user-$1" \
        --role case-manager >/dev/null &&
        "$homeward" -d "$work/$1" join \
            "ssh://$(id -un)@127.0.0.1:$hub_port" \
            --hub-key "$work/hub/hub-key" --out "$work/$1.enrolment" \
            >/dev/null &&
        "$homeward" -d "$work/hub" hub admit --yes "$work/$1.enrolment" \
            >/dev/null
}

# edit FOLDER JSON: one line through apply
edit() {
    printf '%s\n' "$2" | "$homeward" -d "$work/$1" apply - >"$work/applied"
}

# new_case FOLDER NUMBER NAME: opens the case of that number, an invented child
case_id() {
    printf '5b0c1a3e-0000-4000-8000-%012d' "$1"
}
new_case() {
    id=$(case_id "$2")
    edit "$1" "{\"case\":\"$id\",\"record\":\"$id\",\"form\":\"registration\",\
\"at\":\"2026-11-03T09:00:00Z\",\"place\":\"ET041114\",\
\"set\":{\"given_name\":\"$3\"}}"
}

# set_field FOLDER NUMBER PATH VALUE
set_field() {
    id=$(case_id "$2")
    edit "$1" "{\"case\":\"$id\",\"record\":\"$id\",\"form\":\"registration\",\
\"at\":\"2026-11-04T09:00:00Z\",\"set\":{\"$3\":\"$4\"}}"
}

# sync_office FOLDER: the report goes to $work/sync.json, what was said on
# standard error to $work/sync.err; the status is sync's own
sync_office() {
    "$homeward" -d "$work/$1" --json sync >"$work/sync.json" \
        2>"$work/sync.err"
}
