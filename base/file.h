/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_FILE_H
#define BASE_FILE_H
/*
 * Small files that other programs read (authorized_keys, a hub's key, an
 * enrolment): written whole or not at all.
 */
#include <limits.h>
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

/* How long the name of an office's folder may be: the engine of the database
 * takes paths of 512 bytes, and names of ours stand behind it. */
enum { FILE_DIR_MAX = 448 };

/* ERR_INPUT when it is longer: asked once, before anything is made in it. */
bool file_dir_fits(const char *dir, struct err *e);

/* dir/name, of a folder that fits and a name of ours. */
void file_in(char out[PATH_MAX], const char *dir, const char *name);

#endif
