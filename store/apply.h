/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_APPLY_H
#define STORE_APPLY_H
/*
 * One edit as a line of JSON (architecture 8), put through the same form
 * checks and the same gate as what is typed on the screens.
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct store;

/* saved false with a true result: the line held nothing new. The sentence of
 * a refusal names the field. Codes ERR_INPUT, ERR_NOT_FOUND and ERR_PROTOCOL
 * are the line's fault; nothing of it was written then. */
bool apply_line(struct store *s, const char *json, size_t n, bool *saved,
                struct err *e);

#endif
