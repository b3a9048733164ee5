/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: of a purged case no word is left in any byte of the database's pages,
 * free ones included, nor in a file beside it, nor in a copy made afterwards;
 * and a file put back from before the purge obeys it when it is opened.
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arr.h"
#include "base/buf.h"
#include "store/casefile.h"
#include "store/db.h"
#include "store/purge.h"
#include "store/verdict.h"
#include "store/verify.h"
#include "tests/store/support_office.h"

#define MUST(call)                                                             \
    do {                                                                       \
        struct err e_ = ERR_INIT, *e = &e_;                                    \
        if (!(call))                                                           \
            fail_msg("%s", e_.text);                                           \
    } while (0)

enum {
    CASES = 240,
    CANARIES = 12,
    ROUNDS = 6,
    LONG_TEXT = 9000,
    FILE_MAX = 64 << 20
};

struct desk {
    char dir[64];
    struct office office;
    struct store_env env;
};

static void path_in(const struct desk *d, const char *name, char out[160])
{
    snprintf(out, 160, "%s/%s", d->dir, name);
}

static int open_desk(void **state)
{
    static struct desk d;
    const struct store_new n = {.site_name = "Gasera",
                                .place = "ET041114",
                                .login = "almaz",
                                .role = "case-manager"};
    setenv("HOMEWARD_KDF_COST", "least", 1);
    d = (struct desk){.dir = "/tmp/purge_trace-XXXXXX"};
    assert_non_null(mkdtemp(d.dir));
    d.office = (struct office){.now_ms = 1790000000000, .seed = 5};
    d.env = (struct store_env){stamp_fixed(&d.office.now_ms),
                               entropy_seeded(&d.office.seed)};
    MUST(store_create(d.dir, &n, "a long enough phrase", d.env, e));
    MUST((d.office.store =
              store_open(d.dir, "a long enough phrase", d.env, e)) != NULL);
    *state = &d;
    return 0;
}

static int close_desk(void **state)
{
    struct desk *d = *state;
    char path[400];
    office_close(&d->office);
    DIR *dir = opendir(d->dir);
    for (struct dirent *x; dir != NULL && (x = readdir(dir)) != NULL;) {
        snprintf(path, sizeof path, "%s/%s", d->dir, x->d_name);
        unlink(path);
    }
    closedir(dir);
    return rmdir(d->dir);
}

/* Work of a year in little: pages fill, split and are given back around the
 * case that is to go. */
static void churn(struct office *o, struct id canaries[CANARIES])
{
    static struct id cases[CASES];
    char text[64], *big = malloc(LONG_TEXT + 1);
    size_t nr = 0;
    memset(big, 'x', LONG_TEXT);
    memcpy(big + LONG_TEXT - 20, "CanaryTail", 10);
    big[LONG_TEXT] = '\0';
    MUST(db_begin(store_db(o->store), e));
    for (int i = 0; i < CASES; i++) {
        bool it = i % (CASES / CANARIES) == 0;
        snprintf(text, sizeof text, "%s %d", it ? "CanaryGiven" : "Name",
                 i * 7919 % CASES);
        cases[i] = office_open_case(o, "ET041114", text);
        if (it)
            canaries[nr++] = cases[i];
    }
    MUST(db_end(store_db(o->store), true, e));
    for (int r = 0; r < ROUNDS; r++) {
        MUST(db_begin(store_db(o->store), e));
        for (int i = 0; i < CASES; i++) {
            bool it = i % (CASES / CANARIES) == 0;
            snprintf(text, sizeof text, "%s note %d of round %d",
                     it ? "Canary" : "Some", i, r);
            office_set(o, &cases[i], "notes", text, true);
            office_set(o, &cases[i], it ? "rows[k3f7]/canary" : "rows[aaaa]/x",
                       text, true);
            if (it || i % 9 == 0)
                office_set(o, &cases[i], "given_name",
                           it ? "CanaryRenamed" : text, true);
            if (it)
                office_set(o, &cases[i], "story", big, true);
        }
        MUST(db_end(store_db(o->store), true, e));
    }
    free(big);
}

static void plant_draft(struct office *o, const struct id *case_id)
{
    struct buf stream = BUF_INIT(64);
    struct stream t = stream_of_id(STREAM_CASE, case_id);
    stream_encode(&stream, &t);
    MUST(db_run(store_db(o->store),
                "INSERT INTO draft(login, record, kind, stream, place, at_ms,"
                " is_new, answers, seen) VALUES('almaz', x'01', 'visit', ?, '',"
                " 1, 1, 'Canary of a draft', 0)",
                DB_BIND(db_blob(stream.data, stream.size)), e));
    buf_release(&stream);
}

