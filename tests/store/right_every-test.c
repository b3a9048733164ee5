/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: every right of every role, over every class of answer and every
 * distance, is what the table says: reached as far as it says and no further,
 * with a sentence for who may not; and where the table names nobody, nobody
 * may.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/arr.h"
#include "base/str.h"
#include "forms/role.h"
#include "store/audit.h"
#include "store/db.h"
#include "store/office.h"
#include "store/peer.h"
#include "store/right.h"
#include "store/right_gate_int.h"
#include "store/right_int.h"
#include "store/store_int.h"
#include "tests/store/support_office.h"

#define MUST(call)                                                             \
    do {                                                                       \
        struct err e_ = ERR_INIT, *e = &e_;                                    \
        if (!(call))                                                           \
            fail_msg("%s: %s", #call, e_.text);                                \
    } while (0)

/* From the nearest to the farthest, as seen by almaz of ET0411: own, of the
 * office, of a place below it, of elsewhere. */
enum { PLACES = 4 };
static const char *const case_places[PLACES] = {"ET041114/03", "ET041114/03",
                                                "ET041114", "ET0601"};

struct ground {
    struct office o;
    struct stream cases[PLACES], sites[2];
};

static void sit_down(struct office *o, const char *login, const char *role)
{
    str_copy(o->store->login, sizeof o->store->login, login);
    str_copy(o->store->role, sizeof o->store->role, role);
}

static struct stream new_case(struct office *o, const char *place)
{
    struct id id = office_open_case(o, place, "Selam");
    return stream_of_id(STREAM_CASE, &id);
}

static int begin(void **state)
{
    static struct ground g;
    office_open(&g.o, "Transit", "ET0411", 1);
    sit_down(&g.o, "almaz", "social-worker");
    g.cases[0] = new_case(&g.o, case_places[0]);
    sit_down(&g.o, "bekele", "social-worker");
    g.cases[1] = new_case(&g.o, case_places[1]);
    g.cases[2] = new_case(&g.o, case_places[2]);
    g.cases[3] = new_case(&g.o, case_places[3]);
    /* two came from other offices */
    MUST(db_run(store_db(g.o.store),
                "UPDATE stream SET opener = 77"
                " WHERE place IN ('ET041114', 'ET0601')",
                DB_NOTHING, e));
    g.sites[0] = stream_of_id(STREAM_SITE, store_site_id(g.o.store));
    struct id other = {{9, 9, 9}};
    g.sites[1] = stream_of_id(STREAM_SITE, &other);
    *state = &g;
    return 0;
}

static int end(void **state)
{
    office_close(&((struct ground *)*state)->o);
    return 0;
}

/* One question: the answer follows from the table and the distance alone. */
static void ask_one(struct ground *g, const struct right_ask *ask)
{
    struct err why = ERR_INIT;
    struct store *s = g->o.store;
    enum right_reach reach, nearness = RIGHT_OWN;
    if (ask->stream == NULL) {
        reach = right_reach(s->role, ask->kind, ask->class, ask->action);
    } else {
        reach = right_reach_in(s->role, ask->kind,
                               (enum stream_kind)ask->stream->kind, ask->class,
                               ask->action);
        MUST(right_nearness(s, ask->stream, &nearness, e));
    }
    bool expected = reach >= nearness, may = right_may(s, ask, &why);
    if (may != expected)
        fail_msg("%s, action %d, %s, class %d: %d", s->role, ask->action,
                 ask->kind, ask->class, may);
    if (!may) {
        assert_int_equal(why.code, ERR_DENIED);
        assert_true(why.text[0] != '\0');
    }
    assert_int_equal(right_has(s, ask->action, ask->kind, ask->class),
                     right_reach(s->role, ask->kind, ask->class, ask->action) !=
                         RIGHT_NONE);
}

static void ask_all_of(struct ground *g, const char *kind,
                       const struct stream *stream)
{
    for (int a = 0; a < RIGHT_ACTIONS; a++)
        for (int c = 0; c < RIGHT_CLASSES; c++) {
            const struct right_ask ask = {(enum right_action)a,
                                          (enum right_class)c, kind, stream};
            ask_one(g, &ask);
        }
}

static void every_right_is_what_the_table_says(void **state)
{
    struct ground *g = *state;
    size_t nr;
    const struct role *roles = role_list(&nr);
    static const char *const kinds[] = {"case", "visit", "approval", "worker",
                                        "form:own"};
    const struct stream place = stream_of_place("ET041114");
    /* somebody keeps the list of people, or whoever is there may */
    sit_down(&g->o, "tigist", "case-manager");
    MUST(office_write_user(g->o.store, "tigist", "case-manager", e));
    for (size_t r = 0; r <= nr; r++) {
        sit_down(&g->o, "almaz", r < nr ? roles[r].id : "no-such-role");
        for (size_t k = 0; k < ARR_NR(kinds); k++) {
            ask_all_of(g, kinds[k], NULL);
            for (size_t i = 0; i < PLACES; i++)
                ask_all_of(g, kinds[k], &g->cases[i]);
        }
        ask_all_of(g, RIGHT_OF_PLACE, &place);
        ask_all_of(g, "user", &g->sites[0]);
        ask_all_of(g, "user", &g->sites[1]);
        ask_all_of(g, "site", &g->sites[1]);
    }
}

static void distances_are_what_they_are_called(void **state)
{
    struct ground *g = *state;
    static const enum right_reach far[PLACES] = {RIGHT_OWN, RIGHT_SITE,
                                                 RIGHT_BELOW, RIGHT_ALL};
    enum right_reach n;
    sit_down(&g->o, "almaz", "social-worker");
    for (size_t i = 0; i < PLACES; i++) {
        MUST(right_nearness(g->o.store, &g->cases[i], &n, e));
        assert_int_equal(n, far[i]);
    }
    MUST(right_nearness(g->o.store, &g->sites[0], &n, e));
    assert_int_equal(n, RIGHT_OWN);
    MUST(right_nearness(g->o.store, &g->sites[1], &n, e));
    assert_int_equal(n, RIGHT_ALL);
}

static void what_nobody_may_is_said_so(void **state)
{
    struct ground *g = *state;
    struct err e = ERR_INIT;
    const struct right_ask ask = {RIGHT_PURGE, RIGHT_OPEN, "user",
                                  &g->sites[0]};
    sit_down(&g->o, "tigist", "case-manager");
    assert_false(right_may(g->o.store, &ask, &e));
    assert_non_null(strstr(e.text, "Nobody"));
}

static bool adds_people(struct ground *g)
{
    struct err e = ERR_INIT;
    const struct right_ask ask = {RIGHT_CREATE, RIGHT_OPEN, "user",
                                  &g->sites[0]};
    return right_may(g->o.store, &ask, &e);
}

/* The envelope lets people in, whoever else may. */
static void the_recovery_passphrase_adds_people(void **state)
{
    struct ground *g = *state;
    sit_down(&g->o, "tigist", "case-manager");
    MUST(office_write_user(g->o.store, "tigist", "case-manager", e));
    sit_down(&g->o, "almaz", "social-worker");
    assert_false(adds_people(g));
    sit_down(&g->o, "recovery", "");
    assert_true(adds_people(g));
}

/* A role in the log that no program could write names no keeper: no value at
 * all, a number, and a text longer than any role. */
static void a_role_that_is_none_keeps_nobody(void **state)
{
    struct ground *g = *state;
    struct value values[] = {{.type = VALUE_INTEGER, .number = 7},
                             {.type = VALUE_TEXT,
                              .text = "case-manager-of-a-name-beyond-any-login",
                              .text_bytes = 39}};
    sit_down(&g->o, "tigist", "case-manager");
    MUST(office_write_user(g->o.store, "tigist", "case-manager", e));
    sit_down(&g->o, "almaz", "social-worker");
    assert_false(adds_people(g));
    for (size_t i = 0; i <= ARR_NR(values); i++) {
        struct buf b = BUF_INIT(100);
        if (i < ARR_NR(values))
            value_encode(&b, &values[i]);
        else
            buf_add(&b, "\xff\xff", 2);
        MUST(db_run(store_db(g->o.store),
                    "UPDATE change SET value = ? WHERE change_id IN"
                    " (SELECT l.change_id FROM cell l JOIN field f"
                    "  ON f.field_id = l.field_id WHERE f.form = 'user'"
                    "  AND f.path = 'role')",
                    DB_BIND(db_blob(b.data, b.size)), e));
        buf_release(&b);
        assert_true(adds_people(g)); /* as where nobody may: one becomes two */
    }
}

/* What a hub was told of an office's roles by hand, one of them no role. */
static void an_office_has_the_roles_it_was_admitted_with(void **state)
{
    struct ground *g = *state;
    static const struct {
        const char *roles;
        bool allowed;
    } rows[] = {
        {"case-manager", true},
        {"a-word-that-is-longer-than-any-login-may-be case-manager", true},
        {"a-word-that-is-longer-than-any-login-may-be", false},
        {"ledger case-manager", true},
        {"ledger", false},
        {"", false}};
    struct edit edit = {.op = CHANGE_SET, .path = "given_name"};
    struct id id = stream_id(&g->cases[0]);
    struct save save = {.stream = g->cases[0],
                        .record = id,
                        .kind = "case",
                        .author = "nobody-known",
                        .edits = &edit,
                        .edits_nr = 1};
    for (size_t i = 0; i < ARR_NR(rows); i++) {
        struct peer_site site = {.id = {{9, 9, 9}}};
        bool allowed = !rows[i].allowed;
        str_copy(site.roles, sizeof site.roles, rows[i].roles);
        MUST(right_gate_received(g->o.store, &site, &save, &allowed, e));
        assert_int_equal(allowed, rows[i].allowed);
        save.stream = stream_of_place("ET041114"); /* no child's: alike */
        MUST(right_gate_received(g->o.store, &site, &save, &allowed, e));
        save.stream = g->sites[1]; /* an office's own are judged by nobody */
        MUST(right_gate_received(g->o.store, &site, &save, &allowed, e));
        assert_true(allowed);
        save.stream = g->cases[0];
    }
}

/* The trace of a refusal names the case or the place, and nothing else. */
static void a_refusal_is_noted_of_cases_and_places(void **state)
{
    struct ground *g = *state;
    const struct stream place = stream_of_place("ET041114");
    const struct stream *about[] = {NULL, &g->cases[0], &place, &g->sites[1]};
    for (size_t i = 0; i < ARR_NR(about); i++) {
        struct audit_line line;
        struct audit_page page = {.room = &line, .room_nr = 1};
        const struct audit_query query = {.kind = AUDIT_DENIED};
        const struct right_ask ask = {RIGHT_PURGE, RIGHT_CASE, "case",
                                      about[i]};
        right_note_refused(g->o.store, &ask);
        MUST(audit_flush(g->o.store, e));
        MUST(audit_page_load(g->o.store, &query, &page, e));
        assert_int_equal(page.nr, 1);
        assert_int_equal(id_is_zero(&line.case_id), i != 1);
        assert_int_equal(line.place[0] != '\0', i == 2);
    }
}

static void sealed_is_refused_in_the_words_of_the_sealed(void **state)
{
    struct ground *g = *state;
    const struct stream place = stream_of_place("ET041114");
    static const struct {
        const char *role, *words;
    } rows[] = {{"social-worker", "with a reason first"},
                {"community-worker", "not for your role"},
                {"ledger", "may not"}};
    for (size_t i = 0; i < ARR_NR(rows); i++) {
        struct err e = ERR_INIT;
        sit_down(&g->o, "almaz", rows[i].role);
        assert_false(right_refuse_sealed(g->o.store, &g->cases[0], &e));
        assert_int_equal(e.code, ERR_DENIED);
        if (strstr(e.text, rows[i].words) == NULL)
            fail_msg("%s: %s", rows[i].role, e.text);
    }
    struct err why = ERR_INIT;
    sit_down(&g->o, "almaz", "social-worker");
    assert_false(right_refuse_sealed(g->o.store, &place, &why));
    assert_false(right_is_unsealed(g->o.store, &g->cases[0]));
    MUST(right_unseal(g->o.store, &g->cases[0], "the doctor asks", e));
    MUST(right_unseal(g->o.store, &g->cases[0], "and again", e));
    assert_true(right_is_unsealed(g->o.store, &g->cases[0]));
    assert_false(right_is_unsealed(g->o.store, &g->cases[1]));
}

#define PROOF(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PROOF(every_right_is_what_the_table_says),
        PROOF(distances_are_what_they_are_called),
        PROOF(what_nobody_may_is_said_so),
        PROOF(the_recovery_passphrase_adds_people),
        PROOF(a_role_that_is_none_keeps_nobody),
        PROOF(an_office_has_the_roles_it_was_admitted_with),
        PROOF(a_refusal_is_noted_of_cases_and_places),
        PROOF(sealed_is_refused_in_the_words_of_the_sealed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
