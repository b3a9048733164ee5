/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TUI_KEYMAP_H
#define TUI_KEYMAP_H
/*
 * Which keys stand for which actions: the defaults of the action table, or
 * what a person bound instead. A screen lists the actions it takes; a key is
 * looked for among those first, then among the global ones, so one key may
 * mean different things on different screens.
 */
#include "tui/action.h"

struct err;
struct keymap;

struct keymap *keymap_new(void); /* the caller frees it */
void keymap_free(struct keymap *k);

/* Gives an action other keys, "F2 ^O"; ERR_INPUT names the key unknown. */
bool keymap_bind(struct keymap *k, enum action a, const char *keys,
                 struct err *e);

/* Lines "action = keys"; blank ones and those that begin with # do not count.
 * ERR_INPUT names the line; lines before it stay bound. */
bool keymap_read(struct keymap *k, const char *text, struct err *e);

/* The action of a key on a screen that takes `actions` (ends with
 * ACTION_NONE; may be NULL). Where text is typed, characters mean nothing. */
enum action keymap_action(const struct keymap *k, const enum action *actions,
                          bool typing, uint32_t key);

/* The keys of an action, for help: "PgDn, Space". The text lives as long as
 * the keymap, until the action is bound anew. */
const char *keymap_keys(const struct keymap *k, enum action a, bool typing);

/* The first key of an action that works here (K_NONE: none). */
uint32_t keymap_first(const struct keymap *k, enum action a, bool typing);

#endif
