/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_MEM_H
#define BASE_MEM_H
/*
 * Memory that is always there. When the system has none left, a sentence goes
 * to standard error and the program ends: as failed, or with SIGABRT where
 * somebody waits for that (tui restores the terminal). The last commit is safe
 * on disk. So no caller checks for NULL.
 *
 * Ownership is a tree: each noun has one owner, freeing the owner frees all
 * below. Things born together and dying together (a parsed form, a page of a
 * list, a received frame) live in one pool and go in one call.
 */
#include <stdarg.h>
#include <stddef.h>

/* Zeroed memory; the caller frees it with mem_free. size 0 gives a pointer. */
void *mem_alloc(size_t size_bytes);

/* Resizes an array to nr items of size_bytes each (new part not zeroed);
 * ends as above when the product overflows. */
void *mem_resize(void *p, size_t nr, size_t size_bytes);

/* Copies of a C string, of the first n bytes of one (a NUL is added). */
char *mem_copy_str(const char *s);
char *mem_copy_strn(const char *s, size_t n);

void mem_free(void *p); /* NULL is fine */

/* Says that there is no memory left, and ends: for rooms whose memory comes
 * from a library. */
_Noreturn void mem_none_left(void);

/* Overwrites memory in a way the compiler may not leave out. For secrets. */
void mem_wipe(void *p, size_t size_bytes);

struct pool;

struct pool *pool_new(void);
void pool_free(struct pool *p); /* frees everything in it; NULL is fine */

void *pool_alloc(struct pool *p, size_t size_bytes); /* zeroed, aligned */
void *pool_copy(struct pool *p, const void *from, size_t size_bytes);
char *pool_str(struct pool *p, const char *s);
char *pool_strn(struct pool *p, const char *s, size_t n);
char *pool_printf(struct pool *p, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Bytes the pool has taken from the system, for limits and tests. */
size_t pool_size_bytes(const struct pool *p);

#endif
