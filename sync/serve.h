/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_SERVE_H
#define SYNC_SERVE_H
/*
 * The hub's end of one conversation, as the forced command of a site's key:
 * over standard input and output, the office's request in the environment.
 * The process is confined before it reads anything that came from outside.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "store/store.h"

/* Serves site_no from dir until the office closes the line. What happened goes
 * to dir/hub.log; the office is told in its own messages. */
bool serve_run(const char *dir, int64_t site_no, struct store_env env,
               struct err *e);

#endif
