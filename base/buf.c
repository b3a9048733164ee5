/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/str.h"

void buf_release(struct buf *b)
{
    mem_free(b->data);
    b->data = NULL;
    b->size = b->alloc = 0;
    b->failed = false;
}

void buf_clear(struct buf *b)
{
    b->size = 0;
    b->failed = false;
    if (b->data)
        b->data[0] = '\0';
}

void buf_wipe(struct buf *b)
{
    mem_wipe(b->data, b->alloc);
    buf_release(b);
}

bool buf_failed(const struct buf *b)
{
    return b->failed;
}

const char *buf_text(const struct buf *b)
{
    return b->data ? b->data : "";
}

/* Makes room for n more bytes and the NUL behind them. */
static bool reserve(struct buf *b, size_t n)
{
    size_t need, alloc;
    char *data;

    if (b->failed || n > b->max || b->size > b->max - n) {
        b->failed = true;
        return false;
    }
    need = b->size + n + 1;
    if (need <= b->alloc)
        return true;
    alloc = b->alloc ? b->alloc : 64;
    while (alloc < need)
        alloc = alloc > (size_t)-1 / 2 ? need : 2 * alloc;
    if (alloc - 1 > b->max)
        alloc = b->max + 1;
    /* copied and wiped by hand: resizing would leave a secret behind in the
     * memory given back */
    data = mem_resize(NULL, alloc, 1);
    if (b->data)
        memcpy(data, b->data, b->size);
    mem_wipe(b->data, b->alloc);
    mem_free(b->data);
    b->data = data;
    b->alloc = alloc;
    return true;
}

void buf_add(struct buf *b, const void *bytes, size_t n)
{
    if (!reserve(b, n))
        return;
    if (n)
        memcpy(b->data + b->size, bytes, n);
    b->size += n;
    b->data[b->size] = '\0';
}

void buf_add_str(struct buf *b, const char *s)
{
    buf_add(b, s, strlen(s));
}

void buf_add_byte(struct buf *b, uint8_t byte)
{
    buf_add(b, &byte, 1);
}

void buf_add_varint(struct buf *b, uint64_t n)
{
    uint8_t bytes[10];
    size_t used = 0;

    for (; n > 0x7f; n >>= 7)
        bytes[used++] = (uint8_t)(n | 0x80);
    bytes[used++] = (uint8_t)n;
    buf_add(b, bytes, used);
}

void buf_add_zigzag(struct buf *b, int64_t n)
{
    uint64_t sign = n < 0 ? UINT64_MAX : 0;

    buf_add_varint(b, ((uint64_t)n << 1) ^ sign);
}

void buf_add_be32(struct buf *b, uint32_t n)
{
    uint8_t bytes[4] = {(uint8_t)(n >> 24), (uint8_t)(n >> 16),
                        (uint8_t)(n >> 8), (uint8_t)n};

    buf_add(b, bytes, sizeof bytes);
}

void buf_add_be64(struct buf *b, uint64_t n)
{
    uint8_t bytes[8];
    size_t i;

    for (i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(n >> (56 - 8 * i));
    buf_add(b, bytes, sizeof bytes);
}

void buf_add_block(struct buf *b, const void *bytes, size_t n)
{
    buf_add_varint(b, n);
    buf_add(b, bytes, n);
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    buf_vprintf(b, fmt, ap);
    va_end(ap);
}

void buf_vprintf(struct buf *b, const char *fmt, va_list ap)
{
    va_list again;
    int n;

    va_copy(again, ap);
    n = vsnprintf(NULL, 0, fmt, ap);
    if (n < 0)
        b->failed = true;
    else if (reserve(b, (size_t)n)) {
        vsnprintf(b->data + b->size, (size_t)n + 1, fmt, again);
        b->size += (size_t)n;
    }
    va_end(again);
}

void buf_drop(struct buf *b, size_t n)
{
    if (n >= b->size) {
        n = b->size;
        if (!n)
            return;
    }
    memmove(b->data, b->data + n, b->size - n + 1);
    b->size -= n;
}

/* Appends all that fd gives; one byte beyond the maximum is asked for, to
 * tell a file that fits exactly from a larger one. */
static bool read_all(struct buf *b, int fd, const char *path, struct err *e)
{
    char chunk[16384];

    for (;;) {
        ssize_t n = read(fd, chunk, sizeof chunk);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            err_errno(e, _("Cannot read %s"), path);
            break;
        }
        if (n == 0) {
            mem_wipe(chunk, sizeof chunk);
            return true;
        }
        buf_add(b, chunk, (size_t)n);
        if (b->failed) {
            err_set(e, ERR_FULL, _("%s is larger than the %zu bytes allowed"),
                    path, b->max);
            break;
        }
    }
    mem_wipe(chunk, sizeof chunk);
    return false;
}

bool buf_read_file(struct buf *b, const char *path, struct err *e)
{
    bool done;
    int fd;

    if (str_equal(path, "-"))
        return read_all(b, STDIN_FILENO, _("standard input"), e);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_errno(e, _("Cannot open %s"), path);
    done = read_all(b, fd, path, e);
    close(fd);
    return done;
}
