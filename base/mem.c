/* SPDX-License-Identifier: Apache-2.0 */
#include "base/mem.h"

#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/i18n.h"

/* Chunks grow with the pool up to CHUNK_MAX, so that a small form costs one
 * page and a large one few calls. A larger thing gets a chunk of its own. */
enum { CHUNK_MIN = 1024, CHUNK_MAX = 64 * 1024 };

struct chunk {
    struct chunk *next;
    size_t used, size; /* of data, in bytes */
    max_align_t data[];
};

struct pool {
    struct chunk *chunks; /* the one being filled first */
    size_t size_bytes;
};

_Noreturn void mem_none_left(void)
{
    /* no stdio buffers and no formatting: there is no memory for either */
    const char *s = _("homeward: this computer has no memory left; close "
                      "other programs and start again. What was saved is "
                      "safe.\n");
    ssize_t written = write(STDERR_FILENO, s, strlen(s));
    struct sigaction now;

    (void)written;
    /* screens have a terminal to give back, and wait for this signal */
    if (sigaction(SIGABRT, NULL, &now) == 0 && now.sa_handler != SIG_DFL)
        abort();
    _exit(EXIT_FAILURE);
}

void *mem_alloc(size_t size_bytes)
{
    void *p = calloc(1, size_bytes ? size_bytes : 1);

    if (!p)
        mem_none_left();
    return p;
}

void *mem_resize(void *p, size_t nr, size_t size_bytes)
{
    size_t total;

    if (__builtin_mul_overflow(nr, size_bytes, &total))
        mem_none_left();
    p = realloc(p, total ? total : 1);
    if (!p)
        mem_none_left();
    return p;
}

char *mem_copy_str(const char *s)
{
    return mem_copy_strn(s, strlen(s));
}

char *mem_copy_strn(const char *s, size_t n)
{
    char *copy = mem_resize(NULL, n + 1, 1);

    memcpy(copy, s, n);
    copy[n] = '\0';
    return copy;
}

void mem_free(void *p)
{
    free(p);
}

void mem_wipe(void *p, size_t size_bytes)
{
    if (size_bytes)
        explicit_bzero(p, size_bytes);
}

struct pool *pool_new(void)
{
    struct pool *p = mem_alloc(sizeof *p);

    p->size_bytes = sizeof *p;
    return p;
}

void pool_free(struct pool *p)
{
    struct chunk *c, *next;

    if (!p)
        return;
    for (c = p->chunks; c; c = next) {
        next = c->next;
        free(c);
    }
    free(p);
}

static struct chunk *chunk_new(struct pool *p, size_t size)
{
    struct chunk *c;

    if (size > SIZE_MAX / 2)
        mem_none_left();
    c = mem_alloc(sizeof *c + size);
    c->size = size;
    p->size_bytes += sizeof *c + size;
    return c;
}

/* The size of the next ordinary chunk: as much again as the pool has. */
static size_t next_size(const struct pool *p)
{
    if (p->size_bytes < CHUNK_MIN)
        return CHUNK_MIN;
    return p->size_bytes < CHUNK_MAX ? p->size_bytes : CHUNK_MAX;
}

void *pool_alloc(struct pool *p, size_t size_bytes)
{
    const size_t align = _Alignof(max_align_t);
    struct chunk *c = p->chunks;
    size_t want;
    void *at;

    if (size_bytes > SIZE_MAX / 4)
        mem_none_left();
    /* at least one byte, so that no two things share an address */
    want = ((size_bytes ? size_bytes : 1) + align - 1) / align * align;
    if (c && c->size - c->used >= want) {
        at = (char *)c->data + c->used;
        c->used += want;
        return at;
    }
    if (want > next_size(p) / 4 && c) {
        /* large: behind the first chunk, whose rest stays in use */
        c = chunk_new(p, want);
        c->next = p->chunks->next;
        p->chunks->next = c;
    } else {
        c = chunk_new(p, want > next_size(p) ? want
                                             : next_size(p) / align * align);
        c->next = p->chunks;
        p->chunks = c;
    }
    c->used = want;
    return c->data;
}

void *pool_copy(struct pool *p, const void *from, size_t size_bytes)
{
    void *to = pool_alloc(p, size_bytes);

    if (size_bytes)
        memcpy(to, from, size_bytes);
    return to;
}

char *pool_str(struct pool *p, const char *s)
{
    return pool_strn(p, s, strlen(s));
}

char *pool_strn(struct pool *p, const char *s, size_t n)
{
    char *to = pool_alloc(p, n + 1);

    if (n)
        memcpy(to, s, n);
    return to;
}

char *pool_printf(struct pool *p, const char *fmt, ...)
{
    va_list ap, again;
    char *to;
    int n;

    va_start(ap, fmt);
    va_copy(again, ap);
    n = vsnprintf(NULL, 0, fmt, ap);
    if (n < 0)
        mem_none_left();
    to = pool_alloc(p, (size_t)n + 1);
    vsnprintf(to, (size_t)n + 1, fmt, again);
    va_end(again);
    va_end(ap);
    return to;
}

size_t pool_size_bytes(const struct pool *p)
{
    return p->size_bytes;
}
