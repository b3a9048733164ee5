/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tool_caseload DIR [CASES]: makes an office in DIR with so many made-up cases,
 * twenty changes each, through the lines of `homeward apply`, a commit per 500,
 * and prints what the
 * store takes for what a clerk does all day: processor time, so that what else
 * the machine does is not counted.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/str.h"
#include "store/apply.h"
#include "store/casefile.h"
#include "store/db.h"
#include "store/duplicate.h"
#include "store/entity.h"
#include "store/fold.h"
#include "store/setting.h"
#include "store/store.h"
#include "store/verify.h"

enum {
    CASES = 20000,
    BATCH = 500,
    TRIES = 20,
    DAY_CHANGES = 2000, /* more than an office enters in one */
    STEP_CHANGES = 200  /* that the screens look at between two keys */
};

static const char passphrase[] = "five plain words for all";

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1000 + (double)t.tv_nsec / 1e6;
}

static void must(bool good, const struct err *e)
{
    if (good)
        return;
    fprintf(stderr, "%s\n", e->text);
    exit(1);
}

static void print_result(const char *what, double figure, const char *unit,
                         double budget, bool met)
{
    printf("%s: %.1f %s, budget %.0f %s, %s\n", what, figure, unit, budget,
           unit, met ? "met" : "MISSED");
}

/* At most the budget. */
static void told(const char *what, double figure, const char *unit,
                 double budget)
{
    print_result(what, figure, unit, budget, figure <= budget);
}

/* ---- making ---- */

static const char *const given[] = {"Selam",  "Hirut",  "Abebe", "Almaz",
                                    "Bekele", "Chaltu", "Dawit", "Eyerus"};
static const char *const fathers[] = {
    "Haile", "Tola",  "Girma", "Negash", "Tesfa", "Worku", "Yonas",  "Zeleke",
    "Lemma", "Gebre", "Kassa", "Mamo",   "Desta", "Alemu", "Tadesse"};

static void add_case(struct buf *b, unsigned n, unsigned cases)
{
    (void)cases;
    buf_printf(b,
               "{\"case\":\"%08x-1111-4111-8111-%012x\",\"form\":"
               "\"registration\",\"place\":\"ET0411%02u/%02u\",\"set\":{"
               "\"given_name\":\"%s\",\"father_name\":\"%s%c\","
               "\"grandfather_name\":\"%s\",\"sex\":\"%s\",\"urgent_needs\":"
               "[\"medical\",\"food\"]}}",
               n * 2654435761u, n, 1 + n % 19, 1 + n % 12,
               given[n % ARR_NR(given)], fathers[n / 8 % ARR_NR(fathers)],
               (char)('a' + n % 26), fathers[n / 120 % ARR_NR(fathers)],
               n % 2 ? "female" : "male");
}

static void add_visit(struct buf *b, unsigned n, unsigned cases)
{
    unsigned c = n % cases;
    buf_printf(
        b,
        "{\"case\":\"%08x-1111-4111-8111-%012x\",\"form\":\"visit\","
        "\"set\":{\"visit_date\":\"2026-11-%02u\",\"child_seen\":"
        "\"yes\",\"child_words\":\"She goes to school and sleeps well, the "
        "aunt says, visit number %u\"}}",
        c * 2654435761u, c, 1 + n % 20, n);
}

/* So late that every one is a new line. */
static void add_late_visit(struct buf *b, unsigned n, unsigned cases)
{
    add_visit(b, n + 1000000, cases);
}

/* What is made of so many cases: the nth line. */
struct load {
    void (*line)(struct buf *b, unsigned n, unsigned cases);
    unsigned nr, cases;
};

static void apply_all(struct store *s, const struct load *load, struct err *e)
{
    struct buf b = BUF_INIT(4096);
    for (unsigned n = 0; n < load->nr; n++) {
        bool saved = false;
        if (n % BATCH == 0)
            must(db_begin(store_db(s), e), e);
        buf_clear(&b);
        load->line(&b, n, load->cases);
        must(apply_line(s, b.data, b.size, &saved, e), e);
        if (n % BATCH == BATCH - 1 || n + 1 == load->nr)
            must(db_end(store_db(s), true, e), e);
    }
    buf_release(&b);
}

