/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_DUPLICATE_H
#define STORE_DUPLICATE_H
/*
 * One child in two cases. Offices without a line open cases apart, names are
 * spelt as they sound, ages are guessed: so at entry, and whenever asked, cases
 * that look alike are named, with the reasons (forms/alike.h). Nothing is ever
 * prevented, and nothing is decided by the program.
 *
 * Two people may take two cases for one (approval.h, kind "merge"). Then the
 * duplicate's stream gets a record of kind "duplicate" whose field "kept" names
 * the other case: lists show one case, its page shows the records of both, each
 * with where it came from, and what they say differently stands as a clash. No
 * record moves and nothing is rewritten, so it works for cases opened at two
 * offices apart. Parting them again takes two people, too (kind "part"), and is
 * one more change: what was entered meanwhile stays with the record it was
 * entered for. Where offices merged a ring apart from each other, or two
 * answers for "kept" stand, the smallest id is the one that is kept,
 * everywhere.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"
#include "forms/alike.h"
#include "store/casefile.h"

struct entity;
struct store;
struct record;

struct duplicate {
    struct casefile file;
    struct alike_match match;
};

struct duplicate_list {
    struct duplicate *items;
    size_t nr;
};

enum { DUPLICATE_SHOWN_MAX = 20 };

/* Cases that look like the person, the likest first, at most
 * DUPLICATE_SHOWN_MAX, in the pool; not the case *except (may be NULL), nor
 * those kept under another. A case that is not for the unlocked person is a
 * number here too, without a reason: a child is found, nobody is told who. */
bool duplicate_list_load(struct store *s, const struct alike_person *who,
                         const struct id *except, struct pool *pool,
                         struct duplicate_list *out, struct err *e);

/* The person of a case as it stands (ERR_DENIED: not for this person); of a
 * registration being filled, place being where the child belongs. */
bool duplicate_person_load(struct store *s, const struct id *case_id,
                           struct alike_person *who, struct err *e);
void duplicate_person_of(const struct record *r, const char *place,
                         int64_t today, struct alike_person *who);

/* Every pair that looks alike, case by case: calls found for each; stops when
 * that says false (with *e). For looking through a whole office. */
typedef bool duplicate_found_fn(void *arg, const struct casefile *c,
                                const struct duplicate *d, struct err *e);
bool duplicate_walk(struct store *s, duplicate_found_fn *found, void *arg,
                    struct err *e);

/* Takes the case for the other one, which is kept; what asks two people first
 * calls it (verdict.h), and names their request, for hubs ask for it. And parts
 * them again. ERR_INPUT: the same case, it is so already, it is not so. */
bool duplicate_merge(struct store *s, const struct id *case_id,
                     const struct id *kept, const struct id *request,
                     struct err *e);
bool duplicate_part(struct store *s, const struct id *case_id,
                    const struct id *request, struct err *e);

/* Whether it may be asked for: refuses what duplicate_merge and duplicate_part
 * refuse. */
bool duplicate_may_merge(struct store *s, const struct id *case_id,
                         const struct id *kept, struct err *e);
bool duplicate_may_part(struct store *s, const struct id *case_id,
                        struct err *e);

/* The cases kept under this one that this office holds, in the pool. */
struct id_list {
    struct id *items;
    size_t nr;
};
bool duplicate_under(struct store *s, const struct id *kept, struct pool *pool,
                     struct id_list *out, struct err *e);

/* All cases of the child that this office holds, the kept one first and this
 * one among them; it alone when nothing was taken for one with it. */
bool duplicate_group(struct store *s, const struct id *case_id,
                     struct pool *pool, struct id_list *out, struct err *e);

/* Beside what a record of the kept case says, of a kind of which a case has
 * one, puts what those under it say otherwise: values with from set, marked as
 * clashing, behind the record's own. They stand there until somebody settles
 * it (conflict.h). */
bool duplicate_weave(struct store *s, struct entity *x, struct pool *pool,
                     struct err *e);

/* ---- for the gate ---- */

/* Whether a save says which case is kept for one; whether two people stand
 * behind it: it names a request of the log that another than who asked
 * approved, and that this office has not carried out before. */
struct save;
bool duplicate_is_one(const struct save *save);
bool duplicate_is_approved(struct store *s, const struct save *save,
                           bool *approved, struct err *e);

/* ---- for the gate, after the rows of a case (casefile_refresh) ---- */

/* Computes what is compared of one case anew if its registration changed, and
 * under which case it is kept. fresh: the row was not there, or has another
 * name. And forgets all, before every row is computed anew. */
bool duplicate_refresh(struct store *s, const struct stream *stream,
                       int64_t stream_id, bool fresh, struct err *e);
bool duplicate_clear(struct store *s, struct err *e);

/* Of a case that was purged: no row, and none stands under it. */
bool duplicate_forget(struct store *s, int64_t stream_id, struct err *e);

#endif
