/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: whatever is changed in the file from outside, verify says so or it
 * was harmless: a bit flipped at any byte, pages swapped, zeroed, put back
 * to an older state; the break is named by chain and change, in the computed
 * tables by the table; a signature
 * that does not fit is found; a whole file put back is known by the head on
 * paper; and what came since the last proof is proved alone.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arr.h"
#include "base/str.h"
#include "store/apply.h"
#include "store/audit.h"
#include "store/db_int.h"
#include "store/fold.h"
#include "store/verify.h"
#include "store/vfs.h"
#include "tests/store/support_disk.h"
#include "tests/store/support_office.h"

enum { PAGE = VFS_PAGE_BYTES, PAGES_MIN = 50 };

#define PHRASE "a long enough phrase"
#define MUST(call)                                                             \
    do {                                                                       \
        struct err e_ = ERR_INIT, *e = &e_;                                    \
        if (!(call))                                                           \
            fail_msg("%s", e_.text);                                           \
    } while (0)

/* ---- an office of fifty pages ---- */

struct site {
    struct disk d;
    uint8_t key[32];
};

static void add_cases(struct store *s, int from, int to)
{
    for (int i = from; i < to; i++) {
        char line[400];
        bool saved = false;
        int n = snprintf(line, sizeof line,
                         "{\"case\":\"%08d-1111-4111-8111-111111111111\","
                         "\"place\":\"ET041114/03\",\"form\":\"registration\","
                         "\"set\":{\"given_name\":\"Selam\",\"father_name\":"
                         "\"Tesfaye\",\"sex\":\"female\"}}",
                         i);
        MUST(apply_line(s, line, (size_t)n, &saved, e));
    }
}

/* So many different words that the index of words needs several pages. */
static void add_notes(struct store *s)
{
    char line[12000];
    bool saved = false;
    int n = snprintf(line, sizeof line,
                     "{\"case\":\"00000000-1111-4111-8111-111111111111\","
                     "\"form\":\"registration\",\"set\":{"
                     "\"grandfather_name\":\"");
    for (int i = 0; i < 1000; i++)
        n += snprintf(line + n, sizeof line - (size_t)n, "word%05d ", i * 97);
    n += snprintf(line + n, sizeof line - (size_t)n, "\"}}");
    MUST(apply_line(s, line, (size_t)n, &saved, e));
}

static struct store *open_again(const struct site *p, struct err *e)
{
    return store_open_key(p->d.folder, p->key, "almaz", store_env_system(), e);
}

static struct store *must_open(const struct site *p)
{
    struct err why = ERR_INIT;
    struct store *s = open_again(p, &why);
    if (s == NULL)
        fail_msg("%s", why.text);
    return s;
}

static void make_office(struct site *p)
{
    static const struct store_new n = {.site_name = "Gasera",
                                       .place = "ET041114",
                                       .login = "almaz",
                                       .role = "case-manager"};
    struct err why = ERR_INIT;
    p->d = disk_new();
    MUST(store_create(p->d.folder, &n, PHRASE, store_env_system(), e));
    struct store *s = store_open(p->d.folder, PHRASE, store_env_system(), &why);
    assert_non_null(s);
    store_copy_key(s, p->key);
    add_cases(s, 0, 20);
    store_close(s);
}

static void head_of(const struct site *p, char out[VERIFY_HEAD_BYTES])
{
    struct store *s = must_open(p);
    MUST(verify_head(s, out, e));
    store_close(s);
}

/* Whether anything is said against the file as it lies there. */
static bool is_refused(const struct site *p, struct bytes b, const char *head)
{
    struct err why = ERR_INIT;
    struct verify_count count;
    bool holds = false;
    disk_write(p->d.path, b);
    struct store *s = open_again(p, &why);
    bool good = s != NULL && verify_all(s, &count, &why) &&
                verify_against(s, head, &holds, &why);
    store_close(s);
    return !good || !holds;
}

static struct bytes copy_of(struct bytes b)
{
    struct bytes c = {malloc(b.size), b.size};
    assert_non_null(c.data);
    memcpy(c.data, b.data, b.size);
    return c;
}

/* ---- harm from outside ---- */

/* One bit at each byte of fifty pages, each page read as all tables are. The
 * descriptor stays open, for closing it would drop the locks. */
