/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Layout (little-endian): members, each behind a local header; then the
 * directory, one entry a member; then the end record with the directory's
 * place, found by its signature from behind.
 */
#include "forms/zip.h"

#include <string.h>
#include <strings.h>
#define ZLIB_CONST /* input is not written to */
#include <zlib.h>

#include "base/arr.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"

enum {
    LOCAL_BYTES = 30,
    ENTRY_BYTES = 46,
    END_BYTES = 22,
    COMMENT_MAX = 65535,
    METHOD_STORED = 0,
    METHOD_DEFLATED = 8,
    FLAG_ENCRYPTED = 1,
    PIECE_BYTES = 16 * 1024,
    VERSION = 20,    /* 2.0: deflate */
    DATE_1980 = 33,  /* 1980-01-01: the same form gives the same bytes */
    FLAG_UTF8 = 2048 /* of names */
};

#define LOCAL_SIGNATURE UINT32_C(0x04034b50)
#define ENTRY_SIGNATURE UINT32_C(0x02014b50)
#define END_SIGNATURE   UINT32_C(0x06054b50)

struct zip {
    const unsigned char *bytes;
    size_t size;
    struct pool *pool;
    struct zip_member *items;
    size_t nr, alloc;
};

static bool is_broken(struct err *e)
{
    return err_set(e, ERR_INPUT,
                   _("The file is damaged or no workbook: open it in a "
                     "spreadsheet program and save it as .xlsx"));
}

/* ---- numbers; the caller has checked that they are there ---- */

static uint16_t get16(const unsigned char *s)
{
    return (uint16_t)(s[0] | s[1] << 8);
}

static uint32_t get32(const unsigned char *s)
{
    return get16(s) | (uint32_t)get16(s + 2) << 16;
}

static bool has(const struct zip *z, size_t at, size_t n)
{
    return at <= z->size && n <= z->size - at;
}

/* ---- the directory ---- */

/* Where the end record stands; size when there is none. */
static size_t find_end(const struct zip *z)
{
    size_t at, last;

    if (z->size < END_BYTES)
        return z->size;
    at = z->size - END_BYTES;
    last = at > COMMENT_MAX ? at - COMMENT_MAX : 0;
    for (;; at--) {
        if (get32(z->bytes + at) == END_SIGNATURE)
            return at;
        if (at == last)
            return z->size;
    }
}

/* One entry at *at, which moves behind it. */
static bool take_entry(struct zip *z, size_t *at, struct err *e)
{
    const unsigned char *s = z->bytes + *at;
    size_t name_bytes, more;
    struct zip_member m;

    if (!has(z, *at, ENTRY_BYTES) || get32(s) != ENTRY_SIGNATURE)
        return is_broken(e);
    name_bytes = get16(s + 28);
    more = name_bytes + get16(s + 30) + get16(s + 32);
    if (!has(z, *at, ENTRY_BYTES + more) ||
        !utf8_is_valid((const char *)s + ENTRY_BYTES, name_bytes))
        return is_broken(e);
    if (get16(s + 8) & FLAG_ENCRYPTED)
        return err_set(e, ERR_INPUT,
                       _("The workbook is locked with a password: save it "
                         "without one"));
    m = (struct zip_member){
        .method = get16(s + 10),
        .crc = get32(s + 16),
        .packed_bytes = get32(s + 20),
        .bytes = get32(s + 24),
        .offset = get32(s + 42),
    };
    m.name = pool_strn(z->pool, (const char *)s + ENTRY_BYTES, name_bytes);
    ARR_PUSH(z) = m;
    *at += ENTRY_BYTES + more;
    return true;
}

static bool take_directory(struct zip *z, struct err *e)
{
    size_t end = find_end(z), at, nr;

    if (end == z->size)
        return is_broken(e);
    nr = get16(z->bytes + end + 10);
    at = get32(z->bytes + end + 16);
    if (nr > ZIP_MEMBERS_MAX)
        return err_set(e, ERR_FULL, _("The workbook has more than %d parts"),
                       ZIP_MEMBERS_MAX);
    for (size_t i = 0; i < nr; i++)
        if (!take_entry(z, &at, e))
            return false;
    return true;
}

