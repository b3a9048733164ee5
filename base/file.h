/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_FILE_H
#define BASE_FILE_H
/*
 * Small files that other programs read (authorized_keys, a hub's key, an
 * enrolment): written whole or not at all.
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

/* Writes beside the file, syncs, renames over it, syncs the folder. mode:
 * 0600, or 0644 for what everybody may read. What is no plain file (a device, a
 * folder) is left alone: ERR_INPUT. */
bool file_replace(const char *path, const struct buf *bytes, unsigned mode,
                  struct err *e);

/* dir and a name, into out. ERR_INPUT when that is too long for a path. */
bool file_path(struct buf *out, const char *dir, const char *name,
               struct err *e);

#endif
