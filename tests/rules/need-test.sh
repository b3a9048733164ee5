#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Claim: need.sh is silent when nothing is missing, installs exactly what is,
# and tells a person without the right to install what to run.
set -u
need=$(cd "$(dirname "$0")/.." && pwd)/need.sh
bin=$TMPDIR/bin
mkdir "$bin"
ln -s "$(command -v sh)" "$(command -v env)" "$bin"

# A system in three programs: `present` is installed, everything else is not.
cat >"$bin/dpkg-query" <<'END'
for last; do :; done
case $last in
present) echo 'install ok installed' ;;
removed) echo 'deinstall ok config-files' ;;
*) exit 1 ;;
esac
END
cat >"$bin/apt-get" <<'END'
echo "apt-get $*"
[ ! -f "$BROKEN" ]
END
cat >"$bin/id" <<'END'
echo "$USER_ID"
END
chmod +x "$bin"/*
for program in dpkg-query apt-get id; do
    sed -i "1i #!$bin/sh" "$bin/$program"
done

# gives CLAIM STATUS WANTED PACKAGES...: what need.sh says and how it ends
gives() {
    claim=$1
    status=$2
    wanted=$3
    shift 3
    said=$(PATH=$bin USER_ID=$user BROKEN=$TMPDIR/broken sh "$need" "$@" 2>&1)
    ended=$?
    if [ "$ended" -eq "$status" ] && [ "$said" = "$wanted" ]; then
        echo "ok - $claim"
    else
        echo "not ok - $claim (ended with $ended)"
        echo "$said" | sed 's/^/# /'
    fi
}

user=0
gives 'nothing missing, nothing said' 0 '' present present
gives 'the missing ones are installed, a removed one too' 0 \
    'Installing: absent removed
apt-get -q update
apt-get -q install -y --no-install-recommends absent removed' \
    absent present removed
user=1000
gives 'without the right to install it says what to run' 1 \
    'Some packages are missing. As root, run:
    apt-get install absent' absent
printf '#!%s\n%s\n' "$bin/sh" 'echo "as root:"; exec "$@"' >"$bin/sudo"
chmod +x "$bin/sudo"
gives 'sudo is used where it is' 0 'Installing: absent
as root:
apt-get -q update
as root:
apt-get -q install -y --no-install-recommends absent' absent
user=0
: >"$TMPDIR/broken"
gives 'a failed installation is told' 1 'Installing: absent
apt-get -q update
The packages could not be installed. Is there a line to the Debian archive? Missing: absent' \
    absent
