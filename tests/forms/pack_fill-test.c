/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claims: the form reader has nothing to say about any form of the pack; and
 * filled in as a worker would, the forms ask what they should, hide what does
 * not apply, refuse what cannot be, and carry on what was typed before.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arr.h"
#include "base/str.h"
#include "forms/finding.h"
#include "forms/form.h"
#include "forms/kind.h"
#include "forms/pack.h"
#include "forms/record.h"

enum { TODAY = 20778 }; /* 2026-11-21 */

static struct form *read_form(const char *id)
{
    struct err e = ERR_INIT;
    struct finding_list found = {0};
    char name[64];
    snprintf(name, sizeof name, "%s.csv", id);
    const struct pack_file *file = pack_file_find(name);
    assert_non_null(file);
    struct form *f = form_read(file->bytes, file->size, &found, &e);
    for (size_t i = 0; i < found.nr; i++)
        print_error("%s:%u %s: %s\n", name, found.items[i].row,
                    found.items[i].column, found.items[i].text);
    assert_int_equal(found.errors_nr, 0);
    assert_non_null(f);
    finding_list_release(&found);
    return f;
}

/* A form being filled in: the record borrows the form, so both go together. */
struct sheet {
    struct form *form;
    struct record *record;
};

static struct sheet begin(const char *id)
{
    struct record_moment now = {.today = TODAY,
                                .now_ms = TODAY * INT64_C(86400000)};
    struct sheet s = {.form = read_form(id)};
    s.record = record_new(s.form, now);
    return s;
}

static void end(struct sheet *s)
{
    record_free(s->record);
    form_free(s->form);
}

static size_t field_at(const struct sheet *s, const char *path)
{
    const struct field *d = form_field(s->form, path);
    if (d == NULL)
        fail_msg("no field %s", path);
    return (size_t)(d - s->form->fields);
}

static void put(struct sheet *s, const char *path, const char *answer)
{
    record_set(s->record, field_at(s, path), answer);
}

static const char *value(const struct sheet *s, const char *path)
{
    return record_value(s->record, field_at(s, path));
}

static bool asked(const struct sheet *s, const char *path)
{
    return record_is_relevant(s->record, field_at(s, path));
}

/* Whether the answer just put there is refused with words holding part. */
static bool refused(const struct sheet *s, const char *path, const char *part)
{
    struct err e = ERR_INIT;
    return record_problem(s->record, field_at(s, path), 0, false, &e) &&
           strstr(e.text, part) != NULL;
}

static void assert_complete(const struct sheet *s)
{
    for (size_t i = 0; i < s->form->fields_nr; i++) {
        struct err e = ERR_INIT;
        if (record_problem(s->record, i, 0, true, &e))
            fail_msg("%s: %s", s->form->fields[i].path, e.text);
    }
}

static void put_all(struct sheet *s, const char *const (*answers)[2], size_t nr)
{
    for (size_t i = 0; i < nr; i++)
        put(s, answers[i][0], answers[i][1]);
}

static const char *const first_contact[][2] = {
    {"given_name", "Abeba"},
    {"father_name", "Tolosa"},
    {"grandfather_name", "Gebre"},
    {"sex", "female"},
    {"birth_precision", "age"},
    {"age_years", "14"},
    {"birth_method", "child"},
    {"uasc_status", "with_one_parent"},
    {"return_kind", "forced"},
    {"current_address", "Transit centre, room 4"},
    {"urgent_needs", "none"},
    {"intake/place_identified", "ET140101"},
    {"intake/identified_how", "transit_centre"},
    {"intake/identified_by", "Reception desk"},
    {"intake/interviewer", "Sara Lemma"},
    {"intake/interview_language", "om"},
    {"consent/consent_by", "mother"},
    {"consent/child_assent", "yes"},
    {"consent/consent_services", "yes"},
    {"consent/consent_register", "yes"},
    {"consent/consent_tracing", "not_needed"},
    {"consent/consent_sharing", "no"},
    {"consent/withhold", "no"},
};

static void the_reader_finds_nothing_to_say(void **state)
{
    (void)state;
    size_t nr;
    const struct kind *k = kind_list(&nr);
    for (size_t i = 0; i < nr; i++) {
        if (k[i].form[0] == '\0')
            continue;
        struct form *f = read_form(k[i].form);
        assert_string_equal(f->id, k[i].form);
        assert_int_equal(f->langs_nr, 2);
        assert_string_equal(f->langs[0], "en");
        assert_string_equal(f->langs[1], "am");
        form_free(f);
    }
}