static void a_flipped_bit_at_any_byte_is_seen(void **state)
{
    struct site p;
    struct err why = ERR_INIT;
    size_t seen = 0, bad = 0;
    (void)state;
    make_office(&p);
    struct db *db = db_open(p.d.path, p.key, false, &why);
    assert_non_null(db);
    int fd = open(p.d.path, O_RDWR | O_CLOEXEC);
    assert_true(fd >= 0 && lseek(fd, 0, SEEK_END) >= PAGES_MIN * PAGE);
    for (off_t at = 0; at < PAGES_MIN * PAGE; at++) {
        uint8_t was, is;
        assert_int_equal(pread(fd, &was, 1, at), 1);
        is = was ^ (uint8_t)(1u << at % 8);
        assert_int_equal(pwrite(fd, &is, 1, at), 1);
        bool opens = db_page_opens(db, (uint32_t)(at / PAGE) + 1);
        bad += opens;
        seen += !opens;
        assert_int_equal(pwrite(fd, &was, 1, at), 1);
    }
    assert_true(db_page_opens(db, PAGES_MIN));
    db_close(db);
    close(fd);
    print_message("# flipped bits: %zu tried, %zu bad\n", seen + bad, bad);
    assert_int_equal(bad, 0);
    disk_clear(&p.d);
}

/* The same through the whole of verify, at a byte of every page. */
static void verify_names_a_flip_in_every_page(void **state)
{
    struct site p;
    char head[VERIFY_HEAD_BYTES];
    size_t tried = 0, bad = 0;
    (void)state;
    make_office(&p);
    head_of(&p, head);
    struct bytes whole = disk_read(p.d.path);
    for (size_t page = 0; page < whole.size / PAGE; page++, tried++) {
        struct bytes b = copy_of(whole);
        b.data[page * PAGE + page * 37 % PAGE] ^= 4;
        bad += !is_refused(&p, b, head);
        bytes_free(&b);
    }
    print_message("# flips under verify: %zu tried, %zu bad\n", tried, bad);
    assert_int_equal(bad, 0);
    bytes_free(&whole);
    disk_clear(&p.d);
}

static void pages_swapped_or_zeroed_are_seen(void **state)
{
    struct site p;
    char head[VERIFY_HEAD_BYTES];
    size_t tried = 0, bad = 0;
    (void)state;
    make_office(&p);
    head_of(&p, head);
    struct bytes whole = disk_read(p.d.path);
    size_t pages = whole.size / PAGE;
    for (size_t page = 0; page < pages; page++, tried += 2) {
        size_t with = (page + 1 + page % 7) % pages;
        struct bytes b = copy_of(whole);
        memcpy(b.data + page * PAGE, whole.data + with * PAGE, PAGE);
        memcpy(b.data + with * PAGE, whole.data + page * PAGE, PAGE);
        bad += !is_refused(&p, b, head);
        memcpy(b.data, whole.data, whole.size);
        memset(b.data + page * PAGE, 0, PAGE);
        bad += !is_refused(&p, b, head);
        bytes_free(&b);
    }
    print_message("# swapped and zeroed: %zu tried, %zu bad\n", tried, bad);
    assert_int_equal(bad, 0);
    bytes_free(&whole);
    disk_clear(&p.d);
}

/* Every row of every table, as texts in the pool; without the store, which
 * would write that it was opened, and without the pages of the index of words:
 * verify asks it for every word. */
struct content {
    struct {
        const char **items;
        size_t nr, alloc;
    } tables;
};

static const char *one_text(struct db *db, const char *sql, const char *name,
                            struct pool *pool)
{
    struct err why = ERR_INIT;
    struct rows *q =
        db_query(db, sql, name != NULL ? DB_BIND(db_text(name)) : DB_NOTHING);
    const char *text = rows_next(q) ? pool_str(pool, rows_text(q, 0)) : "";
    if (!rows_end(q, &why))
        fail_msg("%s", why.text);
    return text;
}

/* "SELECT quote(a)||quote(b) ..." for the table of that name, all rows as one
 * text. */
static const char rows_of[] =
    "SELECT 'SELECT group_concat(' || group_concat('quote(\"' || name || '\")',"
    " '||') || ') FROM \"' || ?1 || '\"' FROM pragma_table_info(?1)";

static struct content content_of(const struct site *p, struct bytes file,
                                 struct pool *pool)
{
    struct content c = {{NULL, 0, 0}};
    struct err why = ERR_INIT;
    disk_write(p->d.path, file);
    struct db *db = db_open(p->d.path, p->key, false, &why);
    assert_non_null(db);
    struct rows *q =
        db_query(db,
                 "SELECT name FROM sqlite_schema WHERE type = 'table'"
                 " AND name NOT LIKE 'text\\_word%' ESCAPE '\\' ORDER BY 1",
                 DB_NOTHING);
    while (rows_next(q)) {
        const char *sql = one_text(db, rows_of, rows_text(q, 0), pool);
        ARR_PUSH(&c.tables) = one_text(db, sql, NULL, pool);
    }
    assert_true(rows_end(q, &why));
    db_close(db);
    return c;
}

