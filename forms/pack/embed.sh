#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes the files named as arguments as one C table of bytes on standard
# output (forms/pack.h says what it is for).
set -eu
export LC_ALL=C
echo '/* made by forms/pack/embed.sh: do not edit */'
echo '#include "forms/pack.h"'
n=0
for f in "$@"; do
    echo "static const unsigned char file_$n[] = {"
    od -An -v -t u1 "$f" | sed 's/[0-9][0-9]*/&,/g'
    echo '0};'
    n=$((n + 1))
done
echo 'const struct pack_file pack_files[] = {'
n=0
for f in "$@"; do
    name=${f##*/}
    echo "{\"$name\", (const char *)file_$n, sizeof file_$n - 1},"
    n=$((n + 1))
done
echo '};'
echo "const size_t pack_files_nr = $n;"