static void a_first_contact_needs_no_more_than_this(void **state)
{
    (void)state;
    struct sheet s = begin("registration");
    put_all(&s, first_contact, ARR_NR(first_contact));
    assert_complete(&s);
    assert_string_equal(value(&s, "registration_date"), "2026-11-21");
    assert_string_equal(value(&s, "consent/consent_date"), "2026-11-21");
    end(&s);
}

static void each_of_them_is_needed(void **state)
{
    (void)state;
    struct sheet s = begin("registration");
    put_all(&s, first_contact, ARR_NR(first_contact));
    for (size_t i = 0; i < ARR_NR(first_contact); i++) {
        struct err e = ERR_INIT;
        size_t field = field_at(&s, first_contact[i][0]);
        record_set(s.record, field, "");
        if (record_is_relevant(s.record, field) &&
            !record_problem(s.record, field, 0, true, &e))
            fail_msg("%s may stay blank", first_contact[i][0]);
        record_set(s.record, field, first_contact[i][1]);
    }
    end(&s);
}

static void separation_is_asked_of_children_without_parents(void **state)
{
    (void)state;
    static const struct {
        const char *status;
        bool asked;
    } cases[] = {
        {"", false},
        {"with_parents", false},
        {"with_one_parent", false},
        {"with_guardian", false},
        {"separated", true},
        {"unaccompanied", true},
    };
    struct sheet s = begin("registration");
    for (size_t i = 0; i < ARR_NR(cases); i++) {
        put(&s, "uasc_status", cases[i].status);
        assert_int_equal(asked(&s, "separation/wants_tracing"), cases[i].asked);
        assert_int_equal(asked(&s, "separation/person_sought"), cases[i].asked);
    }
    end(&s);
}

static void an_adult_is_noticed_by_age_and_by_birth_date(void **state)
{
    (void)state;
    static const struct {
        const char *precision, *path, *answer;
        bool adult;
    } cases[] = {
        {"age", "age_years", "", false},
        {"age", "age_years", "17", false},
        {"age", "age_years", "18", true},
        {"day", "birth_date", "", false},
        {"day", "birth_date", "2009-11-21", false},
        {"year", "birth_date", "2007-09-12", true},
    };
    struct sheet s = begin("registration");
    put(&s, "registration_date", "2026-11-21");
    for (size_t i = 0; i < ARR_NR(cases); i++) {
        put(&s, "birth_precision", cases[i].precision);
        put(&s, cases[i].path, cases[i].answer);
        if (asked(&s, "adult_note") != cases[i].adult)
            fail_msg("%s %s", cases[i].path, cases[i].answer);
    }
    end(&s);
}

static void what_cannot_be_is_refused_in_plain_words(void **state)
{
    (void)state;
    static const struct {
        const char *form, *path, *good, *bad, *part;
    } cases[] = {
        {"registration", "registration_date", "2026-11-21", "2026-11-22",
         "in the future"},
        {"registration", "birth_date", "2012-02-29", "2026-11-22", "past"},
        {"registration", "birth_date", "2001-01-01", "1999-01-01", "26 years"},
        {"registration", "age_years", "0", "26", "0 to 25"},
        {"registration", "age_years", "25", "-1", "0 to 25"},
        {"registration", "phone", "+251 91 123 4567", "call Sara", "digits"},
        {"registration", "phone", "0911234567", "12345", "digits"},
        {"registration", "urgent_needs", "food medical", "none food", "both"},
        {"registration", "intake/place_identified", "ET041114/03", "ET0411/03",
         "place code"},
        {"registration", "intake/place_identified", "ET", "Gasera",
         "place code"},
        {"visit", "visit_date", "2026-11-20", "2026-11-22", "in the future"},
        {"visit", "next/next_date", "2026-11-22", "2026-11-21", "after"},
    };
    for (size_t i = 0; i < ARR_NR(cases); i++) {
        struct sheet s = begin(cases[i].form);
        if (str_equal(cases[i].form, "registration"))
            put(&s, "birth_precision",
                str_equal(cases[i].path, "age_years") ? "age" : "day");
        else
            put(&s, "visit_date", "2026-11-21");
        put(&s, cases[i].path, cases[i].good);
        if (refused(&s, cases[i].path, ""))
            fail_msg("%s refuses %s", cases[i].path, cases[i].good);
        put(&s, cases[i].path, cases[i].bad);
        if (!refused(&s, cases[i].path, cases[i].part))
            fail_msg("%s takes %s", cases[i].path, cases[i].bad);
        end(&s);
    }
}

