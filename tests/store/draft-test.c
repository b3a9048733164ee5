/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: a draft outlives the program, and saving it later replaces what its
 * writer saw when it was begun and nothing that came since: what another
 * office wrote meanwhile stands beside it until somebody settles it. Each login
 * has a draft of its own and sees no other.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arr.h"
#include "base/str.h"
#include "store/apply.h"
#include "store/casefile.h"
#include "store/db.h"
#include "store/draft.h"
#include "store/entity.h"
#include "store/feed.h"
#include "store/store_int.h"
#include "tests/store/support_office.h"

#define CASE "11111111-1111-4111-8111-111111111111"

#define MUST(call)                                                             \
    do {                                                                       \
        struct err e_ = ERR_INIT, *e = &e_;                                    \
        if (!(call))                                                           \
            fail_msg("%s", e_.text);                                           \
    } while (0)

/* A form on somebody's desk. */
struct desk {
    struct store *store;
    struct pool *pool;
    const struct formdef *def;
    struct entity seen;
    struct record *record;
    int64_t seen_to;
};

static void open_form(struct desk *d, struct store *s, const struct draft *x)
{
    struct id id;
    assert_true(id_parse(CASE, &id));
    *d = (struct desk){.store = s, .pool = pool_new()};
    MUST((d->def = formdef_current(s, "registration", e)) != NULL);
    d->record =
        record_new(d->def->form, (struct record_moment){.today = 20000});
    MUST(feed_end(s, &d->seen_to, e));
    MUST(entity_load(s, &id, d->pool, &d->seen, e));
    entity_fill(&d->seen, d->record);
    if (x == NULL)
        return;
    draft_fill(x, d->record);
    draft_blind(x, &d->seen);
    d->seen_to = x->seen;
}

static void type(struct desk *d, const char *name, const char *answer)
{
    for (size_t i = 0; i < d->def->form->fields_nr; i++)
        if (str_equal(d->def->form->fields[i].name, name)) {
            record_set(d->record, i, answer);
            return;
        }
    fail_msg("no field %s", name);
}

static void keep(struct desk *d)
{
    struct draft x = {.record = d->seen.id,
                      .stream = d->seen.stream,
                      .kind = "case",
                      .seen = d->seen_to};
    MUST(draft_save(d->store, &x, d->record, e));
}

static void save(struct desk *d)
{
    bool saved = false;
    const struct entity_edit edit = {.seen = &d->seen,
                                     .form = d->def,
                                     .record = d->record,
                                     .only_typed = false};
    MUST(entity_save(d->store, &edit, &saved, e));
    assert_true(saved);
}

static void leave(struct desk *d)
{
    record_free(d->record);
    pool_free(d->pool);
}

static void apply(struct store *s, const char *line)
{
    bool saved = false;
    MUST(apply_line(s, line, strlen(line), &saved, e));
}

static void open_case(struct store *s)
{
    apply(s, "{\"case\":\"" CASE "\",\"form\":\"registration\","
             "\"place\":\"ET041114/03\",\"set\":{\"given_name\":\"Selam\","
             "\"father_name\":\"Haile\",\"grandfather_name\":\"Tola\"}}");
}

static struct draft the_draft(struct store *s, struct pool *pool)
{
    struct draft_list l;
    MUST(draft_list_load(s, pool, &l, e));
    assert_int_equal(l.nr, 1);
    return l.items[0];
}

/* begun; then the other values come; then taken up again and saved */
static void a_draft_taken_up_later_replaces_only_what_was_seen(void **state)
{
    struct office o;
    struct desk d;
    char text[64];
    struct id id;
    struct pool *pool = pool_new();
    (void)state;
    assert_true(id_parse(CASE, &id));
    office_open(&o, "Gasera", "ET041114", 3);
    open_case(o.store);
    open_form(&d, o.store, NULL);
    type(&d, "given_name", "Selamawit");
    type(&d, "father_name", "Hailu");
    type(&d, "grandfather_name", "");
    keep(&d);
    keep(&d); /* again at the next field */
    leave(&d);
    apply(o.store,
          "{\"case\":\"" CASE "\",\"form\":\"registration\",\"set\":"
          "{\"given_name\":\"Selamnesh\",\"grandfather_name\":\"Tolasa\"}}");
    struct draft x = the_draft(o.store, pool);
    open_form(&d, o.store, &x);
    save(&d);
    leave(&d);
    assert_int_equal(office_values(&o, &id, "given_name", text, sizeof text),
                     2);
    assert_int_equal(office_values(&o, &id, "father_name", text, sizeof text),
                     1);
    assert_string_equal(text, "Hailu");
    assert_int_equal(
        office_values(&o, &id, "grandfather_name", text, sizeof text), 2);
    struct draft_list none;
    MUST(draft_list_load(o.store, pool, &none, e));
    assert_int_equal(none.nr, 0); /* a save ends its draft */
    pool_free(pool);
    office_close(&o);
}

