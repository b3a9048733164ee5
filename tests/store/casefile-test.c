/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: a case is found by any spelling of its name in either script, those
 * spelt as typed first, page by page without loss or repetition; numbers are
 * found as written only; what a person names resolves to the case that fits
 * best or to none; and a file made by an older program finds by sound as soon
 * as it is opened.
 */
#include <ctype.h>
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
#include "forms/sound.h"
#include "store/casefile.h"
#include "store/db.h"
#include "store/fold.h"
#include "store/setting.h"
#include "store/verify.h"
#include "tests/store/support_office.h"

#define MUST(call)                                                             \
    do {                                                                       \
        struct err must_err = ERR_INIT, *e = &must_err;                        \
        if (!(call))                                                           \
            fail_msg("%s: %s", #call, must_err.text);                          \
    } while (0)

static const char *const names[] = {
    "Hirut",    "ሂሩት",       "Herut", "Hiruttan", "Haratu", "ሙሐመድ",
    "Mohammed", "Selamawit", "ሰላም",   "Almaz",    "Tola",
};

static void open_all(struct office *o)
{
    office_open(o, "Gasera", "ET041114", 1);
    for (size_t i = 0; i < ARR_NR(names); i++)
        office_open_case(o, "ET041114/03", names[i]);
}

/* The names found, in order, a comma between; fetched in pages of page_nr. */
static void find(struct office *o, const char *text, size_t page_nr,
                 bool backwards, char *out, size_t out_bytes)
{
    struct casefile room[16];
    struct casefile_query query = {.text = text};
    struct casefile_page page = {
        .room = room, .room_nr = page_nr, .backwards = backwards};
    char from[CASEFILE_KEY_BYTES];
    size_t used = 0;
    int64_t count = 0, found = 0;
    out[0] = '\0';
    do {
        MUST(casefile_page_load(o->store, &query, &page, e));
        for (size_t i = 0; i < page.nr; i++, found++)
            used += (size_t)snprintf(out + used, out_bytes - used, "%s%s",
                                     used > 0 ? "," : "", room[i].name);
        if (page.nr > 0)
            str_copy(from, sizeof from, room[page.nr - 1].sort_key);
        page.from = from;
    } while (page.nr == page_nr);
    MUST(casefile_count(o->store, &query, &count, e));
    assert_int_equal(count, found);
}

static void check_finds(struct office *o, const char *text, const char *wanted)
{
    char found[400];
    for (size_t page_nr = 1; page_nr < 4; page_nr++) {
        find(o, text, page_nr, false, found, sizeof found);
        assert_string_equal(found, wanted);
    }
}

static void as_typed_first_then_whole_names_by_sound_then_beginnings(void **x)
{
    struct office o;
    char found[400];
    (void)x;
    open_all(&o);
    check_finds(&o, "hirut", "Hirut,Hiruttan,Herut,ሂሩት,Haratu");
    check_finds(&o, "ሒሩት", "ሂሩት,Herut,Hirut,Haratu,Hiruttan");
    check_finds(&o, "Mehamed", "Mohammed,ሙሐመድ");
    check_finds(&o, "moham", "Mohammed,ሙሐመድ");
    check_finds(&o, "ሰላማዊት", "Selamawit");
    check_finds(&o, "selam", "Selamawit,ሰላም");
    check_finds(&o, "W/ro Hiruut", "Herut,Hirut,ሂሩት,Haratu,Hiruttan");
    check_finds(&o, "he", "Herut"); /* one sound is too little */
    check_finds(&o, "kebede", "");
    find(&o, "hirut", 2, true, found, sizeof found);
    assert_string_equal(found, "Haratu,ሂሩት,Herut,Hiruttan,Hirut");
    office_close(&o);
}

static void every_word_must_fit_and_the_worst_decides(void **x)
{
    struct office o;
    struct casefile room[3];
    struct casefile_page page = {.room = room, .room_nr = ARR_NR(room)};
    struct casefile_query query = {.text = "tolla ሂሩት"};
    struct id id;
    (void)x;
    open_all(&o);
    id = office_open_case(&o, "ET041114/03", "Hirut");
    office_set(&o, &id, "father_name", "Tola", false);
    id = office_open_case(&o, "ET041114/03", "ሂሩት");
    office_set(&o, &id, "father_name", "ቶላ", false);
    MUST(casefile_page_load(o.store, &query, &page, e));
    assert_int_equal(page.nr, 2);
    assert_string_equal(room[0].name, "Hirut Tola");
    assert_int_equal(room[0].fit, CASEFILE_SOUNDS_WHOLE);
    query.text = "hirut to"; /* one sound begins too many names */
    MUST(casefile_page_load(o.store, &query, &page, e));
    assert_int_equal(page.nr, 1);
    assert_int_equal(room[0].fit, CASEFILE_AS_WRITTEN);
    office_close(&o);
}

static void a_key_of_a_search_goes_on_in_the_whole_list(void **x)
{
    struct office o;
    struct casefile one;
    struct casefile_page page = {.room = &one, .room_nr = 1};
    struct casefile_query query = {.text = "alimaz"};
    char from[CASEFILE_KEY_BYTES];
    (void)x;
    open_all(&o);
    MUST(casefile_page_load(o.store, &query, &page, e));
    assert_string_equal(one.name, "Almaz");
    assert_int_equal(one.fit, CASEFILE_SOUNDS_WHOLE);
    str_copy(from, sizeof from, one.sort_key);
    page.from = from;
    query.text = NULL;
    MUST(casefile_page_load(o.store, &query, &page, e));
    assert_string_equal(one.name, "Haratu");
    office_close(&o);
}

static void numbers_fit_as_written_only(void **x)
{
    struct office o;
    struct casefile c;
    struct err err = ERR_INIT;
    char near[ID_NUMBER_BYTES];
    (void)x;
    open_all(&o);
    MUST(casefile_resolve(o.store, "almaz", &c, e));
    str_copy(near, sizeof near, c.number);
    MUST(casefile_resolve(o.store, near, &c, e));
    assert_string_equal(c.name, "Almaz");
    near[8] = near[8] == '2' ? '3' : '2';
    assert_false(casefile_resolve(o.store, near, &c, &err));
    assert_int_equal(err.code, ERR_NOT_FOUND);
    office_close(&o);
}

/* Its letters could be a number too. */
static void a_number_in_any_spelling_and_a_name_that_could_be_one(void **x)
{
    struct office o;
    struct casefile c;
    char typed[ID_NUMBER_BYTES];
    size_t used = 0;
    (void)x;
    open_all(&o);
    office_open_case(&o, "ET041114/03", "Teshager");
    MUST(casefile_resolve(o.store, "teshager", &c, e));
    assert_string_equal(c.name, "Teshager");
    for (const char *at = c.number; *at != '\0'; at++)
        if (*at != '-')
            typed[used++] = (char)tolower((unsigned char)*at);
    typed[used] = '\0';
    MUST(casefile_resolve(o.store, typed, &c, e));
    assert_string_equal(c.name, "Teshager");
    office_close(&o);
}

static void what_a_person_names_is_the_best_fit_or_none(void **x)
{
    struct office o;
    struct casefile c;
    struct err err = ERR_INIT;
    (void)x;
    open_all(&o);
    MUST(casefile_resolve(o.store, "mohammed", &c, e));
    assert_string_equal(c.name, "Mohammed"); /* one is spelt so */
    MUST(casefile_resolve(o.store, "አልማዝ", &c, e));
    assert_string_equal(c.name, "Almaz");
    assert_false(casefile_resolve(o.store, "muhamed", &c, &err)); /* two */
    assert_int_equal(err.code, ERR_INPUT);
    err = (struct err)ERR_INIT;
    assert_false(casefile_resolve(o.store, "አልማ", &c, &err)); /* a part */
    assert_int_equal(err.code, ERR_NOT_FOUND);
    office_close(&o);
}

static void short_names_find_whole_ones_and_are_found(void **x)
{
    struct office o;
    (void)x;
    office_open(&o, "Gasera", "ET041114", 1);
    office_open_case(&o, "ET041114/03", "G/Mariam");
    office_open_case(&o, "ET041114/03", "Gebremariam");
    office_open_case(&o, "ET041114/03", "ገ/ማርያም");
    check_finds(&o, "g/mariam", "G/Mariam,Gebremariam,ገ/ማርያም");
    check_finds(&o, "Gabremaryam", "G/Mariam,Gebremariam,ገ/ማርያም");
    check_finds(&o, "ገብረማርያም", "ገ/ማርያም,G/Mariam,Gebremariam");
    office_close(&o);
}

static void a_new_name_takes_the_place_of_the_old(void **x)
{
    struct office o;
    struct verify_count count;
    (void)x;
    open_all(&o);
    struct id id = office_open_case(&o, "ET041114/03", "Bekele");
    check_finds(&o, "ከበደ", "");
    office_set(&o, &id, "given_name", "Kebede", true);
    check_finds(&o, "ከበደ", "Kebede");
    check_finds(&o, "bekele", "");
    MUST(verify_all(o.store, &count, e));
    office_close(&o);
}

/* ---- a file of an older program ---- */

#define OLD_TERM                                                               \
    "CREATE TABLE term(term TEXT NOT NULL, stream_id INTEGER NOT NULL,"        \
    " PRIMARY KEY(term, stream_id))"

static const char *const second_version[] = {
    "DROP TABLE term",
    "ALTER TABLE field DROP COLUMN computed",
    OLD_TERM,
    "CREATE INDEX term_of_stream ON term(stream_id)",
    "INSERT INTO term SELECT 'hirut', stream_id FROM casefile",
    "DELETE FROM setting WHERE name = 'term.version'",
    "UPDATE setting SET value = 2 WHERE name = 'schema'",
};

static const char *const older_sounds[] = {
    "UPDATE term SET sound = 'of another program'",
    "UPDATE setting SET value = 77 WHERE name = 'term.version'",
};

static void run_all(struct store *s, const char *const *sql, size_t nr)
{
    for (size_t i = 0; i < nr; i++)
        MUST(db_run(store_db(s), sql[i], DB_NOTHING, e));
}

/* Opens the folder's office, which must find its one case by sound. */
static struct store *open_and_find(const char *dir)
{
    struct office o = {0};
    struct verify_count count;
    int64_t version = 0;
    MUST((o.store = store_open(dir, "a passphrase", store_env_system(), e)) !=
         NULL);
    check_finds(&o, "ሂሩት", "Hirut");
    MUST(setting_get_int(o.store, "term.version", &version, e));
    assert_int_equal(version, SOUND_VERSION);
    MUST(verify_all(o.store, &count, e));
    return o.store;
}

static void an_older_file_finds_by_sound_once_it_is_opened(void **x)
{
    char dir[] = "/tmp/homeward-casefile-XXXXXX", path[64];
    static const char *const files[] = {"homeward.db", "homeward.db-journal",
                                        "homeward.keys"};
    const struct store_new n = {.site_name = "Gasera",
                                .place = "ET041114",
                                .login = "almaz",
                                .role = "social-worker"};
    struct office o = {0};
    (void)x;
    setenv("HOMEWARD_KDF_COST", "least", 1);
    assert_non_null(mkdtemp(dir));
    MUST(store_create(dir, &n, "a passphrase", store_env_system(), e));
    MUST((o.store = store_open(dir, "a passphrase", store_env_system(), e)) !=
         NULL);
    office_open_case(&o, "ET041114/03", "Hirut");
    office_age(o.store);
    run_all(o.store, second_version, ARR_NR(second_version));
    store_close(o.store);
    o.store = open_and_find(dir);
    run_all(o.store, older_sounds, ARR_NR(older_sounds));
    store_close(o.store);
    o.store = open_and_find(dir);
    MUST(fold_rebuild(o.store, e));
    store_close(o.store);
    store_close(open_and_find(dir));
    for (size_t i = 0; i < ARR_NR(files); i++) {
        snprintf(path, sizeof path, "%s/%s", dir, files[i]);
        unlink(path);
    }
    rmdir(dir);
}

static void what_fits_many_or_none_is_said(void **state)
{
    struct office o;
    struct casefile c;
    struct err err = ERR_INIT;
    static const char *const nothing[] = {
        "", "  ", "40000000-1111-4111-8111-111111111119", "Zebenay"};
    const struct id none = {{1, 2, 3}};
    char key[CASEFILE_KEY_BYTES];
    (void)state;
    office_open(&o, "Gasera", "ET041114", 1);
    for (size_t i = 0; i < ARR_NR(nothing); i++) {
        assert_false(casefile_resolve(o.store, nothing[i], &c, &err));
        assert_int_equal(err.code, ERR_NOT_FOUND);
    }
    for (int i = 0; i < 7; i++)
        office_open_case(&o, "ET041114/03", "Selam");
    for (size_t i = 0; i < ARR_NR(nothing); i++) {
        assert_false(casefile_resolve(o.store, nothing[i], &c, &err));
        assert_int_equal(err.code, ERR_NOT_FOUND);
    }
    assert_false(casefile_resolve(o.store, "selam", &c, &err));
    assert_int_equal(err.code, ERR_INPUT);
    assert_non_null(strstr(err.text, ", ...")); /* not all of them */
    assert_false(casefile_load(o.store, &none, &c, &err));
    assert_int_equal(err.code, ERR_NOT_FOUND);
    err = (struct err)ERR_INIT;
    assert_false(
        casefile_key_load(o.store, &none, CASEFILE_BY_NAME, key, &err));
    assert_int_equal(err.code, ERR_NOT_FOUND);
    office_close(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            as_typed_first_then_whole_names_by_sound_then_beginnings),
        cmocka_unit_test(every_word_must_fit_and_the_worst_decides),
        cmocka_unit_test(a_key_of_a_search_goes_on_in_the_whole_list),
        cmocka_unit_test(numbers_fit_as_written_only),
        cmocka_unit_test(a_number_in_any_spelling_and_a_name_that_could_be_one),
        cmocka_unit_test(what_a_person_names_is_the_best_fit_or_none),
        cmocka_unit_test(what_fits_many_or_none_is_said),
        cmocka_unit_test(short_names_find_whole_ones_and_are_found),
        cmocka_unit_test(a_new_name_takes_the_place_of_the_old),
        cmocka_unit_test(an_older_file_finds_by_sound_once_it_is_opened),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