static void what_must_be_kept_back_is_sealed(void **state)
{
    (void)state;
    static const char *const paths[] = {
        "consent/withhold_what", "consent/withhold_from",
        "consent/withhold_why",  "safety/concerns",
        "safety/concerns_note",  "separation/tracing_fear",
    };
    struct sheet s = begin("registration");
    for (size_t i = 0; i < ARR_NR(paths); i++)
        assert_string_equal(form_field(s.form, paths[i])->sensitivity,
                            "sealed");
    put(&s, "consent/withhold", "yes");
    assert_true(asked(&s, "consent/withhold_from"));
    put(&s, "consent/withhold", "no");
    assert_false(asked(&s, "consent/withhold_from"));
    end(&s);
}

static void a_checklist_answer_opens_its_parts(void **state)
{
    (void)state;
    static const struct {
        const char *answer;
        bool text, source;
    } cases[] = {
        {"", false, false},
        {"not_asked", false, false},
        {"known", true, true},
        {"unknown", false, true},
        {"not_applicable", false, true},
    };
    struct sheet s = begin("checklist_individual");
#define ITEM "safe_environment/I_SE_1/I_SE_1_"
    for (size_t i = 0; i < ARR_NR(cases); i++) {
        put(&s, ITEM "state", cases[i].answer);
        assert_int_equal(asked(&s, ITEM "text"), cases[i].text);
        assert_int_equal(asked(&s, ITEM "source"), cases[i].source);
        assert_int_equal(asked(&s, ITEM "flag"), cases[i].source);
    }
#undef ITEM
    end(&s);
}

static void source_and_phase_carry_on_over_a_gap(void **state)
{
    (void)state;
    struct sheet s = begin("checklist_individual");
    put(&s, "safe_environment/I_SE_1/I_SE_1_state", "known");
    assert_string_equal(value(&s, "safe_environment/I_SE_1/I_SE_1_source"),
                        "caregiver");
    assert_string_equal(value(&s, "safe_environment/I_SE_1/I_SE_1_phase"),
                        "reintegration");
    assert_string_equal(value(&s, "safe_environment/I_SE_1/I_SE_1_date"),
                        "2026-11-21");
    put(&s, "safe_environment/I_SE_1/I_SE_1_source", "home_visit");
    put(&s, "safe_environment/I_SE_1/I_SE_1_phase", "return");
    put(&s, "safe_environment/I_SE_2/I_SE_2_state", "unknown");
    assert_string_equal(value(&s, "safe_environment/I_SE_2/I_SE_2_source"),
                        "home_visit");
    put(&s, "family_relations/I_FR_5/I_FR_5_state", "known");
    assert_string_equal(value(&s, "family_relations/I_FR_5/I_FR_5_source"),
                        "home_visit");
    assert_string_equal(value(&s, "family_relations/I_FR_5/I_FR_5_phase"),
                        "return");
    assert_string_equal(value(&s, "safe_environment/I_SE_3/I_SE_3_source"), "");
    end(&s);
}

static void a_visit_where_the_child_was_not_seen_is_short(void **state)
{
    (void)state;
    static const char *const answers[][2] = {
        {"child_seen", "no"},
        {"not_seen_why", "no_road"},
        {"plan/plan_reviewed", "no_plan"},
        {"risk/new_risk", "no"},
        {"risk/risk_now", "medium"},
        {"next/next_date", "2026-11-28"},
    };
    struct sheet s = begin("visit");
    put_all(&s, answers, ARR_NR(answers));
    assert_string_equal(value(&s, "channel"), "home_visit");
    assert_false(asked(&s, "seen_alone"));
    assert_true(asked(&s, "not_seen_note"));
    assert_complete(&s);
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_reader_finds_nothing_to_say),
        cmocka_unit_test(a_first_contact_needs_no_more_than_this),
        cmocka_unit_test(each_of_them_is_needed),
        cmocka_unit_test(separation_is_asked_of_children_without_parents),
        cmocka_unit_test(an_adult_is_noticed_by_age_and_by_birth_date),
        cmocka_unit_test(what_cannot_be_is_refused_in_plain_words),
        cmocka_unit_test(what_must_be_kept_back_is_sealed),
        cmocka_unit_test(a_checklist_answer_opens_its_parts),
        cmocka_unit_test(source_and_phase_carry_on_over_a_gap),
        cmocka_unit_test(a_visit_where_the_child_was_not_seen_is_short),
    };
    return cmocka_run_group_tests_name("pack_fill", tests, NULL, NULL);
}
