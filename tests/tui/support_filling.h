/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_TUI_SUPPORT_FILLING_H
#define TESTS_TUI_SUPPORT_FILLING_H
/*
 * An office in memory with one case, and a form to fill as often as a test
 * likes: each filling_play opens it anew on screens in memory. It is 21
 * November 2026; the office is Gasera's, the person at the PC is aster.
 */
#include "store/draft.h"
#include "store/entity.h"
#include "tests/tui/support_play.h"
#include "tui/view_form.h"

struct filling {
    struct store *store;
    struct pool *pool; /* what the questions below answer lives here */
    int64_t now_ms;    /* the test moves it */
    uint64_t seed;
    struct form_task task; /* what the next play is about */
    struct play play;
};

/* Begins with a new visit to the case. */
void filling_open(struct filling *k);
void filling_close(struct filling *k);

/* The task becomes a new record of that kind, of the stream as it is. */
void filling_ask(struct filling *k, const char *kind, const char *form_id);

/* So does it, and a case of its own. */
void filling_ask_case(struct filling *k);

/* Plays the script on the form; the play holds what was seen until
 * filling_put. */
void filling_play(struct filling *k, const char *script);
void filling_put(struct filling *k);

/* Saves answers to the task's record behind the screen's back: path, answer,
 * ..., NULL; seen as in struct entity_edit. */
void filling_save(struct filling *k, const char *const *answers,
                  const struct entity *seen);

/* What stands in the log for a path now (NULL: no record, "": no answer), and
 * how many answers do. */
const char *filling_stands(struct filling *k, const char *path);
size_t filling_values(struct filling *k, const char *path);

/* The drafts on disk; what the only one holds for a path. */
struct draft_list filling_drafts(struct filling *k);
const char *filling_drafted(struct filling *k, const char *path);

void filling_must(bool good, const struct err *e);

#endif
