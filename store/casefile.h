/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_CASEFILE_H
#define STORE_CASEFILE_H
/*
 * A case as lists show it: number, name, place, when it was opened and last
 * touched, whether values clash, whether part of it is only on this PC.
 * Nothing else: no concern and no risk stands where a bystander can read it.
 *
 * A case that is not for the unlocked person (right.h) is a number: it stands
 * behind all others, in every order, answers to no condition, and no word of a
 * name or an answer finds it.
 *
 * Rows are computed from the log at every change of the case (casefile_refresh)
 * and paged by key, so that a list costs the same with 500 cases and 20,000.
 * "case" is a word of C, hence casefile; the screen says case.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/id.h"
#include "forms/place.h"
#include "store/stream.h"

struct store;

enum {
    CASEFILE_NAME_BYTES = 200,
    CASEFILE_KEY_BYTES = 240,
    CASEFILE_WORDS_MAX = 6, /* words of a search that count */
};

/* How well a search fits a case. Matches by sound cross spellings and scripts
 * (forms/sound.h); numbers fit as written only. */
enum casefile_fit {
    CASEFILE_AS_WRITTEN,   /* each word begins a word of the name or number */
    CASEFILE_SOUNDS_WHOLE, /* or sounds like a whole word of the name, */
    CASEFILE_SOUNDS_BEGUN, /* or like the beginning of one; */
    CASEFILE_IN_NOTES,     /* or all the words stand in one answer */
};

struct casefile {
    struct id id;
    char number[ID_NUMBER_BYTES];
    char name[CASEFILE_NAME_BYTES];    /* "" while no name is known */
    char sort_key[CASEFILE_KEY_BYTES]; /* its place in the list it came in */
    enum casefile_fit fit;
    char place[PLACE_CODE_BYTES];
    int64_t opened_ms, updated_ms;
    int64_t visited; /* day of the last visit that is known; 0: none */
    int64_t clashes; /* fields with different values */
    struct id kept;  /* the case it is the same as (duplicate.h), or zero */
    bool unsent;     /* some change is only on this PC */
    bool masked;     /* not for this person: a number, and nothing else */
};

/* In which order a list stands. A search stands by fit first. */
enum casefile_sort {
    CASEFILE_BY_NAME,
    CASEFILE_BY_NUMBER,
    CASEFILE_BY_CHANGE, /* the last changed first */
    CASEFILE_BY_OPENED, /* the last opened first */
};
enum { CASEFILE_SORTS = CASEFILE_BY_OPENED + 1 };

/* "name", "number", "changed", "opened". False when the word is none. */
const char *casefile_sort_name(enum casefile_sort sort);
bool casefile_sort_find(const char *name, enum casefile_sort *sort);

/* Which cases. All with text NULL or blank; else those where each word of text
 * fits a word of the name or of the number; titles in front are left out, names
 * written short (G/Mariam) count as the whole ones. Folded: case, accents,
 * Ethiopic letters that sound alike; and by sound. With notes also those of
 * which one answer holds all the words (fulltext.h), where the role of who asks
 * reads answers of cases at all. What is left zero asks
 * nothing; a case must fit all that is asked. */
struct casefile_query {
    const char *text;
    const char *place;       /* this place and below */
    const char *worker;      /* login of a person here who works on it */
    int64_t opened_since_ms; /* opened at this moment or later */
    int64_t unvisited_since; /* day: opened before, no visit then or later */
    bool clashing;           /* only those with clashes */
    bool unsent;             /* only those with a change only on this PC */
    bool notes;              /* search in answers too, not in names alone */
    bool merged;             /* those kept under another case, too */
    enum casefile_sort sort;
};

/* A page of cases in the order asked for: up to room_nr after the sort key
 * from (NULL: from the start) or, backwards, before it (then from there up). A
 * key may have come with another search, but not with another order. */
struct casefile_page {
    struct casefile *room; /* the caller's */
    size_t room_nr;
    const char *from;
    bool backwards;
    size_t nr; /* how many came */
};
bool casefile_page_load(struct store *s, const struct casefile_query *query,
                        struct casefile_page *page, struct err *e);

bool casefile_count(struct store *s, const struct casefile_query *query,
                    int64_t *count, struct err *e);

/* All cases of this office at a glance. Of a case that is only a number nothing
 * is told but that there is one. */
struct casefile_tally {
    int64_t cases;   /* those the unlocked person sees */
    int64_t masked;  /* those that are a number */
    int64_t unsent;  /* of cases: with a change that is only on this PC */
    int64_t clashes; /* of cases, and of places: fields with different values */
};
bool casefile_tally_load(struct store *s, struct casefile_tally *t,
                         struct err *e);

/* By id (ERR_NOT_FOUND); by what a person typed: a number in any spelling, an
 * id, or words that fit one case best; words that only sound like the beginning
 * of a name do not count. ERR_INPUT when several fit as well: the sentence
 * names them, by their ids where they share a number. */
bool casefile_load(struct store *s, const struct id *id, struct casefile *c,
                   struct err *e);
bool casefile_resolve(struct store *s, const char *typed, struct casefile *c,
                      struct err *e);

/* Where the case stands in a list of that order, searched by nothing: a key
 * for a page to begin at. */
bool casefile_key_load(struct store *s, const struct id *id,
                       enum casefile_sort sort, char out[CASEFILE_KEY_BYTES],
                       struct err *e);

/* Computes the row and search words of one stream's case anew; nothing for
 * streams that are no case. And of all, for rebuild. */
bool casefile_refresh(struct store *s, const struct stream *stream,
                      struct err *e);
bool casefile_refresh_all(struct store *s, struct err *e);

/* Computes all rows anew, or the search words alone, when a program with other
 * tables or other rules of spelling and sound has made those that stand. Called
 * at opening; costs a question or two when there is nothing to do. */
bool casefile_renew(struct store *s, struct err *e);

#endif
