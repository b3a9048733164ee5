/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_STORE_NTH_H
#define TESTS_STORE_NTH_H
/*
 * A deed of the store, done again and again: at each turn the next call to the
 * outside (outside.h) fails, until none is left that could. Of each turn is
 * asked: the deed says that it failed, with a sentence for a person and not as
 * if the program were at fault; nothing of it is in the log; no transaction
 * stays open; and the next time, with nothing failing, it is done.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct store;

struct nth_deed {
    const char *name;
    bool (*run)(void *ground, struct err *e);
    void (*before)(void *ground); /* makes ready, nothing fails; NULL: none */
    enum {
        NTH_STRICT,     /* as said above */
        NTH_IN_STEPS,   /* what was done before the fault stays in the log */
        NTH_SHRUGS = 2, /* and not everything it asks for must be there */
    } manner;
};

struct nth_ground {
    struct store *store; /* of the deeds; NULL: none is open */
    uint64_t skip;       /* so many first calls are tried elsewhere */
    bool anew; /* before() makes all anew: the second try does without it */
};

/* ground begins with a struct nth_ground. What goes wrong fails the test. */
void nth_try(void *ground, const struct nth_deed *deeds, size_t nr);

#endif