/* Two people at one PC, one record. */
static void each_login_has_its_own_draft(void **state)
{
    struct office o;
    struct desk a, b;
    struct pool *pool = pool_new();
    struct draft_list l;
    char text[64];
    struct id id;
    (void)state;
    assert_true(id_parse(CASE, &id));
    office_open(&o, "Gasera", "ET041114", 3);
    open_case(o.store);
    open_form(&a, o.store, NULL);
    type(&a, "father_name", "Hailu");
    keep(&a);
    char first[STORE_LOGIN_BYTES];
    str_copy(first, sizeof first, store_login(o.store));
    str_copy(o.store->login, sizeof o.store->login, "dawit");
    MUST(draft_list_load(o.store, pool, &l, e));
    assert_int_equal(l.nr, 0); /* what another types is not to be seen */
    open_form(&b, o.store, NULL);
    type(&b, "father_name", "Haylu");
    keep(&b);
    save(&b); /* ends the own draft, not the other */
    leave(&b);
    str_copy(o.store->login, sizeof o.store->login, first);
    struct draft x = the_draft(o.store, pool);
    leave(&a);
    open_form(&a, o.store, &x);
    assert_int_equal(draft_behind(&x, &a.seen), 1); /* told at opening */
    save(&a);
    leave(&a);
    assert_int_equal(office_values(&o, &id, "father_name", text, sizeof text),
                     2); /* both stand */
    pool_free(pool);
    office_close(&o);
}

static void a_draft_of_a_new_case_bears_the_name_typed(void **state)
{
    struct office o;
    struct desk d;
    char name[64];
    struct pool *pool = pool_new();
    (void)state;
    office_open(&o, "Gasera", "ET041114", 3);
    open_case(o.store);
    open_form(&d, o.store, NULL);
    type(&d, "sex", "female");
    keep(&d);
    struct draft x = the_draft(o.store, pool);
    draft_name(&x, name, sizeof name);
    assert_string_equal(name, "");
    type(&d, "father_name", "Hailu");
    type(&d, "given_name", "Selamawit");
    keep(&d);
    leave(&d);
    x = the_draft(o.store, pool);
    draft_name(&x, name, sizeof name);
    assert_string_equal(name, "Selamawit Hailu");
    pool_free(pool);
    office_close(&o);
}

/* What a file of the first version lacks is added, and its drafts are there. */
static void a_file_of_the_first_version_is_brought_up_to_date(void **state)
{
    char dir[] = "/tmp/homeward-draft-XXXXXX", path[64];
    static const char *const files[] = {"homeward.db", "homeward.db-journal",
                                        "homeward.keys"};
    const struct store_new n = {.site_name = "Gasera",
                                .place = "ET041114",
                                .login = "almaz",
                                .role = "social-worker"};
    struct desk d;
    struct pool *pool = pool_new();
    struct store *s = NULL;
    (void)state;
    setenv("HOMEWARD_KDF_COST", "least", 1);
    assert_non_null(mkdtemp(dir));
    MUST(store_create(dir, &n, "a passphrase", store_env_system(), e));
    MUST((s = store_open(dir, "a passphrase", store_env_system(), e)) != NULL);
    open_case(s);
    open_form(&d, s, NULL);
    type(&d, "given_name", "Selamawit");
    keep(&d);
    leave(&d);
    office_age(s);
    MUST(db_run(store_db(s), "ALTER TABLE draft DROP COLUMN seen", DB_NOTHING,
                e));
    MUST(db_run(store_db(s), "ALTER TABLE field DROP COLUMN computed",
                DB_NOTHING, e));
    MUST(db_run(store_db(s),
                "UPDATE setting SET value = 1"
                " WHERE name = 'schema'",
                DB_NOTHING, e));
    store_close(s);
    MUST((s = store_open(dir, "a passphrase", store_env_system(), e)) != NULL);
    struct draft x = the_draft(s, pool);
    assert_int_equal(x.seen, 0); /* nobody knows: nothing is replaced */
    open_form(&d, s, &x);
    keep(&d);
    leave(&d);
    store_close(s);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        snprintf(path, sizeof path, "%s/%s", dir, files[i]);
        unlink(path);
    }
    rmdir(dir);
    pool_free(pool);
}

