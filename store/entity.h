/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_ENTITY_H
#define STORE_ENTITY_H
/*
 * An entity: one record as it stands now (a case's registration, a visit, a
 * checklist, the facts of a place), with who wrote each value and when. The
 * bridge between the log and a form being filled: entity_fill puts the values
 * into a record of forms/, entity_save turns what the person changed back into
 * one save that cites exactly the values the person saw.
 *
 * What the unlocked person may not read comes masked: that there is a value,
 * who wrote it and when, but not what it says. In a record being filled such
 * an answer goes on counting for what depends on it, and is neither shown nor
 * replaced.
 *
 * What is loaded lives in the pool the caller gives.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/id.h"
#include "base/mem.h"
#include "forms/record.h"
#include "forms/right.h"
#include "store/change.h"
#include "store/formdef.h"
#include "store/stream.h"

struct store;

struct entity_value {
    const char *path;
    const char *answer; /* as XLSForm has it; "" for a cleared field, and for
                           one that is masked */
    const char *kept;   /* of a masked value: for entity_fill alone */
    struct dot dot;
    const char *author;
    const char *office; /* "" when unknown */
    int64_t at_ms;
    int64_t change_id; /* log position */
    bool clashes;      /* another, different value stands for the same path */
    const struct stream *from; /* of a case kept under this one, beside what
                                  this one says (duplicate_weave); else NULL */
    bool masked;               /* not for this person, or sealed: right.h */
    bool unseen; /* came after the draft that is being saved was begun:
                    a save does not replace it (draft_blind) */
};

/* That a row of a repeat was added or dropped (record.h). A row is there while
 * an addition stands for it, or a value in it that is not blank: what somebody
 * wrote into a row that another office dropped is not lost. */
struct entity_row {
    const char *path; /* "children[k3f7]" */
    struct dot dot;
    int64_t at_ms;
    bool dropped;
};

struct entity {
    struct id id;
    struct stream stream;
    const char *kind, *form_id; /* form_id is the kind for program-written */
    const char *author;
    int64_t created_ms;
    struct entity_value *values; /* by path, newest first within a path */
    size_t values_nr;
    struct entity_row *rows; /* in the order in which they were added */
    size_t rows_nr;
    size_t clashes_nr;        /* paths with two different values or more */
    bool sees[RIGHT_CLASSES]; /* which classes are shown */
};

struct entity_list {
    struct entity *items;
    size_t nr;
};

/* ERR_NOT_FOUND when this office holds no such record. */
bool entity_load(struct store *s, const struct id *id, struct pool *pool,
                 struct entity *out, struct err *e);

/* The record of that kind which the unlocked person made last, other than
 * *except. ERR_NOT_FOUND when there is none. */
bool entity_load_last(struct store *s, const char *kind,
                      const struct id *except, struct pool *pool,
                      struct entity *out, struct err *e);

/* All records of a stream in order of creation, values included; none when
 * the stream is not here. */
bool entity_list_load(struct store *s, const struct stream *stream,
                      struct pool *pool, struct entity_list *out,
                      struct err *e);

/* The value shown for a path (the newest); NULL when there is none. */
const struct entity_value *entity_value(const struct entity *x,
                                        const char *path);

/* The same for a node of a record: of its path, else of the one it had before
 * its field was renamed (x_was). */
const struct entity_value *entity_value_of(const struct entity *x,
                                           const struct record *r, size_t node);

/* The last part of a path is enough: "given_name". */
const struct entity_value *entity_value_named(const struct entity *x,
                                              const char *name);

/* Loads the rows and values into a record of the form (paths the form does not
 * have are left out) and refreshes it. Of clashing values the newest. Seals
 * what is not shown. */
void entity_fill(const struct entity *x, struct record *r);

/* Shows what was sealed, in both, after right_unseal. */
void entity_unseal(struct entity *x, struct record *r);

/* The id of the one record of a kind in a stream (a checklist, the facts of a
 * place): made from both, so that two offices that begin it without knowing of
 * each other write the same record, and only fields can clash. */
struct id entity_once_id(const struct stream *stream, const char *kind);

/* What is to be saved. */
struct entity_edit {
    const struct entity *seen; /* NULL: a new record */
    struct stream stream;      /* of a new record */
    struct id id;              /* of a new record */
    const char *kind;          /* of a new record */
    const char *place;         /* of a new case: where the child belongs */
    const struct formdef *form;
    const struct record *record;
    int64_t at_ms;   /* 0: now */
    bool only_typed; /* leave out what the form filled in by itself, but for
                          calculations: for edits nobody looked at */
};

/* Saves what is touched, and calculations that came out differently, as one
 * save by the unlocked user. saved false: nothing had changed, nothing was
 * written. The caller has shown record_problem's findings before; a value that
 * is not of its field's type is refused here too, and (ERR_DENIED) one typed
 * over an answer that is kept and masked. */
bool entity_save(struct store *s, const struct entity_edit *edit, bool *saved,
                 struct err *e);

#endif
