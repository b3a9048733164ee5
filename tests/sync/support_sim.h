/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_SYNC_SUPPORT_SIM_H
#define TESTS_SYNC_SUPPORT_SIM_H
/*
 * A small country: one hub and two to six offices, drawn from a seed, in
 * memory or on real files; and beside it a plain list of everything that was
 * ever written, by which the stores are judged. The list knows nothing of
 * chains, frames or folds: a value stands where its writer's office may see
 * it until somebody who could see it has cited it.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/change.h"
#include "tests/sync/support_pair.h"

enum {
    SIM_HUB = PAIR_OFFICES_MAX, /* the hub's number among the writers */
    SIM_WRITERS = PAIR_OFFICES_MAX + 1,
    SIM_DIR_BYTES = 200,
};

/* A case or a place that somebody wrote about. */
struct sim_stream {
    struct stream stream;
    char place[PLACE_CODE_BYTES];
    size_t opener; /* writer */
    bool purged;
};

/* One value that was written. */
struct sim_value {
    size_t stream; /* number in the list */
    struct id record;
    char path[24];
    char *text;
    size_t writer;
    struct dot dot;
    struct dot *cited;
    size_t cited_nr;
};

/* What somebody has on the screen and will save later. */
struct sim_sitting {
    bool open;
    size_t stream;
    struct id record;
    const char *kind, *path;
    struct dot_set seen;
};

struct sim {
    struct pair pair;
    uint64_t chance; /* state of the choices */
    bool on_disk;
    char dir[SIM_DIR_BYTES]; /* "" in memory */
    int64_t clocks[SIM_WRITERS];
    uint64_t noises[SIM_WRITERS];
    struct sim_sitting sittings[SIM_WRITERS];
    struct {
        struct sim_stream *items;
        size_t nr, alloc;
    } streams;
    struct {
        struct sim_value *items;
        size_t nr, alloc;
    } values;
    int64_t changes; /* in the logs of all together */
    size_t speaking; /* with the hub just now, in a session of its own */
};

/* dir: an empty folder for files; NULL: in memory. */
void sim_open(struct sim *m, uint64_t seed, const char *dir);
void sim_close(struct sim *m);

/* 0 .. below - 1 */
size_t sim_pick(struct sim *m, size_t below);

size_t sim_writer(struct sim *m); /* any of them */
struct store *sim_store(struct sim *m, size_t writer);

/* Closes a store and opens it again, when it is on disk. */
void sim_reopen(struct sim *m, size_t writer);

/* ---- what people do; nothing when there is nothing to do it to ---- */
void sim_new_case(struct sim *m, size_t writer);
void sim_edit(struct sim *m, size_t writer);
void sim_visit(struct sim *m, size_t writer);
void sim_place_facts(struct sim *m, size_t writer);
void sim_sit_down(struct sim *m, size_t writer);
void sim_save_sitting(struct sim *m, size_t writer);
void sim_settle(struct sim *m, size_t writer);
/* Now and then somebody asks for the end of a case, and as the only person of
 * an office decides it. */
void sim_purge(struct sim *m, size_t writer);

/* ---- judging; each fails the test ---- */

/* A writer holds no case it may not see, and nothing was set aside. */
void sim_check_scope(struct sim *m, size_t writer);

/* A writer shows exactly what the list says, after all has travelled. */
void sim_check_state(struct sim *m, size_t writer);

#endif
