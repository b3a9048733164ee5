#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# layers.sh ROOM...: the rooms stand in one row, leftmost first, and each looks
# only to its left. Four proofs, written as TAP:
#   1. who includes what, and which library lives in which room
#   2. every symbol a file exports carries the name of the file
#   3. every header compiles alone
#   4. every room's archive links whole with only what stands left of it
set -u
. "$(dirname "$0")/tap.sh"

build=${BUILD:-build}
for room in "$@"; do
    shift
    [ ! -d "$room" ] || set -- "$@" "$room"
done

# ---- 1. includes -----------------------------------------------------------

# one line for each include: FILE WHAT
for room in "$@" tests; do
    find "$room" -name '*.[ch]'
done >"$work/files"
[ ! -f main.c ] || echo main.c >>"$work/files"
xargs grep -H '^[[:space:]]*#[[:space:]]*include' <"$work/files" |
    sed 's/^\([^:]*\):[^<"]*[<"]\([^>"]*\)[>"].*/\1 \2/' >"$work/includes"

awk -v rooms="$*" '
    BEGIN {
        n = split(rooms, row, " ")
        for (i = 1; i <= n; i++) place[row[i]] = i
        place["main.c"] = n + 1
    }
    {
        split($1, from, "/"); split($2, to, "/")
        # tests/ROOM stands where its room stands
        here = from[1] == "tests" ? place[from[2]] : place[from[1]]
        if (from[1] == "tests" && !here) here = n + 1
        if (to[1] in place && $2 ~ "/" && place[to[1]] > here)
            print $1 " looks right, at " $2
    }' "$work/includes" >"$work/bad"
verdict "files look only at their own room and to the left"

awk '{
        split($1, from, "/"); split($2, to, "/")
        home = from[1] == "tests" ? from[2] : from[1]
        if ($2 ~ /_int\.h$/ && home != to[1])
            print $1 " looks into a room, at " $2
    }' "$work/includes" >"$work/bad"
verdict "private headers stay in their room"

awk '$2 !~ "/" && $2 ~ /\.h$/ {
        file = $1; sub(/[^\/]*$/, "", file)
        if (system("test -f " file $2) == 0)
            print $1 " should write the path of " $2 " from the root"
    }' "$work/includes" >"$work/bad"
verdict "includes are written from the root"

# library (a pattern of its headers), then the pattern of files that may see it
while read -r header places; do
    awk -v header="^$header" -v places="^($places)" '
        $2 ~ header && $1 !~ places { print $1 " includes " $2 }
    ' "$work/includes"
done >"$work/bad" <<'END'
sodium store/|tests/store/
sqlite3[.]h store/|tests/store/
jansson[.]h store/|tests/store/
hpdf store/|tests/store/
expat[.]h forms/|tests/forms/
nettle/ forms/|tests/forms/
zlib[.]h forms/|sync/|tests/(forms|sync)/
libssh/ sync/helper_ssh[.]c
seccomp[.]h sync/|tests/sync/
n?curses(w/|[.]h) tui/canvas_curses[.]c
ncursesw/ tui/canvas_curses[.]c
term[.]h tui/canvas_curses[.]c
cmocka[.]h tests/
END
verdict "one library, one room"

# ---- 2. names --------------------------------------------------------------

# the flags come from the Makefile, so that there is one place for them
compile() {
    make --no-print-directory -s -j2 "$@"
}
archives=
objects=
for room in "$@"; do
    archives="$archives $build/lib$room.a"
    for source in "$room"/*.c; do
        [ -f "$source" ] || continue
        objects="$objects $build/${source%.c}.o"
    done
done
# shellcheck disable=SC2086 # lists of words
if ! compile -k BUILD="$build" $archives $objects >"$work/make" 2>&1; then
    grep -E 'error|\*\*\*' "$work/make" | head -n 20 >"$work/bad"
fi
verdict "every room compiles"

for object in $objects; do
    case $object in
    "$build"/store/db.o | "$build"/store/db_copy.o) continue ;;
    "$build"/store/vfs.o | "$build"/store/vfs_face.o | \
        "$build"/store/vfs_shift.o) continue ;;
    esac
    [ ! -f "$object" ] || nm -u "$object" |
        awk -v object="$object" '$2 ~ /^sqlite3_/ { print object " calls " $2 }'
done >"$work/bad"
verdict "only the database and its VFSes speak to SQLite"

# structs that a header declares and that have no file of their own
# (mem.h: struct pool) give their name to functions too
structs_of() {
    [ -f "$1" ] || return 0
    sed -n 's/^struct \([a-z0-9_]*\).*/\1/p' "$1" | sort -u |
        while read -r name; do
            ls ./*/"$name".h >/dev/null 2>&1 || echo "$name"
        done
}
for object in $objects; do
    [ -f "$object" ] || continue
    header=${object#"$build"/}
    header=${header%.o}.h
    nm -g --defined-only "$object" | awk -v object="$object" \
        -v structs="$(structs_of "$header" | tr '\n' ' ')" '
        BEGIN {
            file = object; sub(/.*\//, "", file); sub(/\.o$/, "", file)
            noun = file; sub(/_int$/, "", noun)
            # form_read.c holds a part of form: its first word is enough
            short = noun; sub(/_.*/, "", short)
            many = split(structs, other, " ")
        }
        function of_struct(symbol,    i) {
            for (i = 1; i <= many; i++)
                if (index(symbol, other[i] "_") == 1) return 1
            return 0
        }
        # clang'"'"'s sanitizers add symbols of their own
        NF == 3 && $3 !~ /^(__asan|__odr|__ubsan|asan[.])/ &&
        index($3, noun "_") != 1 && $3 != noun &&
        index($3, short "_") != 1 && !of_struct($3) &&
        !(file ~ /^helper_/ && $3 == "main") {
            print object " exports " $3
        }'
done >"$work/bad"
verdict "exported symbols carry the name of their file"

# ---- 3. headers ------------------------------------------------------------

flags=$(pkg-config --cflags libsodium sqlite3 jansson zlib expat nettle libseccomp \
    ncursesw 2>/dev/null)
for header in $(find "$@" -name '*.h' | sort); do
    printf '#include "%s"\n#include "%s"\nextern int nothing;\n' \
        "$header" "$header" >"$work/alone.c"
    # shellcheck disable=SC2086 # a list of flags
    gcc -std=c11 -D_GNU_SOURCE -Wall -Wextra -Wpedantic -Werror $flags -I. \
        -fsyntax-only "$work/alone.c" 2>"$work/why" ||
        { echo "$header:" && head -n 3 "$work/why"; } >>"$work/bad"
done
verdict "every header compiles alone, twice"

# ---- 4. archives -----------------------------------------------------------

echo 'int main(void) { return 0; }' >"$work/empty.c"
left=
libs=
for room in "$@"; do
    libs="$(make --no-print-directory -s print-LIBS_"$room") $libs"
    if [ -n "$(find "$room" -name '*.c')" ] && [ -f "$build/lib$room.a" ]; then
        # shellcheck disable=SC2086 # lists of words
        gcc -pie -o "$work/whole" "$work/empty.c" -Wl,--whole-archive \
            "$build/lib$room.a" -Wl,--no-whole-archive $left $libs \
            2>"$work/why" ||
            grep -o 'undefined reference.*' "$work/why" | sort -u |
            head -n 10 >"$work/bad"
        verdict "lib$room.a links whole with only its left neighbours"
        left="$build/lib$room.a $left"
    fi
done
exit "$failed"