static int64_t changes_in(struct store *s, struct err *e)
{
    int64_t n = 0;
    must(db_get_int(store_db(s), "SELECT COUNT(*) FROM change", DB_NOTHING, 0,
                    &n, e),
         e);
    return n;
}

static void measure_apply(struct store *s, const char *what,
                          const struct load *load)
{
    struct err e = ERR_INIT;
    int64_t before = changes_in(s, &e);
    double from = now_ms();
    apply_all(s, load, &e);
    double rate =
        (double)(changes_in(s, &e) - before) * 1000 / (now_ms() - from);
    print_result(what, rate, "changes/s", 10000, rate >= 10000);
}

/* ---- looking ---- */

static double query_ms(struct store *s, const struct casefile_query *query,
                       const char *from)
{
    struct err e = ERR_INIT;
    struct casefile room[24];
    struct casefile_page page = {.room = room, .room_nr = 24, .from = from};
    int64_t count = 0;
    double start = now_ms();
    must(casefile_page_load(s, query, &page, &e), &e);
    must(casefile_count(s, query, &count, &e), &e);
    return now_ms() - start;
}

static double page_ms(struct store *s, const char *text, const char *from)
{
    struct casefile_query query = {.text = text};
    return query_ms(s, &query, from);
}

static double slowest_of(struct store *s, const struct casefile_query *queries,
                         size_t nr)
{
    double worst = 0;
    for (unsigned i = 0; i < TRIES; i++) {
        double ms = query_ms(s, &queries[i % nr], NULL);
        worst = ms > worst ? ms : worst;
    }
    return worst;
}

static double slowest_page(struct store *s, const char *const texts[],
                           size_t nr, const char *from)
{
    double worst = 0;
    for (unsigned i = 0; i < TRIES; i++) {
        double ms = page_ms(s, texts[i % nr], from);
        worst = ms > worst ? ms : worst;
    }
    return worst;
}

static double alike_ms(struct store *s)
{
    struct err e = ERR_INIT;
    struct alike_person who;
    struct duplicate_list l;
    double worst = 0;
    for (unsigned i = 0; i < TRIES; i++) {
        const struct alike_facts f = {
            .names = {given[i % ARR_NR(given)], fathers[i % ARR_NR(fathers)],
                      fathers[i / 2 % ARR_NR(fathers)]},
            .sex = "female",
            .age_years = "12",
            .place = "ET041114",
            .today = 20000};
        struct pool *pool = pool_new();
        double start = now_ms();
        alike_person_of(&f, &who);
        must(duplicate_list_load(s, &who, NULL, pool, &l, &e), &e);
        double ms = now_ms() - start;
        worst = ms > worst ? ms : worst;
        pool_free(pool);
    }
    return worst;
}

static void look_through(struct store *s)
{
    static const struct casefile_query orders[] = {
        {.sort = CASEFILE_BY_NUMBER},
        {.sort = CASEFILE_BY_CHANGE},
        {.sort = CASEFILE_BY_OPENED}};
    static const struct casefile_query filters[] = {
        {.place = "ET041114"},
        {.worker = "almaz"},
        {.worker = "nobody"},
        {.clashing = true},
        {.unsent = true},
        {.unvisited_since = 40000, .sort = CASEFILE_BY_CHANGE}};
    static const struct casefile_query notes[] = {
        {.text = "aunt sleeps", .notes = true},
        {.text = "schoo", .notes = true},
        {.text = "camel", .notes = true}};
    told("list page in other orders", slowest_of(s, orders, ARR_NR(orders)),
         "ms", 16);
    told("list page with a filter", slowest_of(s, filters, ARR_NR(filters)),
         "ms", 50);
    told("find in answers, a key", slowest_of(s, notes, ARR_NR(notes)), "ms",
         50);
    told("cases that look alike", alike_ms(s), "ms", 50);
}

static double open_ms(struct store *s)
{
    struct err e = ERR_INIT;
    struct casefile c;
    struct entity_list l;
    struct pool *pool = pool_new();
    char id_text[64];
    struct id id;
    snprintf(id_text, sizeof id_text, "%08x-1111-4111-8111-%012x",
             77u * 2654435761u, 77u);
    id_parse(id_text, &id);
    struct stream stream = stream_of_id(STREAM_CASE, &id);
    double start = now_ms();
    must(casefile_load(s, &id, &c, &e), &e);
    must(entity_list_load(s, &stream, pool, &l, &e), &e);
    pool_free(pool);
    return now_ms() - start;
}

