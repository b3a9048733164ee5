/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A computer that runs out of memory on command: loaded before a program
 * (LD_PRELOAD), it counts every piece of memory the program and its libraries
 * ask for, and refuses one of them, or that one and all after it.
 *
 * Within glibc's regcomp nothing is refused: it frees twice when memory runs
 * out there, which no caller can mend (forms/pattern.c asks for the room
 * first).
 *
 *   ALLOC_FAIL=N       refuses the Nth; without it nothing is refused
 *   ALLOC_LASTS=1      and every later one
 *   ALLOC_COUNT=FILE   writes how many were asked for when the program ends
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <regex.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* glibc's own, under the names it keeps for programs like this one */
void *__libc_malloc(size_t n);
void *__libc_calloc(size_t nr, size_t n);
void *__libc_realloc(void *p, size_t n);
void *__libc_memalign(size_t align, size_t n);

static struct {
    bool counts; /* not before the program itself runs */
    bool lasts;
    unsigned long asked, fail;
    void *(*map)(void *, size_t, int, int, int, off_t);
    int (*compile)(regex_t *, const char *, int);
} state;

__attribute__((constructor)) static void begin(void)
{
    const char *fail = getenv("ALLOC_FAIL");

    *(void **)&state.map = dlsym(RTLD_NEXT, "mmap");
    *(void **)&state.compile = dlsym(RTLD_NEXT, "regcomp");
    state.fail = fail ? strtoul(fail, NULL, 10) : 0;
    state.lasts = getenv("ALLOC_LASTS") != NULL;
    state.counts = true;
}

__attribute__((destructor)) static void end(void)
{
    const char *path = getenv("ALLOC_COUNT");
    char text[32];
    int n = snprintf(text, sizeof text, "%lu\n", state.asked);
    int fd = path ? open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600) : -1;

    if (fd >= 0 && write(fd, text, (size_t)n) == n)
        close(fd);
}

static bool refused(void)
{
    if (!state.counts)
        return false;
    state.asked++;
    if (state.fail == 0 ||
        (state.lasts ? state.asked < state.fail : state.asked != state.fail))
        return false;
    errno = ENOMEM;
    return true;
}

void *malloc(size_t n)
{
    return refused() ? NULL : __libc_malloc(n);
}

void *calloc(size_t nr, size_t n)
{
    return refused() ? NULL : __libc_calloc(nr, n);
}

void *realloc(void *p, size_t n)
{
    return refused() ? NULL : __libc_realloc(p, n);
}

void *aligned_alloc(size_t align, size_t n)
{
    return refused() ? NULL : __libc_memalign(align, n);
}

int posix_memalign(void **out, size_t align, size_t n)
{
    void *p = refused() ? NULL : __libc_memalign(align, n);

    if (p)
        *out = p;
    return p ? 0 : ENOMEM;
}

/* Memory of its own for keys and for Argon2; files are mapped elsewhere. */
void *mmap(void *at, size_t n, int prot, int flags, int fd, off_t offset)
{
    if (flags & MAP_ANONYMOUS && refused())
        return MAP_FAILED;
    return state.map(at, n, prot, flags, fd, offset);
}

int regcomp(regex_t *r, const char *pattern, int flags)
{
    bool counts = state.counts;
    int rc;

    state.counts = false;
    rc = state.compile(r, pattern, flags);
    state.counts = counts;
    return rc;
}
