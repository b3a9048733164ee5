/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_SYNC_SUPPORT_PAIR_H
#define TESTS_SYNC_SUPPORT_PAIR_H
/*
 * A hub and its offices in memory, joined without a line between them, and a
 * line made of two buffers that can be cut after any byte in either direction.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/entropy.h"
#include "base/id.h"
#include "base/stamp.h"
#include "store/store.h"
#include "sync/session.h"

enum { PAIR_OFFICES_MAX = 6 };

struct pair_office {
    struct store *store;
    int64_t site_no;
};

struct pair {
    struct store *hub;
    struct pair_office offices[PAIR_OFFICES_MAX];
    size_t nr;
    int64_t now_ms;
    uint64_t noise; /* state of the repeatable randomness */
    /* what happens while a session runs, called at each of its steps; NULL:
     * nothing */
    void (*meanwhile)(void *arg);
    void *arg;
};

void pair_open(struct pair *p, uint64_t seed);
void pair_close(struct pair *p);

/* A further office at a place, admitted and joined. */
struct pair_office *pair_add(struct pair *p, const char *name,
                             const char *place);

/* The same for a store that is open already. */
void pair_join(struct pair *p, struct pair_office *o);

/* Fails the test on an error. All texts are invented. */
struct id pair_new_case(struct pair *p, struct store *s, const char *place);
void pair_set(struct pair *p, struct store *s, const struct id *case_id,
              const char *path, const char *text);
size_t pair_cases(struct store *s, struct id *room, size_t room_nr);

/* Where the line breaks: after so many bytes in a direction. */
struct pair_cut {
    size_t to_hub, to_office; /* bytes that still go through */
    /* a byte that is changed on the way, counted likewise, and its change */
    size_t change_to_hub, change_to_office;
    uint8_t change;
};
#define PAIR_NO_CUT                                                            \
    ((struct pair_cut){SIZE_MAX, SIZE_MAX, SIZE_MAX, SIZE_MAX, 0})

struct pair_result {
    bool done;   /* the office says all went both ways */
    bool failed; /* an end reported an error */
    struct err error;
    size_t to_hub, to_office; /* bytes that were on the line */
    struct session_count office, hub;
};

/* One session, from hello to the end or the cut; piece: bytes handed over at a
 * time. */
/* The same with another text for the exec request than the office's own. */
struct pair_result pair_sync_as(struct pair *p, struct pair_office *o,
                                const char *hello);

struct pair_result pair_sync(struct pair *p, struct pair_office *o,
                             struct pair_cut cut, size_t piece);

/* A digest of everything a store shows of a stream's cases: values that stand
 * with their dots, and the number of changes. */
void pair_state(struct store *s, const struct id *case_id, uint8_t out[32]);
int64_t pair_number(struct store *s, const char *sql); /* one integer */
void pair_run(struct store *s, const char *sql);

/* Whether a tool makes every step many times slower: fewer of them then. LONG
 * in the environment (make check-long) has the sanitizers do them all. */
bool pair_is_slow(void);

/* Chains, pages and computed tables are what they should be. */
void pair_verify(struct store *s);

#endif
