#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Claim: each check of the house finds the fault it is there for, in a small
# house built for the purpose, and is content when the fault is gone.
set -u
rules=$(cd "$(dirname "$0")" && pwd)
house=$TMPDIR/house
unset BUILD

# A house of two rooms with nothing to complain about.
mkdir -p "$house/tests/rules" "$house/base" "$house/store"
cp "$rules"/*.sh "$house/tests/rules"
cp "$rules/../../.clang-format" "$house"
cd "$house" || exit 1
git init -q .
cat >Makefile <<'END'
# SPDX-License-Identifier: Apache-2.0
LIBS_store := -lm
build/%.o: %.c
	@mkdir -p $(@D)
	gcc -I. -c -o $@ $<
build/libbase.a: build/base/word.o
	ar rcs $@ $^
build/libstore.a: build/store/shelf.o
	ar rcs $@ $^
print-%:
	@echo '$($*)'
END
printf '%s\n' '/* SPDX-License-Identifier: Apache-2.0 */' '#ifndef BASE_WORD_H' \
    '#define BASE_WORD_H' 'struct tale;' 'int word_length(const char *s);' \
    'int tale_length(const struct tale *t);' '#endif' >base/word.h
printf '%s\n' '/* SPDX-License-Identifier: Apache-2.0 */' \
    '#include "base/word.h"' '' '/* strcpy(a, b) is only spoken of here */' \
    'static const char *const words[] = {"printf(", "malloc("};' '' \
    'int word_length(const char *s)' '{' '    return s == words[0];' '}' '' \
    'int tale_length(const struct tale *t)' '{' '    return t != 0;' '}' \
    >base/word.c
printf '%s\n' '/* SPDX-License-Identifier: Apache-2.0 */' \
    '#include "base/word.h"' '' 'int shelf_length(const char *s);' \
    'int shelf_length(const char *s)' '{' '    return word_length(s);' '}' \
    >store/shelf.c

# check SCRIPT: its verdict on the house, in $TMPDIR/out
check() {
    rm -rf build
    case $1 in
    layers) sh tests/rules/layers.sh base store ;;
    *)
        make -s build/libbase.a build/libstore.a 2>/dev/null
        sh "tests/rules/$1.sh"
        ;;
    esac >"$TMPDIR/out" 2>&1
}

# finds SCRIPT WORDS FILE LINE...: with the lines behind FILE, the script says
# not ok, and the words are among its reasons
finds() {
    script=$1
    words=$2
    file=$3
    shift 3
    [ ! -f "$file" ] || cp "$file" "$TMPDIR/kept"
    printf '%s\n' "$@" >>"$file"
    if check "$script"; then
        echo "not ok - $script finds: $words (it is content)"
    elif ! grep '^#' "$TMPDIR/out" | grep -q -- "$words"; then
        echo "not ok - $script finds: $words (it gives other reasons)"
        sed 's/^/# /' "$TMPDIR/out"
    else
        echo "ok - $script finds: $words"
    fi
    if [ -f "$TMPDIR/kept" ]; then
        mv "$TMPDIR/kept" "$file"
    else
        rm "$file"
    fi
}

for script in layers size rules format; do
    if check "$script"; then
        echo "ok - $script is content with a clean house"
    else
        echo "not ok - $script is content with a clean house"
        sed 's/^/# /' "$TMPDIR/out"
    fi
done

licence='/* SPDX-License-Identifier: Apache-2.0 */'
echo "$licence" >store/shelf.h
echo "$licence" >store/shelf_int.h
finds layers 'looks right, at store/shelf.h' base/word.c \
    '#include "store/shelf.h"'
mkdir -p tests/base
finds layers 'looks right, at store/shelf.h' tests/base/word-test.c \
    '#include "store/shelf.h"'
finds layers 'looks into a room, at store/shelf_int.h' main.c \
    '#include "store/shelf_int.h"'
finds layers 'should write the path of shelf.h' store/shelf.c \
    '#include "shelf.h"'
finds layers 'base/word.c includes zlib.h' base/word.c '#include <zlib.h>'
finds layers 'exports length' store/shelf.c 'int length(void) { return 0; }'
finds layers 'shelf.o calls sqlite3_open' store/shelf.c \
    'int sqlite3_open(void); int shelf_open(void) { return sqlite3_open(); }'
finds layers "undefined reference to .shelf_length" base/word.c \
    'int shelf_length(const char *); int word_up(void) { return shelf_length(""); }'
finds layers 'base/bare.h' base/bare.h 'size_t bare_length(void);'

long=$(awk 'BEGIN { for (i = 0; i < 60; i++) print "    n++;" }')
finds size 'shelf_long has 6[0-9] lines' store/shelf.c \
    'int shelf_long(int n)' '{' "$long" '    return n;' '}'
finds size 'store/shelf.c has 8[0-9]* lines' store/shelf.c \
    "$(awk 'BEGIN { for (i = 0; i < 800; i++) print "/* */" }')" 'int shelf_end;'
finds size 'main.c has 121 lines' main.c \
    "$(awk 'BEGIN { for (i = 0; i < 120; i++) print "/* */" }')" '/* end */'
finds size 'shelf_many has 6 parameters' store/shelf.c \
    'int shelf_many(int a, int b, int c, int d, int e, int f) { return a; }'

finds rules 'store/new.c' store/new.c 'int new_x;'
# each call as it would be written, none of them in this file's own words
for call in 'strc''py(a, b)' 'spri''ntf(a, b)' 'at''oi(a)' 'sys''tem(a)' \
    'mal''loc(1)' 'fr''ee(a)' 'pri''ntf(a)' 'fputs(a, std''err)'; do
    finds rules "store/shelf.c:9:.*${call%%(*}" store/shelf.c \
        "void shelf_bad(char *a, char *b) { $call; }"
done
finds rules 'store/shelf.c: shelf_count' store/shelf.c 'int shelf_count;'
finds rules 'store/shelf.c: shelf_name' store/shelf.c 'char *shelf_name = "x";'
finds rules 'store/shelf.c: kept' store/shelf.c \
    'int shelf_add(void) { static int kept; return kept++; }'
finds rules 'store/shelf.c:9:' store/shelf.c '/* FIX''ME: later */'
finds rules 'store/shelf.c:9:' store/shelf.c '/* see /ho''me/a/b */'
finds format 'store/shelf.c' store/shelf.c 'int   shelf_x;'