struct zip *zip_open(const char *bytes, size_t size, struct err *e)
{
    struct zip *z = mem_alloc(sizeof *z);

    z->bytes = (const unsigned char *)bytes;
    z->size = size;
    z->pool = pool_new();
    if (take_directory(z, e))
        return z;
    zip_close(z);
    return NULL;
}

void zip_close(struct zip *z)
{
    if (z == NULL)
        return;
    pool_free(z->pool);
    ARR_RELEASE(z);
    mem_free(z);
}

const struct zip_member *zip_find(const struct zip *z, const char *name)
{
    for (size_t i = 0; i < z->nr; i++)
        if (strcasecmp(z->items[i].name, name) == 0)
            return &z->items[i];
    return NULL;
}

/* ---- reading a member ---- */

struct unpacking {
    const struct zip_member *m;
    zip_take_fn *take;
    void *arg;
    size_t done; /* bytes handed on */
    uLong crc;
};

static bool hand_on(struct unpacking *u, const unsigned char *bytes, size_t n,
                    struct err *e)
{
    if (n > u->m->bytes - u->done)
        return is_broken(e); /* longer than it says */
    u->done += n;
    u->crc = crc32(u->crc, bytes, (uInt)n);
    return u->take(u->arg, (const char *)bytes, n, e);
}

static bool read_stored(struct unpacking *u, const unsigned char *bytes,
                        struct err *e)
{
    size_t left = u->m->packed_bytes;

    while (left > 0) {
        size_t n = left < PIECE_BYTES ? left : PIECE_BYTES;
        if (!hand_on(u, bytes, n, e))
            return false;
        bytes += n;
        left -= n;
    }
    return true;
}

static bool inflate_all(struct unpacking *u, z_stream *stream, struct err *e)
{
    unsigned char piece[PIECE_BYTES];
    int status = Z_OK;

    while (status != Z_STREAM_END) {
        stream->next_out = piece;
        stream->avail_out = sizeof piece;
        status = inflate(stream, Z_NO_FLUSH);
        if (status != Z_OK && status != Z_STREAM_END)
            return is_broken(e);
        if (!hand_on(u, piece, sizeof piece - stream->avail_out, e))
            return false;
    }
    return true;
}

static bool read_deflated(struct unpacking *u, const unsigned char *bytes,
                          struct err *e)
{
    z_stream stream = {.avail_in = u->m->packed_bytes};
    bool ok;

    stream.next_in = (z_const Bytef *)bytes;
    if (inflateInit2(&stream, -MAX_WBITS) != Z_OK)
        mem_none_left();
    ok = inflate_all(u, &stream, e);
    inflateEnd(&stream);
    return ok;
}

static bool is_too_large(const struct zip_member *m, struct err *e)
{
    if (m->bytes <= ZIP_MEMBER_BYTES_MAX &&
        (m->bytes <= ZIP_RATIO_FREE ||
         m->bytes / ZIP_RATIO_MAX <= m->packed_bytes))
        return false;
    err_set(e, ERR_FULL,
            _("A part of the workbook (%.60s) unpacks to more than a form "
              "can need: delete empty rows and columns and save it again"),
            m->name);
    return true;
}

