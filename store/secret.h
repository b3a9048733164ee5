/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_SECRET_H
#define STORE_SECRET_H
/*
 * Memory for keys, and the few habits that keep a process from leaking them.
 * A secret lies between guard pages, is locked out of swap as far as the
 * system's limit allows, stays out of core files, and is overwritten when it
 * is freed. Whoever allocated it frees it.
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/* Makes the cipher library ready; without it the program ends, as without
 * memory. Again and again is fine. */
void secret_start(void);

/* Zeroed guarded memory; never NULL (aborts, as base/mem.h does). */
void *secret_alloc(size_t size_bytes);
void secret_free(void *p); /* overwrites first; NULL is fine */

/* For the start of the program: no core files, no debugger or /proc reader
 * under the same account; memory given back is overwritten. False when the
 * system refuses; the caller decides whether to go on. Builds with a sanitizer
 * keep the debugger's door open, because the leak checker comes in by it. */
bool secret_harden(struct err *e);

#endif