static size_t count_in(const struct buf *b, const void *bytes, size_t n)
{
    size_t nr = 0;
    const char *at = b->data, *end = b->data + b->size, *hit;
    while ((hit = memmem(at, (size_t)(end - at), bytes, n)) != NULL) {
        nr++;
        at = hit + 1;
    }
    return nr;
}

/* In a plain copy of every page, the free ones with them. */
static size_t traces(struct desk *d, const void *bytes, size_t n)
{
    char path[160];
    struct buf b = BUF_INIT(FILE_MAX);
    path_in(d, "plain", path);
    MUST(db_copy(store_db(d->office.store), path, NULL, e));
    MUST(buf_read_file(&b, path, e));
    size_t nr = count_in(&b, bytes, n);
    buf_release(&b);
    unlink(path);
    return nr;
}

static size_t canaries(struct desk *d)
{
    return traces(d, "Canary", 6) + traces(d, "canary", 6);
}

static void purge(struct desk *d, const struct id *case_id)
{
    struct pool *pool = pool_new();
    struct approval a;
    struct id request;
    MUST(purge_request(d->office.store, case_id, "request", &request, e));
    MUST(approval_load(d->office.store, &request, pool, &a, e));
    MUST(verdict_give(d->office.store, &a, APPROVAL_APPROVED, NULL, e));
    pool_free(pool);
}

static void copy_file(struct desk *d, const char *from, const char *to)
{
    char a[160], b[160];
    struct buf bytes = BUF_INIT(FILE_MAX);
    path_in(d, from, a);
    path_in(d, to, b);
    MUST(buf_read_file(&bytes, a, e));
    FILE *f = fopen(b, "w");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes.data, 1, bytes.size, f), bytes.size);
    assert_int_equal(fclose(f), 0);
    buf_release(&bytes);
}

static void no_byte_of_it_is_left(void **state)
{
    struct desk *d = *state;
    struct verify_count count;
    uint8_t seed[CHANGE_SALT_BYTES] = {0};
    struct id doomed[CANARIES];
    churn(&d->office, doomed);
    plant_draft(&d->office, &doomed[0]);
    struct rows *q =
        db_query(store_db(d->office.store),
                 "SELECT h.first_seed FROM chain h JOIN stream t"
                 " ON t.stream_id = h.stream_id WHERE t.key = ?",
                 DB_BIND(db_blob(doomed[0].bytes, sizeof doomed[0].bytes)));
    assert_true(rows_next(q));
    memcpy(seed, rows_blob(q, 0), sizeof seed);
    MUST(rows_end(q, e));
    assert_true(canaries(d) > 20);
    assert_true(traces(d, seed, sizeof seed) > 0);
    for (size_t i = 0; i < CANARIES; i++)
        purge(d, &doomed[i]);
    assert_int_equal(canaries(d), 0);
    assert_int_equal(traces(d, seed, sizeof seed), 0);
    assert_int_equal(traces(d, "k3f7", 4), 0);
    assert_true(traces(d, "Some note", 9) > 0); /* of the others */
    MUST(verify_all(d->office.store, &count, e));
}

static void a_file_from_before_obeys_when_it_is_opened(void **state)
{
    struct desk *d = *state;
    struct casefile c;
    struct err err = ERR_INIT;
    struct verify_count count;
    struct id doomed[CANARIES];
    churn(&d->office, doomed);
    office_close(&d->office);
    copy_file(d, "homeward.db", "before");
    MUST((d->office.store =
              store_open(d->dir, "a long enough phrase", d->env, e)) != NULL);
    for (size_t i = 0; i < CANARIES; i++)
        purge(d, &doomed[i]);
    office_close(&d->office);
    copy_file(d, "before", "homeward.db");
    MUST((d->office.store =
              store_open(d->dir, "a long enough phrase", d->env, e)) != NULL);
    assert_false(casefile_load(d->office.store, &doomed[0], &c, &err));
    assert_int_equal(canaries(d), 0);
    MUST(verify_all(d->office.store, &count, e));
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, open_desk, close_desk)
    const struct CMUnitTest tests[] = {
        CASE(no_byte_of_it_is_left),
        CASE(a_file_from_before_obeys_when_it_is_opened),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
