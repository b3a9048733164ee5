/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FORMS_ALIKE_H
#define FORMS_ALIKE_H
/*
 * Whether two cases may be of one child: what is known of each is compared
 * piece by piece, every piece that agrees speaks for it and every one that
 * differs against it, by the weights in forms/pack/alike.csv, which gives the
 * reason for each. The sum is a score for sorting, not a probability; the
 * reasons are what a person goes by. Pure.
 *
 * Names are compared as they sound (forms/sound.h) and as they are written, so
 * two clerks' spellings and both scripts meet. A birth date is a range of days,
 * as wide as it is uncertain.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "forms/name_key.h"
#include "forms/place.h"

enum alike_name { ALIKE_GIVEN, ALIKE_FATHER, ALIKE_GRANDFATHER, ALIKE_MOTHER };
enum { ALIKE_NAMES = ALIKE_MOTHER + 1, ALIKE_SOUND_BYTES = 64 };

struct alike_person {
    char written[ALIKE_NAMES][NAME_KEY_BYTES];  /* folded; "" when not known */
    char sound[ALIKE_NAMES][ALIKE_SOUND_BYTES]; /* of all its words; "" */
    char sex;                                   /* 'f', 'm'; 0: not known */
    bool is_born;                               /* the days are known: */
    int64_t born_from, born_to;   /* the first and last that may be it */
    char place[PLACE_CODE_BYTES]; /* where the child belongs; "" */
};

/* What is known, as the answers of a registration; any may be NULL or "". */
struct alike_facts {
    const char *names[ALIKE_NAMES];
    const char *sex;             /* "female", "male" */
    const char *birth_precision; /* "day", "month", "year", "age" */
    const char *birth_date;      /* ISO */
    const char *age_years, *registration_date;
    const char *place;
    int64_t today; /* when no registration_date is there */
};
void alike_person_of(const struct alike_facts *facts, struct alike_person *out);

/* One row of alike.csv. */
struct alike_rule {
    const char *name; /* "given-sound" */
    int weight;
    const char *why; /* where the weight comes from, for those who change it */
    const char *label_en, *label_am; /* "same given name by sound" */
};

enum { ALIKE_REASONS_MAX = 8 };

struct alike_match {
    int score;
    const struct alike_rule *reasons[ALIKE_REASONS_MAX]; /* for it and against,
                                                            as in the table */
    size_t reasons_nr;
};

/* The score a pair needs to be shown. */
int alike_threshold(void);

/* Compares; true when two names agree and the score reaches the threshold. */
bool alike_compare(const struct alike_person *a, const struct alike_person *b,
                   struct alike_match *out);

/* Whether enough is known of a person to look for others: two names. */
bool alike_is_enough(const struct alike_person *p);

/* The reasons in words, "same name by sound; same sex", cut at a whole one. */
void alike_print(const struct alike_match *m, const char *lang, char *out,
                 size_t out_bytes);

const struct alike_rule *alike_rule_list(size_t *nr);

#endif
