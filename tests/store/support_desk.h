/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_STORE_SUPPORT_DESK_H
#define TESTS_STORE_SUPPORT_DESK_H
/*
 * An office with work in it, as it is after a busy month, and its hub: cases,
 * one of them merged and one purged, clashes, a draft, what waits for a
 * decision, traces, rows of a form of its own, work that was set aside. And the
 * list of what people do there, reading and writing.
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/mem.h"
#include "tests/store/support_office.h"

struct desk {
    struct office hub, o;
    struct office *at; /* one of them: what both can do is done there */
    struct pool *pool;
    struct id case_id, twin, kept, gone; /* kept: merged, under case_id */
    struct id hold;                      /* what waits for a decision */
};

void desk_open(struct desk *k);
void desk_close(struct desk *k);

/* A service at the place of the office, which is in no case. */
void desk_write_of_place(struct desk *k);

/* In cases and answers. */
bool desk_search(struct desk *k, struct err *e);

/* At the office sits the one who does most: almaz, case manager. */
void desk_sit_down(struct desk *k);

/* The first proves the file and the others need not: verify_all. */
struct desk_deed {
    const char *name;
    bool (*run)(struct desk *k, struct err *e);
};
extern const struct desk_deed desk_deeds[];
extern const size_t desk_deeds_nr;

#endif
