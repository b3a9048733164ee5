/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_STORE_OUTSIDE_H
#define TESTS_STORE_OUTSIDE_H
/*
 * What the store asks of others, the engine of the database and the system,
 * made to fail on command: tests named nth_* are linked so that these calls go
 * through here (Makefile, OUTSIDE). The calls are counted, and the nth one
 * answers that it failed, without having done anything.
 */
#include <stdbool.h>
#include <stdint.h>

enum outside_way {
    OUTSIDE_ONCE,    /* that call alone */
    OUTSIDE_UNDONE,  /* and the engine takes the open transaction back */
    OUTSIDE_LASTING, /* and every call after it, but for taking back */
    OUTSIDE_WAYS
};

/* nth 1 is the next call; 0: none fails, and counting begins anew. */
void outside_plan(uint64_t nth, enum outside_way way);

/* From here on only calls of that name are counted, and those that are to fail
 * answer with that errno; OUTSIDE_SHORT: they do half of it. NULL: all calls,
 * EIO. */
enum { OUTSIDE_SHORT = -1 };
void outside_answer(const char *name, int error);

/* Whether a call failed since. */
bool outside_has_failed(void);

/* Calls since the last plan, and what the last that failed was. */
uint64_t outside_calls(void);
const char *outside_what(void);

#endif