/* ---- bytes of a draft ---- */

static const char *const drafted[][2] = {
    {"given_name", "Hana"},
    {"who/father_name", "Tola"},
    {"xgrandfather_name", "no"},
    {"grandfather_name", ""},
    {"child[k1]", "-"},
    {"]", ""},
    {"", "x"},
    {"nowhere", "x"},
    {"given_name/deeper", "x"},
    {"child[zz]/given", "Hana"},
    {"child", "-"},
    {"sex", "female"},
    {"sex", "neither nor"},
};

/* Fills in what there is of them, and looks at the rest as a draft is. */
static void use_bytes(struct office *o, const void *bytes, size_t n)
{
    struct err e = ERR_INIT;
    uint8_t *at = mem_alloc(n);
    memcpy(at, bytes, n);
    const struct draft d = {.answers = at, .answers_bytes = n, .seen = 1};
    struct entity_value values[] = {{.path = "given_name", .change_id = 2},
                                    {.path = "given_name", .change_id = 1},
                                    {.path = "sex", .change_id = 1}};
    struct entity x = {.values = values, .values_nr = ARR_NR(values)};
    char name[60];
    const struct formdef *f = formdef_current(o->store, "registration", &e);
    assert_non_null(f);
    struct record *r =
        record_new(f->form, (struct record_moment){.today = 20000});
    draft_fill(&d, r);
    draft_blind(&d, &x);
    assert_int_equal(draft_behind(&d, &x), 1);
    draft_name(&d, name, sizeof name);
    assert_true(strlen(name) < sizeof name);
    record_free(r);
    mem_free(at);
}

static void a_draft_of_any_bytes_is_taken_up_as_far_as_it_goes(void **state)
{
    struct office o;
    struct buf b = BUF_INIT(4000);
    char name[60];
    (void)state;
    office_open(&o, "Gasera", "ET041114", 1);
    for (size_t i = 0; i < ARR_NR(drafted); i++)
        for (size_t k = 0; k < 2; k++)
            buf_add_block(&b, drafted[i][k], strlen(drafted[i][k]));
    for (size_t n = 0; n <= b.size; n += 3)
        use_bytes(&o, b.data, n);
    for (size_t at = 0; at < b.size; at++) {
        b.data[at] ^= 0x81;
        if (at % 3 == 0)
            use_bytes(&o, b.data, b.size);
        b.data[at] ^= 0x81;
    }
    const struct draft d = {.answers = (const uint8_t *)b.data,
                            .answers_bytes = b.size};
    draft_name(&d, name, sizeof name);
    assert_string_equal(name, "Hana Tola");
    buf_release(&b);
    office_close(&o);
}

static void drafts_of_many_records_are_all_listed(void **state)
{
    struct office o;
    struct desk d;
    struct draft_list l;
    (void)state;
    office_open(&o, "Gasera", "ET041114", 3);
    open_case(o.store);
    open_form(&d, o.store, NULL);
    for (int i = 0; i < 20; i++) {
        struct draft x = {.record = id_new(store_entropy(o.store)),
                          .stream = d.seen.stream,
                          .kind = "case"};
        MUST(draft_save(o.store, &x, d.record, e));
    }
    MUST(draft_list_load(o.store, d.pool, &l, e));
    assert_int_equal(l.nr, 20);
    leave(&d);
    office_close(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_draft_taken_up_later_replaces_only_what_was_seen),
        cmocka_unit_test(each_login_has_its_own_draft),
        cmocka_unit_test(a_draft_of_a_new_case_bears_the_name_typed),
        cmocka_unit_test(a_draft_of_any_bytes_is_taken_up_as_far_as_it_goes),
        cmocka_unit_test(a_file_of_the_first_version_is_brought_up_to_date),
        cmocka_unit_test(drafts_of_many_records_are_all_listed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
