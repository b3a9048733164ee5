/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/demo_people.h"

#include <stdio.h>
#include <string.h>

#include "base/arr.h"
#include "base/entropy.h"
#include "base/i18n.h"
#include "base/str.h"
#include "forms/calendar.h"
#include "forms/kind.h"
#include "store/entity.h"
#include "store/store.h"

/* ---- what they are put together from ---- */

static const char *const girls[] = {
    "Selam", "Hirut",  "Tigist", "Almaz",  "Meseret", "Rahel",  "Birtukan",
    "Genet", "Kidist", "Lensa",  "Chaltu", "Ayantu",  "Mulu",   "Fikirte",
    "ሰላም",   "ሂሩት",    "ትዕግስት",  "Zeritu", "Wubit",   "Etenesh"};
static const char *const boys[] = {
    "Abebe",  "Bekele", "Dawit",   "Yonas",   "Tesfaye", "Getachew", "Mulugeta",
    "Kebede", "Samuel", "Gemechu", "Tolosa",  "Jemal",   "Nuru",     "Henok",
    "አበበ",    "ዳዊት",    "Fitsum",  "Solomon", "Desta",   "Mohammed"};
static const char *const fathers[] = {
    "Haile",  "Tadesse", "Worku",  "Alemu",  "Girma",  "Mekonnen", "Ahmed",
    "Hussen", "Lemma",   "Negash", "Tefera", "Assefa", "Bogale",   "Dinku",
    "Feyisa", "Gudeta",  "ወርቁ",    "ታደሰ",    "Kassa",  "Zewde"};

struct answer {
    const char *name, *text;
};

static const struct answer always[] = {
    {"identified_how", "transit_centre"},
    {"interviewer", "Invented worker"},
    {"consent_services", "yes"},
    {"consent_register", "yes"},
    {"consent_tracing", "yes"},
    {"consent_sharing", "yes"},
    {"consent_by", "child"},
    {"child_assent", "yes"},
    {"notes", "Invented for the demonstration: this child does not exist."},
};

static const char *const uasc[] = {"unaccompanied", "separated",
                                   "with_one_parent", "with_parents"};
static const char *const returns[] = {"forced", "voluntary", "intercepted",
                                      "spontaneous"};
static const char *const hosts[] = {"saudi_arabia", "djibouti", "yemen",
                                    "kenya", "sudan"};
static const char *const risks[] = {"high", "medium", "medium", "low"};
static const char *const languages[] = {"am", "om", "am", "ti"};

/* ---- filling a form by names ---- */

struct filling {
    struct store *store;
    const struct formdef *def;
    struct record *record;
};

static bool filling_begin(struct filling *f, struct store *s, const char *form,
                          struct err *e)
{
    int64_t now = store_now_ms(s);
    struct record_moment m = {.today = stamp_local_day(now),
                              .now_ms = now,
                              .zone = stamp_zone_minutes};
    f->store = s;
    f->def = formdef_current(s, form, e);
    f->record = f->def != NULL ? record_new(f->def->form, m) : NULL;
    if (f->record != NULL)
        record_refresh(f->record);
    return f->record != NULL;
}

/* Names the form does not have are passed over: the pack may change. */
static void fill(struct filling *f, const char *name, const char *text)
{
    /* these forms have no repeats: a field is its own node */
    for (size_t i = 0; i < f->def->form->fields_nr; i++)
        if (field_holds_value(&f->def->form->fields[i]) &&
            str_equal(f->def->form->fields[i].name, name))
            record_set(f->record, i, text);
}

static bool filling_save(struct filling *f, struct entity_edit *edit,
                         struct err *e)
{
    bool saved = false;
    bool good = true;
    struct err problem = ERR_INIT;
    edit->form = f->def;
    edit->record = f->record;
    for (size_t i = 0; good && i < f->def->form->fields_nr; i++)
        if (record_is_touched(f->record, i) &&
            record_problem(f->record, i, 0, false, &problem))
            good = err_set(e, ERR_BUG, "%s: %s", f->def->form->fields[i].path,
                           problem.text);
    good = good && entity_save(f->store, edit, &saved, e);
    record_free(f->record);
    return good;
}

#define PICK(list, dice) ((list)[(dice) % ARR_NR(list)])

static void fill_day(struct filling *f, const char *name, int64_t day)
{
    char text[CALENDAR_TEXT_BYTES];
    calendar_print(CALENDAR_GREGORIAN, day, text);
    fill(f, name, text);
}

