#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs the Debian packages named as arguments that are missing. Says
# nothing when all are there, so that `make run` works without a line.
set -u
export LC_ALL=C

missing=
for package in "$@"; do
    status=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null) || status=
    case $status in
    *' ok installed') ;;
    *) missing="$missing $package" ;;
    esac
done
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null; then
    echo "Please install these packages, then try again:$missing" >&2
    exit 1
fi
as_root=
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
        echo "Some packages are missing. As root, run:" >&2
        echo "    apt-get install$missing" >&2
        exit 1
    fi
    as_root=sudo
fi

echo "Installing:$missing"
# sudo drops the environment, so the setting goes in through env
# shellcheck disable=SC2086 # both are lists of words
if ! { $as_root apt-get -q update &&
    $as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get -q install -y --no-install-recommends $missing; }; then
    echo "The packages could not be installed. Is there a line to the" \
        "Debian archive? Missing:$missing" >&2
    exit 1
fi
