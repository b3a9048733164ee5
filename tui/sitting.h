/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TUI_SITTING_H
#define TUI_SITTING_H
/*
 * One sitting at a form: the record being filled, the entity as it stood when
 * it was opened (what the person saw, which the save cites), and the draft on
 * disk. No screen; view_form shows it.
 */
#include "store/entity.h"
#include "tui/view_form.h"

struct sitting;

/* Loads what stands and the draft. Texts of the task are copied, def and store
 * are borrowed. */
struct sitting *sitting_new(const struct form_task *task, struct err *e);
void sitting_free(struct sitting *s); /* NULL is fine */

const struct form_task *sitting_task(const struct sitting *s);
const struct record *sitting_record(const struct sitting *s);
const struct form *sitting_form(const struct sitting *s);
int64_t sitting_today(const struct sitting *s); /* of when it began */

/* What stood when it was opened; NULL for a new record. */
const struct entity *sitting_seen(const struct sitting *s);
bool sitting_clashes(const struct sitting *s, size_t node);

bool sitting_had_draft(const struct sitting *s); /* it began with one */
/* How many questions others have answered since the draft was begun. */
size_t sitting_behind(const struct sitting *s);
bool sitting_is_dirty(const struct sitting *s); /* saving would change it */

/* True when the answer is another one than before. */
bool sitting_set(struct sitting *s, size_t node, const char *answer);

/* Shows what is sealed in the record, after it was opened with a reason. */
void sitting_unseal(struct sitting *s);

/* A new row behind a repeat; RECORD_NONE when no more fit. Takes one out. */
size_t sitting_add_row(struct sitting *s, size_t repeat, struct err *e);
void sitting_drop_row(struct sitting *s, size_t row);

/* Brings the draft on disk up to date, if it is not. */
bool sitting_keep(struct sitting *s, struct err *e);

/* The same, with an answer that is still being typed in its field: it is in
 * the draft, but nothing on the screen follows from it yet. */
bool sitting_keep_typed(struct sitting *s, size_t node, const char *answer,
                        struct err *e);

/* Saves the record and forgets the draft. saved false: nothing had changed. */
bool sitting_save(struct sitting *s, bool *saved, struct err *e);

/* Forgets the draft and with it what was typed. */
bool sitting_drop(struct sitting *s, struct err *e);

/* What this person's last record of the same kind has for a question: "" when
 * it has nothing. ERR_NOT_FOUND when there is no such record. Until the next
 * call. */
bool sitting_repeat(struct sitting *s, size_t node, const char **answer,
                    struct err *e);

#endif
