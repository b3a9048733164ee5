/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_ERR_H
#define BASE_ERR_H
/*
 * An error: a code for the program to branch on and one sentence for the
 * person. The caller owns the struct, usually on its stack; nothing in it is
 * allocated. A function that can fail returns bool (or a pointer) and takes
 * `struct err *e` last; false (or NULL) means: read *e. On success *e is
 * untouched, so calls chain with && and ||.
 *
 * The layer that knows why sets the sentence; each layer above may wrap it
 * with what it was doing: "Saving case 4F7K-2M9Q: the disk is full". Only
 * main.c and tui/ show it. Sentences never hold secrets or names of people.
 */
#include <stdbool.h>

enum err_code {
    ERR_NONE,
    ERR_INPUT,     /* what was given makes no sense: file, form, date, option */
    ERR_USAGE,     /* the command line itself is wrong */
    ERR_DENIED,    /* passphrase, role or key does not allow it */
    ERR_NOT_FOUND, /* no such case, form, file, site */
    ERR_BUSY,      /* another process holds the lock past the bounded wait */
    ERR_FULL,      /* disk, quota or a stated limit is reached */
    ERR_IO,        /* the system refused a read or write */
    ERR_CORRUPT,   /* stored bytes are not what was written */
    ERR_VERSION,   /* made by a newer program, form or protocol */
    ERR_NETWORK,   /* the line is lost or cannot be had */
    ERR_PROTOCOL,  /* the other side broke the rules of the conversation */
    ERR_CANCELLED, /* the person asked to stop */
    ERR_BUG,       /* cannot happen; the sentence says where */
};

enum { ERR_TEXT_BYTES = 480 };

struct err {
    enum err_code code;
    char text[ERR_TEXT_BYTES]; /* one sentence, UTF-8, no newline, no stop */
};

#define ERR_INIT                                                               \
    {                                                                          \
        ERR_NONE, ""                                                           \
    }

/* Sets code and sentence; what does not fit is cut at a whole character.
 * Always returns false, so that failing is one line. */
bool err_set(struct err *e, enum err_code code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts "what was being done: " before the sentence. Always returns false. */
bool err_wrap(struct err *e, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Sets the error from errno: the given sentence, a colon, the system's words;
 * ENOSPC, EDQUOT and EFBIG become ERR_FULL, ENOENT ERR_NOT_FOUND, EACCES and
 * EPERM ERR_DENIED, everything else ERR_IO. Always returns false. */
bool err_errno(struct err *e, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* The exit code a command ends with for this code: 1 failed, 2 usage,
 * 3 not allowed, 5 line lost. (4, done with findings, is no error.) */
int err_exit_code(enum err_code code);

/* A short lower-case name, "not-found", for JSON and logs. */
const char *err_code_name(enum err_code code);

#endif
