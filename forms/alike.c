/* SPDX-License-Identifier: Apache-2.0 */
#include "forms/alike.h"

#include <string.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/str.h"
#include "forms/calendar.h"
#include "forms/short_name.h"
#include "forms/sound.h"

static const struct alike_rule rules[] = {
#define ROW(name_, weight_, why_, en, am)                                      \
    {.name = name_,                                                            \
     .weight = weight_,                                                        \
     .why = why_,                                                              \
     .label_en = en,                                                           \
     .label_am = am},
#include "forms/pack/alike.inc"
#undef ROW
};

const struct alike_rule *alike_rule_list(size_t *nr)
{
    *nr = ARR_NR(rules);
    return rules;
}

static const struct alike_rule *rule_of(const char *name)
{
    for (size_t i = 0; i < ARR_NR(rules); i++)
        if (str_equal(rules[i].name, name))
            return &rules[i];
    return NULL;
}

int alike_threshold(void)
{
    const struct alike_rule *r = rule_of("threshold");
    return r != NULL ? r->weight : 0;
}

/* ---- what is known of a person ---- */

/* Folded; what the forms ask to be written when nobody knows a name. */
static const char *const unknown[] = {
    "unknown", "not known", "unk", "no", "none", "አይታወቅም", "hin beekamu",
};

static bool is_unknown(const char *folded)
{
    char word[NAME_KEY_BYTES];
    for (size_t i = 0; i < ARR_NR(unknown); i++) {
        name_key_fold(unknown[i], word, sizeof word);
        if (str_equal(word, folded))
            return true;
    }
    return folded[0] == '\0';
}

static void sound_all(const char *folded, char out[ALIKE_SOUND_BYTES])
{
    const char *at = sound_skip_titles(folded), *word;
    struct buf b = BUF_INIT(ALIKE_SOUND_BYTES - 1);
    size_t n;
    while ((n = name_key_word(&at, &word)) > 0) {
        struct sound sound;
        if (sound_of(word, n, &sound))
            buf_add_str(&b, sound.whole);
    }
    str_copy(out, ALIKE_SOUND_BYTES, buf_text(&b));
    buf_release(&b);
}

static void set_name(struct alike_person *p, size_t i, const char *name)
{
    struct buf b = BUF_INIT(4096);
    if (short_name_expand(name, &b))
        name = buf_text(&b);
    name_key_fold(name, p->written[i], sizeof p->written[i]);
    buf_release(&b);
    if (is_unknown(p->written[i]))
        p->written[i][0] = '\0';
    else
        sound_all(p->written[i], p->sound[i]);
}

/* How many days a birth date may be later than written, by how exactly it is
 * known: of a month or a year the first day is written. */
static const struct {
    const char *precision;
    int64_t days;
} widths[] = {{"month", 30}, {"year", 365}};

enum { YEAR_DAYS = 365, AGE_MAX = 120 };

/* One name is nobody. */
enum { NAMES_MIN = 2 };

static bool read_day(const char *s, int64_t *day)
{
    struct err ignored = ERR_INIT;
    return s != NULL && calendar_parse(CALENDAR_GREGORIAN, s, day, &ignored);
}

static void set_birth(struct alike_person *p, const struct alike_facts *f)
{
    if (!read_day(f->birth_date, &p->born_from))
        return;
    p->is_born = true;
    p->born_to = p->born_from;
    for (size_t i = 0; i < ARR_NR(widths); i++)
        if (str_equal(f->birth_precision, widths[i].precision))
            p->born_to = p->born_from + widths[i].days;
}

/* An age is a guess more often than not: a year more and a year less. */
static void set_age(struct alike_person *p, const struct alike_facts *f)
{
    int64_t years, then = f->today;
    if (p->is_born || f->age_years == NULL ||
        !str_to_int(f->age_years, 0, AGE_MAX, &years))
        return;
    read_day(f->registration_date, &then);
    p->is_born = true;
    p->born_from = then - (years + 2) * YEAR_DAYS - years / 4;
    p->born_to = then - (years - 1) * YEAR_DAYS - years / 4;
}

void alike_person_of(const struct alike_facts *facts, struct alike_person *out)
{
    memset(out, 0, sizeof *out);
    for (size_t i = 0; i < ALIKE_NAMES; i++)
        if (facts->names[i] != NULL)
            set_name(out, i, facts->names[i]);
    if (str_equal(facts->sex, "female") || str_equal(facts->sex, "male"))
        out->sex = facts->sex[0];
    set_birth(out, facts);
    set_age(out, facts);
    str_copy(out->place, sizeof out->place,
             facts->place != NULL ? facts->place : "");
}

bool alike_is_enough(const struct alike_person *p)
{
    size_t names = 0;
    for (size_t i = 0; i < ALIKE_NAMES; i++)
        names += p->sound[i][0] != '\0';
    return names >= NAMES_MIN;
}

