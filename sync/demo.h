/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_DEMO_H
#define SYNC_DEMO_H
/*
 * The demonstration: a hub, a transit centre in Addis Ababa, a woreda office
 * and one of its Kebeles, already joined and admitted, with invented children
 * (demo_people.h). Most of it has been through the hub; a few cases stand only
 * at the office that wrote them, and one field clashes, so that the first sync
 * has something to show.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "store/store.h"

enum { DEMO_CASES = 60 };

struct demo {
    const char *dir; /* exists and is empty but for the passphrase */
    const char *program, *user, *passphrase;
    struct store_env env;
    int64_t port;
    int64_t cases; /* out: how many were made */
};

bool demo_make(struct demo *d, struct err *e);

#endif