static double tally_ms(struct store *s)
{
    struct err e = ERR_INIT;
    struct casefile_tally t;
    double start = now_ms();
    must(casefile_tally_load(s, &t, &e), &e);
    return now_ms() - start;
}

/* Resident now, in MB. */
static double resident_mb(void)
{
    char line[256];
    long kb = 0;
    FILE *f = fopen("/proc/self/status", "r");
    while (f != NULL && fgets(line, sizeof line, f) != NULL)
        sscanf(line, "VmRSS: %ld", &kb);
    if (f != NULL)
        fclose(f);
    return (double)kb / 1024;
}

static void look(struct store *s)
{
    static const char *const nothing[] = {NULL};
    static const char *const typed[] = {"s", "se", "sel",        "selam h",
                                        "a", "t",  "hirut tola", "zzz"};
    told("list page, 20,000 cases", slowest_page(s, nothing, 1, NULL), "ms",
         16);
    told("list page in the middle", slowest_page(s, nothing, 1, "0hirut l"),
         "ms", 16);
    told("find, a key", slowest_page(s, typed, ARR_NR(typed), NULL), "ms", 50);
    look_through(s);
    told("open a case", open_ms(s), "ms", 30);
    told("tally of the office", tally_ms(s), "ms", 50);
    told("resident", resident_mb(), "MB", 28);
}

/* What opening costs once when the sounds of names have changed. */
static double words_s(struct store *s)
{
    struct err e = ERR_INIT;
    must(setting_set_int(s, "term.version", 0, &e), &e);
    double start = now_ms();
    must(casefile_renew(s, &e), &e);
    return (now_ms() - start) / 1000;
}

/* What the screens look through after unlocking. */
static double verify_new_ms(struct store *s)
{
    struct err e = ERR_INIT;
    bool done = false;
    apply_all(s, &(struct load){add_late_visit, DAY_CHANGES / 4, CASES}, &e);
    double start = now_ms();
    struct verify_new *v = verify_new_begin(s, &e);
    must(v != NULL, &e);
    while (!done)
        must(verify_new_step(v, STEP_CHANGES, &done, &e), &e);
    if (verify_new_changes(v) < DAY_CHANGES)
        must(err_set(&e, ERR_BUG, "it looked at too little"), &e);
    verify_new_free(v);
    return now_ms() - start;
}

static void heavy_work(struct store *s)
{
    struct err e = ERR_INIT;
    struct verify_count count;
    double start = now_ms();
    must(fold_rebuild(s, &e), &e);
    told("rebuild", (now_ms() - start) / 1000, "s", 20);
    told("words of the search anew", words_s(s), "s", 5);
    start = now_ms();
    must(verify_all(s, &count, &e), &e);
    told("verify", (now_ms() - start) / 1000, "s", 30);
    told("verify, a day's changes", verify_new_ms(s), "ms", 200);
}

int main(int argc, char **argv)
{
    struct err e = ERR_INIT;
    const struct store_new n = {.site_name = "Bench",
                                .place = "ET0411",
                                .login = "almaz",
                                .role = "case-manager"};
    int64_t nr = CASES;
    if (argc < 2 || (argc > 2 && !str_to_int(argv[2], 1, 10000000, &nr)))
        return 2;
    setenv("HOMEWARD_KDF_COST", "least", 1);
    must(store_create(argv[1], &n, passphrase, store_env_system(), &e), &e);
    struct store *s = store_open(argv[1], passphrase, store_env_system(), &e);
    must(s != NULL, &e);
    unsigned cases = (unsigned)nr;
    measure_apply(s, "apply, new cases",
                  &(struct load){add_case, cases, cases});
    measure_apply(s, "apply, visits",
                  &(struct load){add_visit, cases * 7 / 2, cases});
    printf("changes: %lld, no budget, told\n", (long long)changes_in(s, &e));
    store_close(s);
    s = store_open(argv[1], passphrase, store_env_system(), &e);
    must(s != NULL, &e);
    look(s);
    heavy_work(s);
    store_close(s);
    return 0;
}
