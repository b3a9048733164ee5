/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: the right people may let others in and out, the office is never left
 * without one of them, whoever leaves stays outside, the passphrase in the
 * envelope opens the office and does not do so unseen, and wrong tries wait.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "store/keyfile.h"
#include "store/office.h"
#include "store/tries.h"
#include "tests/store/support_people.h"

static void must(struct people *p, bool good)
{
    if (!good)
        fail_msg("%s", p->e.text);
}

static void refused(struct people *p, bool good, enum err_code code)
{
    assert_false(good);
    assert_int_equal(p->e.code, code);
}

static struct user the_user(struct people *p, const char *login)
{
    struct user_list l;
    must(p, user_list_load(p->store, &l, &p->e));
    const struct user *u = user_find(&l, login);
    assert_non_null(u);
    struct user copy = *u;
    user_list_release(&l);
    return copy;
}

/* The office is now open by somebody else. */
static void change_seats(struct people *p, const char *passphrase)
{
    store_close(p->store);
    p->store = people_open(p, passphrase);
    if (!p->store)
        fail_msg("%s", p->e.text);
}

static void remove_user(struct people *p, const char *login)
{
    struct err why = ERR_INIT;
    bool rotated = false;
    must(p, user_remove(p->store, login, &rotated, &why, &p->e));
    if (!rotated)
        fail_msg("%s", why.text);
}

