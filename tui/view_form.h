/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TUI_VIEW_FORM_H
#define TUI_VIEW_FORM_H
/*
 * The screen on which a form is filled: questions down the left, answers down
 * the right, only those that apply, which come and go as answers change.
 * Letters are always text; Enter goes on; F2 saves.
 *
 * Nothing typed is lost and nothing wrong is saved: an answer that is not
 * possible stops the person once at its field, with the reason; the second
 * time it is left standing, marked `!`, and kept in the draft as it was typed.
 * Saving goes back to the first such answer. Blank answers that are asked for
 * are counted and never prevent saving.
 *
 * The draft is on disk at each field's exit, after two seconds without a key,
 * and when the line is lost. The view saves the record, deletes the draft and
 * closes by itself; who showed it looks anew when it is `shown` again.
 */
#include <stdbool.h>

#include "base/err.h"
#include "base/id.h"
#include "store/draft.h"
#include "store/formdef.h"
#include "store/stream.h"

struct store;
struct tui;
struct view;

struct form_task {
    struct store *store;
    const struct formdef *def; /* the version in use; the store's */
    const char *kind;          /* "visit"; lives as long as the store */
    const char *subject;       /* "4F7K-2M9Q Selam", in the title; or NULL */
    struct stream stream;
    struct id record;  /* drawn by the caller when it is new */
    bool is_new;       /* else what stands in the record is loaded */
    const char *place; /* of a new case: where the child belongs; else NULL */
    const struct draft *draft; /* to go on with; or NULL */
    /* Opens a case in place of the new one, which looks like it; NULL: that is
     * not offered. */
    void (*open_case)(void *arg, const struct id *id);
    void *open_arg;
};

/* What a draft is about, to go on with it: everything of the task but def and
 * subject. The draft must live as long as the task. */
struct form_task view_form_task_of_draft(struct store *s,
                                         const struct draft *d);

/* For tui_push. Texts are copied; a draft that stands for the record is found
 * also without being given. NULL: the record could not be read. */
struct view *view_form_new(struct tui *t, const struct form_task *task,
                           struct err *e);

#endif