bool zip_read(const struct zip *z, const struct zip_member *m,
              zip_take_fn *take, void *arg, struct err *e)
{
    struct unpacking u = {.m = m, .take = take, .arg = arg};
    const unsigned char *head = z->bytes + m->offset;
    size_t skip;
    bool ok;

    if (!has(z, m->offset, LOCAL_BYTES) || get32(head) != LOCAL_SIGNATURE)
        return is_broken(e);
    skip = LOCAL_BYTES + (size_t)get16(head + 26) + get16(head + 28);
    if (!has(z, m->offset, skip) || !has(z, m->offset + skip, m->packed_bytes))
        return is_broken(e);
    if (is_too_large(m, e))
        return false;
    if (m->method == METHOD_STORED)
        ok = read_stored(&u, head + skip, e);
    else if (m->method == METHOD_DEFLATED)
        ok = read_deflated(&u, head + skip, e);
    else
        return is_broken(e);
    if (!ok)
        return false;
    return (u.done == m->bytes && u.crc == m->crc) || is_broken(e);
}

/* ---- writing ---- */

static void put16(struct buf *b, unsigned n)
{
    buf_add_byte(b, (uint8_t)n);
    buf_add_byte(b, (uint8_t)(n >> 8));
}

static void put32(struct buf *b, uint32_t n)
{
    put16(b, n & 0xffff);
    put16(b, n >> 16);
}

/* What local header and directory entry have in common. */
static void put_common(struct buf *b, const struct zip_member *m)
{
    put16(b, VERSION);
    put16(b, FLAG_UTF8);
    put16(b, m->method);
    put16(b, 0); /* midnight */
    put16(b, DATE_1980);
    put32(b, m->crc);
    put32(b, m->packed_bytes);
    put32(b, m->bytes);
    put16(b, (unsigned)strlen(m->name));
    put16(b, 0);
}

static unsigned char *deflate_all(const char *bytes, size_t n, size_t *packed)
{
    z_stream stream = {.avail_in = (uInt)n};
    unsigned char *out;
    uLong bound;

    stream.next_in = (z_const Bytef *)bytes;
    if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 8,
                     Z_DEFAULT_STRATEGY) != Z_OK)
        mem_none_left();
    bound = deflateBound(&stream, (uLong)n);
    out = mem_alloc(bound);
    stream.next_out = out;
    stream.avail_out = (uInt)bound;
    deflate(&stream, Z_FINISH); /* the bound is the room it needs */
    *packed = bound - stream.avail_out;
    deflateEnd(&stream);
    return out;
}

void zip_write(struct zip_writer *w, const char *name, const char *bytes,
               size_t n)
{
    size_t packed_bytes;
    unsigned char *packed = deflate_all(bytes, n, &packed_bytes);
    struct zip_member m = {
        .name = name,
        .offset = (uint32_t)w->out->size,
        .packed_bytes = (uint32_t)packed_bytes,
        .bytes = (uint32_t)n,
        .crc = (uint32_t)crc32(0, (const Bytef *)bytes, (uInt)n),
        .method = METHOD_DEFLATED,
    };

    put32(w->out, LOCAL_SIGNATURE);
    put_common(w->out, &m);
    buf_add_str(w->out, name);
    buf_add(w->out, packed, packed_bytes);
    mem_free(packed);
    ARR_PUSH(w) = m;
}

bool zip_write_end(struct zip_writer *w, struct err *e)
{
    struct buf *out = w->out;
    size_t from = out->size;

    for (size_t i = 0; i < w->nr; i++) {
        put32(out, ENTRY_SIGNATURE);
        put16(out, VERSION);
        put_common(out, &w->items[i]);
        put16(out, 0); /* no comment */
        put16(out, 0); /* first volume */
        put16(out, 0);
        put32(out, 0); /* attributes */
        put32(out, w->items[i].offset);
        buf_add_str(out, w->items[i].name);
    }
    put32(out, END_SIGNATURE);
    put32(out, 0); /* one volume */
    put16(out, (unsigned)w->nr);
    put16(out, (unsigned)w->nr);
    put32(out, (uint32_t)(out->size - from - 12));
    put32(out, (uint32_t)from);
    put16(out, 0);
    ARR_RELEASE(w);
    return !buf_failed(out) ||
           err_set(e, ERR_FULL, _("The workbook would be too large"));
}
