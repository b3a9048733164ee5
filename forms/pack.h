/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FORMS_PACK_H
#define FORMS_PACK_H
/*
 * The pack: forms, code lists, kinds of records, roles and places as CSV
 * files, part of the program (forms/pack/, embedded at build time). What the
 * work is stands there and not in code, so that an office can change it by
 * publishing a new version. Read only; lives as long as the program.
 */
#include <stddef.h>

struct pack_file {
    const char *name;  /* "registration.csv" */
    const char *bytes; /* UTF-8, a NUL behind it */
    size_t size;
};

extern const struct pack_file pack_files[]; /* in order of name */
extern const size_t pack_files_nr;

/* NULL when the pack has no such file. */
const struct pack_file *pack_file_find(const char *name);

#endif