static void fill_child(struct filling *f, const struct entropy_source *dice,
                       size_t i, int64_t today)
{
    char text[32];
    bool girl = i % 2 == 0;
    uint64_t d = entropy_u64(dice);
    const char *risk = PICK(risks, d >> 24);
    const char *status = PICK(uasc, d >> 16);
    fill_day(f, "registration_date", today - 1 - (int64_t)(d % 90));
    fill(f, "given_name", girl ? PICK(girls, d) : PICK(boys, d));
    fill(f, "father_name", PICK(fathers, d >> 8));
    fill(f, "grandfather_name", PICK(fathers, d >> 12));
    fill(f, "sex", girl ? "female" : "male");
    fill(f, "birth_precision", "age");
    snprintf(text, sizeof text, "%d", 9 + (int)((d >> 20) % 9));
    fill(f, "age_years", text);
    fill(f, "birth_method", "child");
    fill(f, "uasc_status", status);
    fill(f, "return_kind", PICK(returns, d >> 28));
    fill(f, "host_country", PICK(hosts, d >> 32));
    fill_day(f, "arrival_date", today - 1 - (int64_t)(d % 90));
    snprintf(text, sizeof text, "Invented street %d", (int)(d % 40) + 1);
    fill(f, "current_address", text);
    fill(f, "urgent_needs", d % 3 == 0 ? "medical contact" : "none");
    fill(f, "risk_level", risk);
    fill(f, "risk_reason", "Invented for the demonstration");
    fill(f, "interview_language", PICK(languages, d >> 36));
}

bool demo_people_register(struct store *s, uint64_t seed, size_t i,
                          const char *place, struct id *case_id, struct err *e)
{
    struct filling f;
    uint64_t state = seed * 1000003 + i;
    const struct entropy_source dice = entropy_seeded(&state);
    int64_t today = stamp_local_day(store_now_ms(s));
    if (!filling_begin(&f, s, "registration", e))
        return false;
    fill_child(&f, &dice, i, today);
    fill(&f, "place_identified", "ET1401");
    for (size_t k = 0; k < ARR_NR(always); k++)
        fill(&f, always[k].name, always[k].text);
    *case_id = id_new(store_entropy(s));
    struct entity_edit edit = {.stream = stream_of_id(STREAM_CASE, case_id),
                               .id = *case_id,
                               .kind = "case",
                               .place = place};
    return filling_save(&f, &edit, e);
}

bool demo_people_visit(struct store *s, uint64_t seed, size_t i,
                       const struct id *case_id, struct err *e)
{
    static const struct answer answers[] = {{"channel", "home_visit"},
                                            {"child_seen", "yes"},
                                            {"seen_alone", "yes"}};
    struct filling f;
    uint64_t state = seed * 7919 + i;
    const struct entropy_source dice = entropy_seeded(&state);
    int64_t today = stamp_local_day(store_now_ms(s));
    if (!filling_begin(&f, s, "visit", e))
        return false;
    fill_day(&f, "visit_date", today - (int64_t)(entropy_u64(&dice) % 20));
    for (size_t k = 0; k < ARR_NR(answers); k++)
        fill(&f, answers[k].name, answers[k].text);
    struct entity_edit edit = {.stream = stream_of_id(STREAM_CASE, case_id),
                               .id = id_new(store_entropy(s)),
                               .kind = "visit"};
    return filling_save(&f, &edit, e);
}

bool demo_people_place(struct store *s, const char *kind, const char *place,
                       struct err *e)
{
    static const struct answer community[] = {
        {"C_SE_1_state", "known"},
        {"C_SE_1_text", "Quiet by day. The road to the market is avoided after "
                        "dark. (Invented.)"},
        {"C_SE_1_flag", "risk"},
        {"C_ID_1a_state", "known"},
        {"C_ID_1a_text", "The school takes children back in mid-year. "
                         "(Invented.)"},
        {"C_ID_1a_flag", "strength"}};
    static const struct answer structural[] = {
        {"S_6b_state", "known"},
        {"S_6b_text", "One social worker for four Kebeles. (Invented.)"},
        {"S_6b_flag", "risk"}};
    bool is_community = str_equal(kind, "community");
    const struct answer *answers = is_community ? community : structural;
    size_t nr = is_community ? ARR_NR(community) : ARR_NR(structural);
    struct filling f;
    if (!filling_begin(&f, s, kind_find(kind)->form, e))
        return false;
    for (size_t k = 0; k < nr; k++)
        fill(&f, answers[k].name, answers[k].text);
    struct entity_edit edit = {.stream = stream_of_place(place), .kind = kind};
    edit.id = entity_once_id(&edit.stream, kind);
    return filling_save(&f, &edit, e);
}