/* ---- comparing ---- */

static void add(struct alike_match *m, const char *rule)
{
    const struct alike_rule *r = rule_of(rule);
    if (r == NULL)
        return;
    m->score += r->weight;
    if (m->reasons_nr < ALIKE_REASONS_MAX)
        m->reasons[m->reasons_nr++] = r;
}

/* By enum alike_name; a mother's name that differs says nothing. */
static const struct {
    const char *written, *sound, *differs;
} name_rules[ALIKE_NAMES] = {
    {"given-written", "given-sound", "given-differs"},
    {"father-written", "father-sound", "father-differs"},
    {"grandfather-written", "grandfather-sound", "grandfather-differs"},
    {"mother-same", "mother-same", NULL},
};

static bool is_swapped(const struct alike_person *a,
                       const struct alike_person *b)
{
    return a->sound[ALIKE_GIVEN][0] != '\0' &&
           a->sound[ALIKE_FATHER][0] != '\0' &&
           !str_equal(a->sound[ALIKE_GIVEN], b->sound[ALIKE_GIVEN]) &&
           str_equal(a->sound[ALIKE_GIVEN], b->sound[ALIKE_FATHER]) &&
           str_equal(a->sound[ALIKE_FATHER], b->sound[ALIKE_GIVEN]);
}

/* True when they agree. */
static bool compare_name(const struct alike_person *a,
                         const struct alike_person *b, size_t i,
                         struct alike_match *m)
{
    if (a->sound[i][0] == '\0' || b->sound[i][0] == '\0')
        return false;
    bool same = str_equal(a->sound[i], b->sound[i]);
    if (str_equal(a->written[i], b->written[i]))
        add(m, name_rules[i].written);
    else if (same)
        add(m, name_rules[i].sound);
    else if (name_rules[i].differs != NULL)
        add(m, name_rules[i].differs);
    return same;
}

/* How many of the names agree. */
static size_t compare_names(const struct alike_person *a,
                            const struct alike_person *b, struct alike_match *m)
{
    bool swapped = is_swapped(a, b);
    size_t agree = swapped ? 2 : 0;
    if (swapped)
        add(m, "swapped");
    for (size_t i = swapped ? ALIKE_GRANDFATHER : ALIKE_GIVEN; i < ALIKE_NAMES;
         i++)
        agree += compare_name(a, b, i, m);
    return agree;
}

static void compare_births(const struct alike_person *a,
                           const struct alike_person *b, struct alike_match *m)
{
    int64_t from = a->born_from > b->born_from ? a->born_from : b->born_from;
    int64_t to = a->born_to < b->born_to ? a->born_to : b->born_to;
    if (!a->is_born || !b->is_born)
        return;
    add(m, from <= to                   ? "birth-overlaps"
           : from - to <= YEAR_DAYS     ? "birth-near"
           : from - to <= 3 * YEAR_DAYS ? "birth-far"
                                        : "birth-very-far");
}

/* Codes grow by two digits a level, and a Kebele's goes on from its woreda's:
 * what two have in common says which level it is. */
static void compare_places(const struct alike_person *a,
                           const struct alike_person *b, struct alike_match *m)
{
    static const struct {
        size_t bytes;
        const char *rule;
    } levels[] = {{8, "place-same"}, {6, "zone-same"}, {4, "region-same"}};
    for (size_t i = 0; i < ARR_NR(levels); i++)
        if (strlen(a->place) >= levels[i].bytes &&
            strncmp(a->place, b->place, levels[i].bytes) == 0) {
            add(m, levels[i].rule);
            return;
        }
}

bool alike_compare(const struct alike_person *a, const struct alike_person *b,
                   struct alike_match *out)
{
    memset(out, 0, sizeof *out);
    size_t agree = compare_names(a, b, out);
    if (a->sex != 0 && b->sex != 0)
        add(out, a->sex == b->sex ? "sex-same" : "sex-differs");
    compare_births(a, b, out);
    compare_places(a, b, out);
    return agree >= NAMES_MIN && out->score >= alike_threshold();
}

void alike_print(const struct alike_match *m, const char *lang, char *out,
                 size_t out_bytes)
{
    struct buf b = BUF_INIT(out_bytes - 1);
    for (size_t i = 0; i < m->reasons_nr; i++) {
        const struct alike_rule *r = m->reasons[i];
        const char *label = str_equal(lang, "am") && r->label_am[0] != '\0'
                                ? r->label_am
                                : r->label_en;
        size_t before = b.size;
        buf_printf(&b, "%s%s", before > 0 ? "; " : "", label);
        if (buf_failed(&b))
            break;
    }
    str_copy(out, out_bytes, buf_text(&b));
    buf_release(&b);
}