/* What the file says is what it said before somebody put a page back. */
static bool says_the_same(const struct site *p, struct bytes harmed,
                          struct bytes whole)
{
    struct pool *pool = pool_new();
    struct content is = content_of(p, harmed, pool),
                   was = content_of(p, whole, pool);
    bool same = is.tables.nr == was.tables.nr && is.tables.nr > 20;
    for (size_t i = 0; same && i < is.tables.nr; i++)
        same = str_equal(is.tables.items[i], was.tables.items[i]);
    ARR_RELEASE(&is.tables);
    ARR_RELEASE(&was.tables);
    pool_free(pool);
    return same;
}

/* A page put back to an older state opens, for it was sealed here once. Then
 * chains and tables do not fit any more, or it says what it says today. */
static void an_older_page_is_seen_or_says_the_same(void **state)
{
    struct site p;
    char head[VERIFY_HEAD_BYTES];
    size_t seen = 0, same = 0, bad = 0;
    (void)state;
    make_office(&p);
    struct bytes old = disk_read(p.d.path);
    struct store *s = must_open(&p);
    add_notes(s);
    add_cases(s, 20, 30);
    MUST(verify_head(s, head, e));
    store_close(s);
    struct bytes whole = disk_read(p.d.path);
    for (size_t page = 0; page < old.size / PAGE; page++) {
        if (memcmp(old.data + page * PAGE, whole.data + page * PAGE, PAGE) == 0)
            continue;
        struct bytes b = copy_of(whole);
        memcpy(b.data + page * PAGE, old.data + page * PAGE, PAGE);
        if (is_refused(&p, b, head))
            seen++;
        else if (says_the_same(&p, b, whole))
            same++;
        else
            bad++;
        bytes_free(&b);
    }
    print_message("# older pages: %zu tried, %zu seen, %zu say the same, "
                  "%zu bad\n",
                  seen + same + bad, seen, same, bad);
    assert_int_equal(bad, 0);
    assert_true(seen > 10 && same < seen);
    bytes_free(&old);
    bytes_free(&whole);
    disk_clear(&p.d);
}

static void a_whole_file_put_back_is_known_by_the_head(void **state)
{
    struct site p;
    char before[VERIFY_HEAD_BYTES], after[VERIFY_HEAD_BYTES];
    struct verify_count count;
    bool holds = false;
    (void)state;
    make_office(&p);
    head_of(&p, before);
    struct bytes old = disk_read(p.d.path);
    struct store *s = must_open(&p);
    add_cases(s, 20, 21);
    MUST(verify_head(s, after, e));
    MUST(verify_against(s, before, &holds, e));
    assert_true(holds); /* what was there is there still */
    store_close(s);
    disk_write(p.d.path, old);
    s = must_open(&p);
    MUST(verify_all(s, &count, e)); /* every page of it is genuine */
    MUST(verify_against(s, after, &holds, e));
    assert_false(holds);
    MUST(verify_against(s, before, &holds, e));
    assert_true(holds);
    store_close(s);
    print_message("# whole files put back: 1 tried, 0 bad\n");
    bytes_free(&old);
    disk_clear(&p.d);
}

/* ---- heads ---- */

static void a_head_is_read_as_people_write_it(void **state)
{
    struct office o;
    char head[VERIFY_HEAD_BYTES], small[40] = "";
    bool holds = false;
    struct err why = ERR_INIT;
    (void)state;
    office_open(&o, "Gasera", "ET041114", 1);
    office_open_case(&o, "ET041114/03", "Selam");
    MUST(verify_head(o.store, head, e));
    assert_int_equal(strlen(head), 24);
    for (size_t i = 0; head[i] != '\0'; i++) {
        char c = head[i];
        if (c == '-')
            continue;
        c = c == '0' ? 'o' : c == '1' ? 'l' : c;
        small[strlen(small)] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
    }
    MUST(verify_against(o.store, small, &holds, e));
    assert_true(holds);
    head[23] = head[23] == 'A' ? 'B' : 'A';
    MUST(verify_against(o.store, head, &holds, e));
    assert_false(holds);
    assert_false(verify_against(o.store, "4F7K-2M9Q", &holds, &why));
    assert_int_equal(why.code, ERR_INPUT);
    office_close(&o);
}

