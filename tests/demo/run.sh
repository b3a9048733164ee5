#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# make run: the demonstration of DEMO with its hub's own sshd on a loopback
# port, and the screens of one of its offices. sshd ends with the screens.
set -eu
build=$1 demo=$2 office=$3
homeward=$(cd "$build" && pwd)/homeward
port=${DEMO_PORT:-22822}

HOMEWARD_KDF_COST=${HOMEWARD_KDF_COST:-least}
export HOMEWARD_KDF_COST
if [ ! -d "$demo" ]; then
    echo "Making a hub and three offices with 60 invented children ..."
    "$homeward" demo "$demo" --port "$port" >/dev/null
fi
demo=$(cd "$demo" && pwd)
[ -d "$demo/$office" ] || {
    echo "There is no office '$office': OFFICE is transit, kebele or woreda." >&2
    exit 2
}

sshd=$(command -v sshd || echo /usr/sbin/sshd)
[ "$(id -u)" -ne 0 ] || mkdir -p /run/sshd
if ! "$sshd" -f "$demo/hub/sshd_config"; then
    echo "The hub's sshd did not start; the screens work, sync will not." >&2
fi
stop() {
    [ ! -f "$demo/hub/sshd.pid" ] || kill "$(cat "$demo/hub/sshd.pid")" || :
}
trap stop EXIT
trap 'exit 129' HUP
trap 'exit 143' TERM

"$homeward" -d "$demo/$office" --passphrase-file "$demo/passphrase"
