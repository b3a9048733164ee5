/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: forms are found by id, by version and by kind; what names none, or one
 * whose text this program cannot read any more, is told so, and the other forms
 * go on being offered, in order of title.
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
#include "store/db.h"
#include "store/formdef.h"
#include "store/setting.h"
#include "tests/store/support_office.h"

#define MUST(call)                                                             \
    do {                                                                       \
        struct err e_ = ERR_INIT, *e = &e_;                                    \
        if (!(call))                                                           \
            fail_msg("%s: %s", #call, e_.text);                                \
    } while (0)

static int begin(void **state)
{
    static struct office o;
    office_open(&o, "Gasera", "ET041114", 3);
    *state = &o;
    return 0;
}

static int end(void **state)
{
    office_close(*state);
    return 0;
}

static void use(struct office *o, const char *id, const char *title)
{
    const struct formdef *d;
    char csv[300];
    snprintf(csv, sizeof csv,
             "survey\n,type,name,label\n,text,head,Head\n"
             "settings\n,form_id,form_title,version\n,%s,%s,1\n",
             id, title);
    MUST((d = formdef_add(o->store, csv, strlen(csv), e)) != NULL &&
         formdef_use(o->store, d, e));
}

/* As a newer program would leave it: in use, and no text for this one. */
static void plant(struct office *o, const char *id, const char *csv)
{
    uint8_t hash[HASH_BYTES];
    char name[100];
    hash_of(hash, "form", csv, strlen(csv));
    MUST(db_run(store_db(o->store),
                "INSERT INTO form(hash, name, csv) VALUES(?, ?, ?)",
                DB_BIND(db_blob(hash, sizeof hash), db_text(id),
                        db_blob(csv, strlen(csv))),
                e));
    snprintf(name, sizeof name, "form.current.%s", id);
    MUST(setting_set(o->store, name, hash, sizeof hash, e));
}

static void forms_of_one_title_stand_in_order_of_id(void **state)
{
    struct office *o = *state;
    struct formdef_list l;
    struct pool *pool = pool_new();
    char id[20];
    MUST(formdef_list_load(o->store, pool, &l, e));
    assert_int_equal(l.nr, 0);
    for (int i = 20; i > 0; i--) {
        snprintf(id, sizeof id, "home%02d", i);
        use(o, id, i % 2 ? "Home" : "Abode");
    }
    MUST(formdef_list_load(o->store, pool, &l, e));
    assert_int_equal(l.nr, 20);
    assert_string_equal(l.items[0]->form->id, "home02");
    assert_string_equal(l.items[9]->form->id, "home20");
    assert_string_equal(l.items[10]->form->id, "home01");
    assert_string_equal(l.items[19]->form->id, "home19");
    pool_free(pool);
}

static void a_form_nobody_can_read_is_not_offered(void **state)
{
    struct office *o = *state;
    struct formdef_list l;
    struct pool *pool = pool_new();
    struct err why = ERR_INIT;
    use(o, "home", "Home");
    plant(o, "broken", "no sheet at all");
    plant(o, "torn", "survey\n\"");
    MUST(setting_set(o->store, "form.current.short", "x", 1, e));
    assert_null(formdef_current(o->store, "broken", &why));
    assert_int_equal(why.code, ERR_NOT_FOUND);
    assert_null(formdef_current(o->store, "torn", &why));
    assert_null(formdef_current(o->store, "short", &why));
    assert_null(formdef_current(o->store, "none", &why));
    MUST(formdef_list_load(o->store, pool, &l, e));
    assert_int_equal(l.nr, 1);
    assert_null(formdef_add(o->store, "no sheet at all", 15, &why));
    assert_true(why.text[0] != '\0');
    pool_free(pool);
}

/* A name longer than any form has is one that no form has. */
static void a_form_id_of_any_length_is_looked_for(void **state)
{
    struct office *o = *state;
    struct err why = ERR_INIT;
    char id[5000];
    memset(id, 'a', sizeof id - 1);
    id[sizeof id - 1] = '\0';
    assert_null(formdef_current(o->store, id, &why));
    assert_int_equal(why.code, ERR_NOT_FOUND);
    assert_null(formdef_current(o->store, "", &why));
}

static void a_kind_leads_to_its_form(void **state)
{
    static const struct {
        const char *kind, *form;
        enum err_code code;
    } kinds[] = {
        {"case", "registration", ERR_NONE},
        {"visit", "visit", ERR_NONE},
        {"form:home", "home", ERR_NONE},
        {"form:unheard", NULL, ERR_NOT_FOUND},
        {"unheard", NULL, ERR_NOT_FOUND},
        {"", NULL, ERR_NOT_FOUND},
        {"user", NULL, ERR_INPUT}, /* the program itself writes it */
        {"approval", NULL, ERR_INPUT},
    };
    struct office *o = *state;
    use(o, "home", "Home");
    for (size_t i = 0; i < ARR_NR(kinds); i++) {
        struct err why = ERR_INIT;
        const struct formdef *d =
            formdef_of_kind(o->store, kinds[i].kind, &why);
        assert_int_equal(why.code, kinds[i].code);
        assert_true((d == NULL) == (kinds[i].form == NULL));
        if (d != NULL)
            assert_string_equal(d->form->id, kinds[i].form);
        assert_true((formdef_kind(o->store, kinds[i].kind) != NULL) ==
                    (kinds[i].code != ERR_NOT_FOUND));
    }
}

#define PROOF(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PROOF(forms_of_one_title_stand_in_order_of_id),
        PROOF(a_form_nobody_can_read_is_not_offered),
        PROOF(a_form_id_of_any_length_is_looked_for),
        PROOF(a_kind_leads_to_its_form),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