/* Each way in which somebody may get it wrong who copies it from paper. */
static void what_is_no_head_is_told_so(void **state)
{
    static const char *const none[] = {"",
                                       "-",
                                       "4F7K-2M9Q",
                                       "0000-0000-0000-0000-000U",
                                       "0000-0000-0000-0000-000!",
                                       "0000-0000-0000-0000-0000-0",
                                       "0000-0000-0000-0000-000{",
                                       "0000-0000-0000-0000-000@",
                                       "0000-0000-0000-0000-00\xe1\x88\xb0",
                                       "0000 0000 0000 0000 000"};
    static const char *const others[] = {
        "0000-0000-0000-0000-0000", /* of nothing */
        "ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ", /* of what is yet to come */
        "zzzzzzz0000000000000", "0000001oOiIlL0000000"};
    struct office o;
    bool holds = true;
    (void)state;
    office_open(&o, "Gasera", "ET041114", 1);
    office_open_case(&o, "ET041114/03", "Selam");
    for (size_t i = 0; i < ARR_NR(none); i++) {
        struct err why = ERR_INIT;
        assert_false(verify_against(o.store, none[i], &holds, &why));
        assert_int_equal(why.code, ERR_INPUT);
    }
    for (size_t i = 0; i < ARR_NR(others); i++) {
        MUST(verify_against(o.store, others[i], &holds, e));
        assert_false(holds);
    }
    office_close(&o);
}

/* ---- the break by name ---- */

static void the_first_break_is_named_by_case_and_change(void **state)
{
    struct office o;
    struct verify_count count;
    struct err why = ERR_INIT;
    char number[ID_NUMBER_BYTES], change[32];
    (void)state;
    office_open(&o, "Gasera", "ET041114", 1);
    struct id id = office_open_case(&o, "ET041114/03", "Selam");
    office_set(&o, &id, "father_name", "Tesfaye", true);
    MUST(db_script(store_db(o.store),
                   "UPDATE change SET at_ms = at_ms + 1 WHERE change_id ="
                   " (SELECT MAX(change_id) FROM change)",
                   e));
    assert_false(verify_all(o.store, &count, &why));
    assert_int_equal(why.code, ERR_CORRUPT);
    id_print_number(&id, number);
    snprintf(change, sizeof change, "change %d", 3);
    assert_non_null(strstr(why.text, number));
    assert_non_null(strstr(why.text, change));
    assert_non_null(strstr(why.text, "Gasera"));
    assert_non_null(strstr(why.text, "restore"));
    office_close(&o);
}

/* Each table in turn gets a row that no change stands behind. */
static void a_computed_table_that_was_altered_is_named(void **state)
{
    static const struct {
        const char *table, *sql;
    } cases[] = {
        {"cell", "INSERT INTO cell VALUES(1, 1, 1);"},
        {"cited", "INSERT INTO cited VALUES(1, 2, 3, 4, 5);"},
        {"casefile", "UPDATE casefile SET visited = 20000;"},
        {"casefile", "UPDATE casefile SET change_key = change_key || 'x';"},
        {"term", "UPDATE term SET term = 'dawit' WHERE term = 'selam';"},
        {"worker", "UPDATE worker SET works = 1 - works;"},
        {"person", "UPDATE person SET sounds = sounds || 'x';"},
        {"person_pair", "DELETE FROM person_pair;"},
        {"duplicate", "INSERT INTO duplicate VALUES(1, x'01');"},
        {"approval", "INSERT INTO approval VALUES(1, 1, 1, 1);"},
        {"text", "INSERT INTO text_word(rowid, words) VALUES(1, 'uncle');"},
    };
    struct office o;
    struct verify_count count;
    (void)state;
    office_open(&o, "Gasera", "ET041114", 1);
    add_cases(o.store, 0, 3);
    MUST(verify_all(o.store, &count, e));
    for (size_t i = 0; i < ARR_NR(cases); i++) {
        struct err why = ERR_INIT;
        char table[40];
        snprintf(table, sizeof table, "table %s ", cases[i].table);
        MUST(db_script(store_db(o.store), cases[i].sql, e));
        if (verify_all(o.store, &count, &why))
            fail_msg("nobody saw: %s", cases[i].sql);
        assert_int_equal(why.code, ERR_CORRUPT);
        assert_non_null(strstr(why.text, table));
        MUST(fold_rebuild(o.store, e));
        MUST(verify_all(o.store, &count, e));
    }
    office_close(&o);
}

