/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: what nobody does to the people of an office is refused with its
 * sentence, whoever asks: at a hub, of an envelope, of who left or was never
 * there; and who left comes back by being added.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arr.h"
#include "base/str.h"
#include "store/office.h"
#include "store/store_int.h"
#include "tests/store/support_office.h"
#include "tests/store/support_people.h"

#define FRESH "a passphrase of today"

static bool add(struct store *s, const char *login, struct err *e)
{
    return user_add(s, login, "social-worker", FRESH, e);
}

static bool give_role(struct store *s, const char *login, struct err *e)
{
    return user_set_role(s, login, "expert", e);
}

static bool give_passphrase(struct store *s, const char *login, struct err *e)
{
    return user_set_passphrase(s, login, FRESH, FRESH, e);
}

static bool take_out(struct store *s, const char *login, struct err *e)
{
    struct err why = ERR_INIT;
    bool rotated;
    return user_remove(s, login, &rotated, &why, e);
}

static bool seal(struct store *s, const char *login, struct err *e)
{
    char words[RECOVERY_BYTES];
    (void)login;
    return user_make_recovery(s, words, e);
}

struct refusal {
    bool (*deed)(struct store *s, const char *login, struct err *e);
    const char *login;
    enum err_code code;
    const char *words;
};

static void refuse_all(struct store *s, const struct refusal *all, size_t nr)
{
    for (size_t i = 0; i < nr; i++) {
        struct err e = ERR_INIT;
        if (all[i].deed(s, all[i].login, &e))
            fail_msg("%zu: done to %s", i, all[i].login);
        if (e.code != all[i].code || strstr(e.text, all[i].words) == NULL)
            fail_msg("%zu: %s: (%d) %s", i, all[i].login, (int)e.code, e.text);
    }
}

static void a_hub_has_no_people_with_passphrases(void **state)
{
    static const struct refusal all[] = {
        {add, "almaz", ERR_INPUT, "A hub has no people"},
        {give_passphrase, "hub", ERR_INPUT, "A hub has no people"},
        {give_passphrase, "almaz", ERR_INPUT, "A hub has no people"},
        {take_out, "almaz", ERR_INPUT, "A hub has no people"},
        {seal, "", ERR_INPUT, "A hub has no people"},
        {take_out, "hub", ERR_DENIED, "removes oneself"},
    };
    struct office hub;
    struct err e = ERR_INIT;
    struct user_list l;
    (void)state;
    office_open_hub(&hub);
    assert_true(office_write_user(hub.store, "almaz", "expert", &e));
    refuse_all(hub.store, all, ARR_NR(all));
    assert_true(user_list_load(hub.store, &l, &e));
    for (size_t i = 0; i < l.nr; i++)
        assert_false(l.items[i].has_slot);
    user_list_release(&l);
    office_close(&hub);
}

/* marta is on the list, without a passphrase; bekele left. */
static void of_who_is_not_there(void **state)
{
    static const struct refusal all[] = {
        {give_role, "nobody", ERR_NOT_FOUND, "There is no nobody"},
        {give_role, "bekele", ERR_NOT_FOUND, "There is no bekele"},
        {give_role, "recovery", ERR_NOT_FOUND, "There is no recovery"},
        {take_out, "nobody", ERR_NOT_FOUND, "There is no nobody"},
        {take_out, "bekele", ERR_NOT_FOUND, "There is no bekele"},
        {give_passphrase, "nobody", ERR_NOT_FOUND, ""},
        {give_passphrase, "marta", ERR_NOT_FOUND, ""},
        {give_passphrase, "recovery", ERR_INPUT, "homeward user recovery"},
        {give_passphrase, "almaz", ERR_DENIED, "not your present"},
        {add, "almaz", ERR_INPUT, "already"},
        {add, "recovery", ERR_INPUT, "program's own"},
        {take_out, "almaz", ERR_DENIED, "removes oneself"},
    };
    struct people *p = *state;
    assert_true(office_write_user(p->store, "marta", "expert", &p->e));
    assert_true(take_out(p->store, "bekele", &p->e));
    assert_true(seal(p->store, "", &p->e));
    refuse_all(p->store, all, ARR_NR(all));
    /* who left comes back, and who was only on the list comes in */
    assert_true(add(p->store, "bekele", &p->e));
    assert_true(add(p->store, "marta", &p->e));
    refuse_all(p->store, &(struct refusal){add, "marta", ERR_INPUT, "already"},
               1);
    assert_true(take_out(p->store, "recovery", &p->e));
    refuse_all(p->store,
               &(struct refusal){take_out, "recovery", ERR_NOT_FOUND,
                                 "There is no recovery"},
               1);
}

/* The envelope manages people and is none: it is told of no use of itself. */
static void the_envelope_is_nobody(void **state)
{
    struct people *p = *state;
    struct buf news = BUF_INIT(USER_NEWS_BYTES);
    char words[RECOVERY_BYTES];
    assert_true(user_make_recovery(p->store, words, &p->e));
    store_close(p->store);
    p->now_ms += 3600 * 1000;
    p->store = people_open(p, words);
    assert_non_null(p->store);
    str_copy(p->store->role, sizeof p->store->role, "para-worker");
    assert_true(user_may_manage(p->store, &p->e));
    assert_true(user_news(p->store, &news, &p->e));
    assert_int_equal(news.size, 0);
    assert_true(add(p->store, "hirut", &p->e));
    store_close(p->store);
    p->store = people_open(p, FRESH);
    assert_true(user_news(p->store, &news, &p->e));
    assert_non_null(strstr(buf_text(&news), "recovery passphrase"));
    assert_true(user_news(p->store, &news, &p->e)); /* told once */
    assert_int_equal(news.size, 0);
    buf_release(&news);
}

/* A clock that was set back: the entry is noted all the same. */
static void entries_are_noted_once_a_minute(void **state)
{
    static const struct {
        int64_t step_ms;
        bool noted;
    } steps[] = {{30000, false}, {60000, true}, {-86400000, true}, {1, false}};
    struct people *p = *state;
    struct user_list l;
    p->now_ms += 3600 * 1000;
    assert_true(user_enter(p->store, &p->e));
    for (size_t i = 0; i < ARR_NR(steps); i++) {
        p->now_ms += steps[i].step_ms;
        assert_true(user_enter(p->store, &p->e));
        assert_true(user_list_load(p->store, &l, &p->e));
        assert_int_equal(user_find(&l, "almaz")->last_ms == p->now_ms,
                         steps[i].noted);
        user_list_release(&l);
    }
}

static void a_role_of_a_newer_program_has_its_own_word(void **state)
{
    (void)state;
    assert_string_equal(user_role_words("stargazer", "en"), "stargazer");
    assert_string_not_equal(user_role_words("expert", "en"), "expert");
}

#define PROOF(f) cmocka_unit_test_setup_teardown(f, people_new, people_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hub_has_no_people_with_passphrases),
        PROOF(of_who_is_not_there),
        PROOF(the_envelope_is_nobody),
        PROOF(entries_are_noted_once_a_minute),
        cmocka_unit_test(a_role_of_a_newer_program_has_its_own_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
