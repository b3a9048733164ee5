/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TUI_UNSEAL_H
#define TUI_UNSEAL_H
/*
 * How a screen opens sealed answers: it asks why, and the reason stays. The
 * words for what is sealed, and the keys a role is offered.
 */
#include <stdbool.h>

#include "store/right.h"
#include "tui/action.h"

struct tui;

/* Asks for a reason and opens what is sealed in that case or place. False when
 * the person went back, or may not, which is said. */
bool unseal_ask(struct tui *t, struct store *s, const struct stream *stream);

/* Whether the role may at all. */
bool unseal_may(const struct store *s);

/* "(sealed: u opens it with a reason)", or without the key for roles that may
 * not; what the foot says at such a question. */
const char *unseal_words(const struct store *s);
const char *unseal_hint(const struct store *s);

/* A key that is only for roles with a right. */
struct unseal_need {
    enum action action;
    enum right_action right;
    const char *kind;
    enum right_class class;
};

enum { UNSEAL_ACTIONS_MAX = 40 };

/* Copies the list up to its ACTION_NONE, without what the role may not do. */
void unseal_offer(const struct store *s, const enum action *all,
                  const struct unseal_need *needs, size_t needs_nr,
                  enum action out[UNSEAL_ACTIONS_MAX]);

#endif
