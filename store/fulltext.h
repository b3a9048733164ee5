/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_FULLTEXT_H
#define STORE_FULLTEXT_H
/*
 * The words of answers, so that notes are found: what a person typed as text,
 * folded like names (forms/name_key.h). Answers of sealed fields are never in
 * it, nor those of a form this file has not the text of.
 *
 * The index stands in the same sealed file as the log and is computed from it:
 * one row a change, added when the change comes in and never altered. Whether
 * an answer still stands is asked of the log when something is found, so that
 * replacing an answer costs the index nothing. It is SQLite's FTS5 without
 * positions and without a copy of the text: for 40,000 notes of 14 words it
 * took 0.8 MB and 67 ms, where a table of words by change took 8.5 MB and
 * 1,060 ms. The price: a single answer cannot be taken out, so that whoever
 * destroys a value calls fulltext_renew.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "store/change.h"

struct store;

/* So many answers that hold the words are looked at, the newest first: a word
 * that stands in every note must not hold up the next key. */
enum { FULLTEXT_FOUND_MAX = 2000 };

/* Adds one edit of a save under its log position; nothing for what is not a
 * text a person typed. */
bool fulltext_add(struct store *s, int64_t change_id, const struct save *save,
                  const struct edit *edit, struct err *e);

/* Empties the index and makes it anew from the log. */
bool fulltext_renew(struct store *s, struct err *e);

/* What to look for when a person types text, for DB_TEXT_MATCH: answers that
 * hold a word beginning with each of the words. False, and nothing in out, when
 * a word is so short that it begins half of all words. */
bool fulltext_words(const char *text, struct buf *out);

#endif
