/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tool_formbench FORM.csv: what a large form costs. Loads it from the CSV file
 * and from a workbook of the same, answers every question as a person would,
 * and prints lines for tests/bench/run.sh: processor time, so that what else
 * the machine does is not counted, the best of some tries, so that a cold
 * cache is not; of all questions the one that costs most.
 */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/entropy.h"
#include "base/str.h"
#include "forms/book.h"
#include "forms/record.h"
#include "forms/xlsx.h"

enum {
    TRIES = 5,
    ROWS = 3, /* of each repeat */
    TODAY = 20778,
    FILE_MAX = 16 << 20,
    LOAD_MS = 100,
    KEY_MS = 5,
    MEMORY_MB = 4,
};

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
    fprintf(stderr, "tool_formbench: %s\n", e->text);
    exit(1);
}

/* At most the budget. */
static void told(const char *what, double figure, const char *unit, int budget)
{
    printf("%s: %.2f %s, budget %d %s, %s\n", what, figure, unit, budget, unit,
           figure <= budget ? "met" : "MISSED");
}

static struct form *load(const struct buf *file)
{
    struct finding_list list = {0};
    struct err e = ERR_INIT;
    struct form *f = form_read(file->data, file->size, &list, &e);

    must(f != NULL, &e);
    finding_list_release(&list);
    return f;
}

static double load_ms(const struct buf *file)
{
    double best = 0;

    for (int i = 0; i < TRIES; i++) {
        double start = now_ms(), ms;
        struct form *f = load(file);
        ms = now_ms() - start;
        best = i == 0 || ms < best ? ms : best;
        form_free(f);
    }
    return best;
}

static void to_workbook(const struct buf *csv, struct buf *out)
{
    struct finding_list list = {0};
    struct err e = ERR_INIT;
    struct book *b = book_read(csv->data, csv->size, &list, &e);

    must(b != NULL && xlsx_write(b, out, &e), &e);
    book_free(b);
    finding_list_release(&list);
}

/* ---- memory ---- */

static double resident_mb(void)
{
    FILE *f = fopen("/proc/self/statm", "r");
    long all = 0, resident = 0;

    malloc_trim(0); /* what was freed does not count */
    if (f == NULL || fscanf(f, "%ld %ld", &all, &resident) != 2)
        resident = 0;
    if (f != NULL)
        fclose(f);
    return (double)resident * (double)sysconf(_SC_PAGESIZE) / (1 << 20);
}

/* ---- keystrokes ---- */

/* The n-th answer a person might give; n is 0 or 1. */
static const char *answer(const struct field *d, int n)
{
    switch (d->type) {
    case FIELD_SELECT_ONE:
        return n == 0 ? "c1" : "c2";
    case FIELD_SELECT_MULTIPLE:
        return n == 0 ? "c1 c3" : "c2 c3 c4";
    case FIELD_INTEGER:
        return n == 0 ? "7" : "12";
    case FIELD_DECIMAL:
        return n == 0 ? "0.5" : "1.25";
    case FIELD_DATE:
        return n == 0 ? "2026-11-01" : "2026-11-02";
    default:
        return n == 0 ? "what the child said" : "what the mother said";
    }
}

static double set_ms(struct record *r, size_t node, const char *to)
{
    double start = now_ms();

    record_set(r, node, to);
    return now_ms() - start;
}

static const struct field *field_at(const struct record *r, size_t node)
{
    return &record_form(r)->fields[record_field(r, node)];
}

/* The dearest way to change one answer: from blank, to another, to blank. */
static double change_ms(struct record *r, size_t node)
{
    const struct field *d = field_at(r, node);
    const char *const steps[] = {"", answer(d, 0), answer(d, 1)};
    double best[3] = {0}, worst = 0;

    for (int i = 0; i < 3 * TRIES; i++) {
        double ms = set_ms(r, node, steps[i % 3]);
        if (i < 3 || ms < best[i % 3])
            best[i % 3] = ms;
    }
    for (int i = 0; i < 3; i++)
        worst = best[i] > worst ? best[i] : worst;
    return worst;
}

static bool is_asked(const struct record *r, size_t node)
{
    const struct field *d = field_at(r, node);

    return record_kind(r, node) == RECORD_FIELD && field_holds_value(d) &&
           d->type != FIELD_CALCULATE;
}

static void add_rows(struct record *r)
{
    size_t node = RECORD_NONE;
    struct err e = ERR_INIT;

    while ((node = record_walk(r, node)) != RECORD_NONE)
        while (record_kind(r, node) == RECORD_REPEAT &&
               record_rows_nr(r, node) < ROWS)
            must(record_row_add(r, node, &e) != RECORD_NONE, &e);
}

static void answer_all(struct record *r)
{
    size_t node = RECORD_NONE;

    add_rows(r);
    while ((node = record_walk(r, node)) != RECORD_NONE)
        if (is_asked(r, node))
            record_set(r, node, answer(field_at(r, node), 0));
}

static void measure_keys(struct record *r)
{
    size_t node = RECORD_NONE, dearest = RECORD_NONE;
    double worst = -1;
    char what[160];

    while ((node = record_walk(r, node)) != RECORD_NONE) {
        double ms = is_asked(r, node) ? change_ms(r, node) : -1;
        if (ms > worst) {
            worst = ms;
            dearest = node;
        }
    }
    snprintf(what, sizeof what, "an answer and all that follows, worst (%s)",
             field_at(r, dearest)->name);
    told(what, worst, "ms", KEY_MS);
}

int main(int argc, char **argv)
{
    struct buf csv = BUF_INIT(FILE_MAX), xlsx = BUF_INIT(FILE_MAX);
    uint64_t seed = 1;
    const struct entropy_source entropy = entropy_seeded(&seed);
    const struct record_moment moment = {.today = TODAY, .entropy = &entropy};
    struct err e = ERR_INIT;
    struct form *f;
    struct record *r;
    double before;

    if (argc != 2) {
        fputs("usage: tool_formbench FORM.csv\n", stderr);
        return 2;
    }
    must(buf_read_file(&csv, argv[1], &e), &e);
    before = resident_mb();
    f = load(&csv);
    r = record_new(f, moment);
    answer_all(r);
    told("memory of a large form and its answers", resident_mb() - before, "MB",
         MEMORY_MB);
    measure_keys(r);
    record_free(r);
    form_free(f);
    to_workbook(&csv, &xlsx);
    told("loading a large form, CSV", load_ms(&csv), "ms", LOAD_MS);
    told("loading a large form, workbook", load_ms(&xlsx), "ms", LOAD_MS);
    buf_release(&csv);
    buf_release(&xlsx);
    return 0;
}