static void a_signature_that_does_not_fit_is_found(void **state)
{
    static const char *const harms[] = {
        "UPDATE evidence SET leaves = signature WHERE number = 2",
        "DELETE FROM evidence WHERE number = 2",
        "UPDATE evidence SET signature = leaves || leaves WHERE number = 1",
    };
    (void)state;
    for (size_t i = 0; i < ARR_NR(harms); i++) {
        struct office hub, o;
        struct verify_count count;
        struct err why = ERR_INIT;
        office_open_hub(&hub);
        office_open(&o, "Gasera", "ET041114", 1);
        office_admit(&hub, &o);
        for (int k = 0; k < 3; k++) {
            office_open_case(&o, "ET041114/03", "Selam");
            if (!office_send(&o, &hub, NULL, &why))
                fail_msg("%s", why.text);
        }
        MUST(verify_all(hub.store, &count, e));
        assert_int_equal(count.frames, 3);
        MUST(db_script(store_db(hub.store), harms[i], e));
        assert_false(verify_all(hub.store, &count, &why));
        assert_non_null(strstr(why.text, "signature of frame"));
        office_close(&o);
        office_close(&hub);
    }
}

/* ---- what came since ---- */

static bool prove_new(struct store *s, int64_t *looked, struct err *e)
{
    bool done = false, good;
    struct verify_new *v = verify_new_begin(s, e);
    for (good = v != NULL; good && !done;)
        good = verify_new_step(v, 1, &done, e);
    *looked = v != NULL ? verify_new_changes(v) : 0;
    verify_new_free(v);
    return good;
}

static void only_what_came_since_is_proved_again(void **state)
{
    struct office o;
    struct verify_count count;
    int64_t all = 0, few = 0;
    (void)state;
    office_open(&o, "Gasera", "ET041114", 1);
    for (int i = 0; i < 20; i++)
        office_open_case(&o, "ET041114/03", "Selam");
    MUST(prove_new(o.store, &all, e)); /* never proved: everything */
    MUST(verify_all(o.store, &count, e));
    assert_int_equal(all, count.changes);
    struct id id = office_open_case(&o, "ET041114/03", "Dawit");
    MUST(prove_new(o.store, &few, e));
    assert_true(few > 0 && few < 10);
    MUST(db_run(store_db(o.store),
                "UPDATE change SET at_ms = 1 WHERE change_id ="
                " (SELECT MAX(change_id) FROM change)",
                DB_NOTHING, e));
    struct err why = ERR_INIT;
    char number[ID_NUMBER_BYTES];
    assert_false(prove_new(o.store, &few, &why));
    assert_int_equal(why.code, ERR_CORRUPT);
    id_print_number(&id, number);
    assert_non_null(strstr(why.text, number));
    office_close(&o);
}

static void an_older_state_below_the_last_proof_is_seen(void **state)
{
    struct office o;
    struct verify_count count;
    struct err why = ERR_INIT;
    int64_t looked = 0;
    (void)state;
    office_open(&o, "Gasera", "ET041114", 1);
    office_open_case(&o, "ET041114/03", "Selam");
    struct id id = office_open_case(&o, "ET041114/03", "Dawit");
    office_set(&o, &id, "father_name", "Tesfaye", true);
    MUST(verify_all(o.store, &count, e));
    MUST(db_script(store_db(o.store),
                   "DELETE FROM change WHERE change_id ="
                   " (SELECT MAX(change_id) FROM change WHERE op = 2);",
                   e));
    assert_false(prove_new(o.store, &looked, &why));
    assert_int_equal(why.code, ERR_CORRUPT);
    office_close(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_flipped_bit_at_any_byte_is_seen),
        cmocka_unit_test(verify_names_a_flip_in_every_page),
        cmocka_unit_test(pages_swapped_or_zeroed_are_seen),
        cmocka_unit_test(an_older_page_is_seen_or_says_the_same),
        cmocka_unit_test(a_whole_file_put_back_is_known_by_the_head),
        cmocka_unit_test(a_head_is_read_as_people_write_it),
        cmocka_unit_test(what_is_no_head_is_told_so),
        cmocka_unit_test(the_first_break_is_named_by_case_and_change),
        cmocka_unit_test(a_computed_table_that_was_altered_is_named),
        cmocka_unit_test(a_signature_that_does_not_fit_is_found),
        cmocka_unit_test(only_what_came_since_is_proved_again),
        cmocka_unit_test(an_older_state_below_the_last_proof_is_seen),
    };
    setenv("HOMEWARD_KDF_COST", "least", 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
