/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_STORE_SUPPORT_OFFICE_H
#define TESTS_STORE_SUPPORT_OFFICE_H
/*
 * Offices in memory for tests, and the shortest road between them: feed of one
 * to intake of the other, framed and signed, without the sync room.
 */
#include "store/change.h"
#include "store/intake.h"
#include "store/peer.h"
#include "store/store.h"

struct office {
    struct store *store;
    int64_t now_ms;  /* the test moves it */
    uint64_t seed;   /* of its randomness */
    int64_t site_no; /* at the hub, after office_admit */
    int64_t sent;    /* own log position the hub has */
    int64_t cursor;  /* position in the hub's feed */
    uint64_t frame;  /* last frame sent */
    uint8_t prev[HASH_BYTES];
};

void office_open(struct office *o, const char *name, const char *place,
                 uint64_t seed);
void office_open_hub(struct office *hub);
void office_close(struct office *o);

/* The person who unlocked it has another role from now on; of a role that may
 * change people's roles only, or where nobody may. */
void office_become(struct office *o, const char *role);

/* The hub lets the office in. */
void office_admit(struct office *hub, struct office *o);

/* One office's news to the hub, the hub's news to the office: one frame each.
 * The counts may be NULL. */
bool office_send(struct office *o, struct office *hub,
                 struct intake_count *count, struct err *e);
bool office_fetch(struct office *o, struct office *hub,
                  struct intake_count *count, struct err *e);

/* Opens a case with a name, without a form; returns its id. */
struct id office_open_case(struct office *o, const char *place,
                           const char *given_name);

/* Sets a text field of a record, citing what the office sees (cites false:
 * nothing). */
void office_set(struct office *o, const struct id *record, const char *path,
                const char *text, bool cites);

/* Writes a text past the office's own gate, as a changed program would: in a
 * record of the stream, which it begins when the office holds none of that id.
 */
struct office_forced {
    const char *author, *kind;
    struct stream stream;
    struct id record;
    const char *path, *text;
};
void office_force(struct office *o, const struct office_forced *x);

/* How many values stand for a field, and the newest as text into out. */
size_t office_values(struct office *o, const struct id *record,
                     const char *path, char *out, size_t out_bytes);

/* H over everything that stands, in an order that does not depend on the
 * file: two offices that hold the same cases have the same digest. */
void office_digest(struct office *o, uint8_t out[HASH_BYTES]);

/* Makes of a file of today one of version 4, before erasure: what later
 * migrations add is taken out, so that they can add it again. */
void office_age(struct store *s);

#endif