static void logins_are_plain(void **state)
{
    struct people *p = *state;
    static const char *const good[] = {"a", "almaz.b", "x-1_2"};
    static const char *const bad[] = {
        "",       "Almaz", "1st",      ".x",
        "al maz", "አልማዝ",  "a/b",      "a\tb",
        "hub",    "-x",    "recovery", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_true(user_check_login(good[i], &p->e));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        refused(p, user_check_login(bad[i], &p->e), ERR_INPUT);
}

static void the_list_joins_record_and_slot(void **state)
{
    struct people *p = *state;
    struct user u = the_user(p, "bekele");
    assert_string_equal(u.role, "community-worker");
    assert_string_equal(u.state, USER_ACTIVE);
    assert_true(u.has_slot);
    assert_int_equal(u.last_ms, 0);
    p->now_ms += 3600 * 1000;
    change_seats(p, PEOPLE_BEKELE);
    assert_int_equal(the_user(p, "bekele").last_ms, p->now_ms);
    assert_string_equal(store_login(p->store), "bekele");
    assert_string_equal(store_role(p->store), "community-worker");
}

static void a_worker_manages_nobody(void **state)
{
    struct people *p = *state;
    struct err why = ERR_INIT;
    bool rotated;
    char words[RECOVERY_BYTES];
    change_seats(p, PEOPLE_BEKELE);
    refused(p,
            user_add(p->store, "chaltu", "expert", "a new passphrase", &p->e),
            ERR_DENIED);
    refused(p, user_set_role(p->store, "bekele", "expert", &p->e), ERR_DENIED);
    refused(p, user_remove(p->store, "almaz", &rotated, &why, &p->e),
            ERR_DENIED);
    refused(p,
            user_set_passphrase(p->store, "almaz", NULL, "mine now ok", &p->e),
            ERR_DENIED);
    refused(p, user_make_recovery(p->store, words, &p->e), ERR_DENIED);
    assert_true(strstr(p->e.text, "case manager") != NULL);
}

static void everybody_changes_the_own_passphrase(void **state)
{
    struct people *p = *state;
    change_seats(p, PEOPLE_BEKELE);
    refused(
        p,
        user_set_passphrase(p->store, "bekele", NULL, "a new one here", &p->e),
        ERR_DENIED);
    refused(p,
            user_set_passphrase(p->store, "bekele", PEOPLE_ALMAZ,
                                "a new one here", &p->e),
            ERR_DENIED); /* opens, but another slot */
    refused(
        p,
        user_set_passphrase(p->store, "bekele", PEOPLE_BEKELE, "short", &p->e),
        ERR_INPUT);
    must(p, user_set_passphrase(p->store, "bekele", PEOPLE_BEKELE,
                                "a new one here", &p->e));
    assert_null(people_open(p, PEOPLE_BEKELE));
    change_seats(p, "a new one here");
    change_seats(p, PEOPLE_ALMAZ);
    must(p,
         user_set_passphrase(p->store, "bekele", NULL, "told by almaz", &p->e));
    change_seats(p, "told by almaz");
}

static void the_last_who_manages_stays(void **state)
{
    struct people *p = *state;
    struct err why = ERR_INIT;
    bool rotated;
    refused(p, user_set_role(p->store, "almaz", "social-worker", &p->e),
            ERR_DENIED); /* the own role */
    refused(p, user_remove(p->store, "almaz", &rotated, &why, &p->e),
            ERR_DENIED);
    refused(p, user_set_role(p->store, "bekele", "king", &p->e), ERR_INPUT);
    refused(p, user_set_role(p->store, "nobody", "expert", &p->e),
            ERR_NOT_FOUND);
    must(p, user_set_role(p->store, "bekele", "expert", &p->e));
    change_seats(p, PEOPLE_BEKELE);
    must(p, user_set_role(p->store, "almaz", "social-worker", &p->e));
    assert_string_equal(the_user(p, "almaz").role, "social-worker");
    remove_user(p, "almaz");
    /* alone: any managing role, no other */
    must(p, user_set_role(p->store, "bekele", "administrator", &p->e));
    assert_string_equal(store_role(p->store), "administrator");
    refused(p, user_set_role(p->store, "bekele", "para-worker", &p->e),
            ERR_DENIED);
}

/* Not even the envelope, which may manage people, empties the office of those
 * who may; a worker beside is none of them. */
static void the_envelope_leaves_one_who_manages(void **state)
{
    struct people *p = *state;
    struct err why = ERR_INIT;
    bool rotated;
    char words[RECOVERY_BYTES];
    must(p, user_make_recovery(p->store, words, &p->e));
    change_seats(p, words);
    refused(p, user_remove(p->store, "almaz", &rotated, &why, &p->e),
            ERR_DENIED);
    refused(p, user_set_role(p->store, "almaz", "para-worker", &p->e),
            ERR_DENIED);
    assert_string_equal(the_user(p, "almaz").state, USER_ACTIVE);
}

static void who_leaves_stays_outside(void **state)
{
    struct people *p = *state;
    uint8_t before[32];
    struct err why = ERR_INIT;
    bool rotated;
    store_copy_key(p->store, before);
    struct bytes old_keys = disk_read(p->keys);
    remove_user(p, "bekele");
    assert_null(people_open(p, PEOPLE_BEKELE));
    assert_int_equal(p->e.code, ERR_DENIED);
    assert_false(keyfile_fits(p->keys, before));
    struct user u = the_user(p, "bekele");
    assert_string_equal(u.state, USER_LEFT);
    assert_false(u.has_slot);
    refused(p, user_remove(p->store, "bekele", &rotated, &why, &p->e),
            ERR_NOT_FOUND);
    /* the key file of before does not let anybody in either */
    struct bytes new_keys = disk_read(p->keys);
    disk_write(p->keys, old_keys);
    assert_null(people_open(p, PEOPLE_BEKELE));
    disk_write(p->keys, new_keys);
    bytes_free(&old_keys);
    bytes_free(&new_keys);
    must(p, user_add(p->store, "bekele", "ledger", "back again today", &p->e));
    change_seats(p, "back again today");
    assert_string_equal(store_role(p->store), "ledger");
}

/* A removal cut short behind its first step: the record says so, the slot is
 * still there. Removing once more ends it. */
static void who_left_is_refused_though_the_slot_stands(void **state)
{
    struct people *p = *state;
    must(p, office_write_person(p->store, "bekele", "community-worker",
                                USER_LEFT, &p->e));
    assert_true(the_user(p, "bekele").has_slot);
    assert_null(people_open(p, PEOPLE_BEKELE));
    assert_int_equal(p->e.code, ERR_DENIED);
    assert_true(strstr(p->e.text, "has left") != NULL);
    remove_user(p, "bekele");
    assert_false(the_user(p, "bekele").has_slot);
}

static void the_lone_worker_is_marked(void **state)
{
    struct people *p = *state;
    bool alone = true;
    must(p, user_is_alone(p->store, &alone, &p->e));
    assert_false(alone);
    assert_int_equal(people_read(p, p->store, "office.alone"), 0);
    p->now_ms += 5000;
    remove_user(p, "bekele");
    must(p, user_is_alone(p->store, &alone, &p->e));
    assert_true(alone);
    assert_int_equal(people_read(p, p->store, "office.alone"), p->now_ms);
    char words[RECOVERY_BYTES]; /* an envelope is no second person */
    must(p, user_make_recovery(p->store, words, &p->e));
    must(p, user_is_alone(p->store, &alone, &p->e));
    assert_true(alone);
    must(p, user_add(p->store, "bekele", "expert", "back again today", &p->e));
    must(p, user_is_alone(p->store, &alone, &p->e));
    assert_false(alone);
    assert_int_equal(people_read(p, p->store, "office.alone"), 0);
}

/* ---- the envelope ---- */

static void typed_badly(const char *words, char out[2 * RECOVERY_BYTES])
{
    size_t n = 0;
    for (; *words; words++) {
        if (*words != '-')
            out[n++] = (char)toupper((unsigned char)*words);
        else if (n % 2)
            out[n++] = ' ';
    }
    out[n] = '\0';
}

static void recovery_words_are_read_as_people_type(void **state)
{
    struct people *p = *state;
    char words[RECOVERY_BYTES], typed[2 * RECOVERY_BYTES], read[RECOVERY_BYTES];
    recovery_make(store_entropy(p->store), words);
    assert_int_equal(strlen(words), RECOVERY_BYTES - 1);
    typed_badly(words, typed);
    assert_int_equal(recovery_read(typed, read), RECOVERY_YES);
    assert_string_equal(read, words);
    int slips = 0, seen = 0;
    for (size_t i = 0; words[i]; i++) { /* any one letter */
        str_copy(typed, sizeof typed, words);
        if (typed[i] == '-')
            continue;
        typed[i] = i % 6 % 2 ? (typed[i] == 'a' ? 'u' : 'a')
                             : (typed[i] == 'b' ? 'd' : 'b');
        seen++;
        slips += recovery_read(typed, read) == RECOVERY_SLIP;
    }
    assert_int_equal(slips, seen);
    assert_int_equal(recovery_read("coffee under the acacia", read),
                     RECOVERY_NO);
    assert_int_equal(recovery_read("", read), RECOVERY_NO);
    assert_int_equal(recovery_read("babab-7abab", read), RECOVERY_NO);
    snprintf(typed, sizeof typed, "%s a", words); /* a letter too many */
    assert_int_equal(recovery_read(typed, read), RECOVERY_NO);
}

static void the_envelope_opens_and_is_noticed(void **state)
{
    struct people *p = *state;
    char first[RECOVERY_BYTES], words[RECOVERY_BYTES],
        typed[2 * RECOVERY_BYTES];
    struct buf news = BUF_INIT(USER_NEWS_BYTES);
    must(p, user_make_recovery(p->store, first, &p->e));
    must(p, user_make_recovery(p->store, words, &p->e));
    must(p, user_news(p->store, &news, &p->e));
    assert_int_equal(news.size, 0);
    store_close(p->store);
    p->store = people_open(p, first); /* a new one ends it */
    assert_null(p->store);
    typed_badly(words, typed);
    p->store = people_open(p, typed);
    assert_non_null(p->store);
    assert_string_equal(store_login(p->store), RECOVERY_LOGIN);
    must(p, user_set_passphrase(p->store, "almaz", NULL, "a third passphrase",
                                &p->e));
    change_seats(p, "a third passphrase");
    must(p, user_news(p->store, &news, &p->e));
    assert_true(news.size > 0);
    must(p, user_news(p->store, &news, &p->e)); /* once */
    assert_int_equal(news.size, 0);
    change_seats(p, PEOPLE_BEKELE); /* everybody is told */
    must(p, user_news(p->store, &news, &p->e));
    assert_true(news.size > 0);
    change_seats(p, "a third passphrase");
    remove_user(p, RECOVERY_LOGIN);
    assert_null(people_open(p, words));
    words[0] = words[0] == 'b' ? 'd' : 'b';
    assert_null(people_open(p, words));
    assert_true(strstr(p->e.text, "letter") != NULL);
    buf_release(&news);
}

/* A sentence of forty letters is somebody's right. */
static void forty_letters_of_ones_own_open(void **state)
{
    struct people *p = *state;
    static const char words[] =
        "seven women bring water before dawn every day ok";
    must(p, user_set_passphrase(p->store, "bekele", NULL, words, &p->e));
    change_seats(p, words);
}

/* ---- wrong tries ---- */

static void wrong_tries_wait(void **state)
{
    struct people *p = *state;
    struct store *s;
    for (int i = 0; i < TRIES_FREE; i++)
        assert_null(people_open(p, "a wrong passphrase"));
    assert_true(strstr(p->e.text, "5 times") != NULL);
    /* the right one waits as well, in every program, also a new one */
    assert_null(people_open(p, PEOPLE_BEKELE));
    assert_true(strstr(p->e.text, "wait 5 seconds") != NULL);
    p->now_ms += 4000;
    assert_null(people_open(p, PEOPLE_BEKELE));
    p->now_ms += 1000;
    assert_null(people_open(p, "a wrong passphrase")); /* now 10 seconds */
    p->now_ms += 9000;
    assert_null(people_open(p, PEOPLE_BEKELE));
    p->now_ms += 1000;
    assert_non_null(s = people_open(p, PEOPLE_BEKELE));
    store_close(s);
    assert_null(people_open(p, "a wrong passphrase")); /* from the start */
    assert_non_null(s = people_open(p, PEOPLE_BEKELE));
    store_close(s);
}

static void no_wait_is_for_ever(void **state)
{
    struct people *p = *state;
    struct store *s;
    for (int i = 0; i < 12; i++) {
        p->now_ms += 1000 * TRIES_WAIT_MAX_S;
        assert_null(people_open(p, "a wrong passphrase"));
    }
    p->now_ms -= 3600 * 1000; /* somebody set the clock back */
    assert_null(people_open(p, PEOPLE_BEKELE));
    p->now_ms += 1000 * TRIES_WAIT_MAX_S;
    assert_non_null(s = people_open(p, PEOPLE_BEKELE));
    store_close(s);
}

#define PROOF(f) cmocka_unit_test_setup_teardown(f, people_new, people_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PROOF(logins_are_plain),
        PROOF(the_list_joins_record_and_slot),
        PROOF(a_worker_manages_nobody),
        PROOF(everybody_changes_the_own_passphrase),
        PROOF(the_last_who_manages_stays),
        PROOF(the_envelope_leaves_one_who_manages),
        PROOF(who_leaves_stays_outside),
        PROOF(who_left_is_refused_though_the_slot_stands),
        PROOF(the_lone_worker_is_marked),
        PROOF(recovery_words_are_read_as_people_type),
        PROOF(the_envelope_opens_and_is_noticed),
        PROOF(forty_letters_of_ones_own_open),
        PROOF(wrong_tries_wait),
        PROOF(no_wait_is_for_ever),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
