/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What sealing costs: the same work on a plain and on a sealed file, by turns
 * in one run, the best of several rounds of each. Ratios, for they hold from
 * one machine to the next; each line is "figure, budget, verdict".
 *
 *     tool_dbbench FOLDER
 */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/entropy.h"
#include "store/db.h"

enum { ROUNDS = 4, BULK_ROWS = 100000, COMMITS = 60, CACHED_ROWS = 20000 };
enum { SIDES = 2, PLAIN = 0, SEALED = 1 };

static const uint8_t key[32] = "an invented key for the measure!";

struct bench {
    char paths[SIDES][512];
    struct db *db; /* of the side being measured */
    struct err e;
};

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static bool insert_rows(struct bench *b, int rows)
{
    char name[40], body[140];
    bool ok = true;
    memset(body, 'x', sizeof body);
    for (int i = 0; ok && i < rows; i++) {
        snprintf(name, sizeof name, "case %08x", (unsigned)i * 2654435761u);
        ok = db_run(b->db, "INSERT INTO note(name, body) VALUES (?, ?)",
                    DB_BIND(db_text(name), db_textn(body, sizeof body)), &b->e);
    }
    return ok;
}

static bool bulk(struct bench *b)
{
    return db_begin(b->db, &b->e) &&
           db_end(b->db, insert_rows(b, BULK_ROWS), &b->e);
}

static bool commits(struct bench *b)
{
    bool ok = true;
    for (int i = 0; ok && i < COMMITS; i++)
        ok = db_run(b->db, "INSERT INTO note(body) VALUES ('a change')",
                    DB_NOTHING, &b->e);
    return ok;
}

static bool read_rows(struct bench *b)
{
    uint64_t dice = 1;
    struct entropy_source s = entropy_seeded(&dice);
    bool ok = true;
    for (int i = 0; ok && i < CACHED_ROWS; i++) {
        int64_t size, id = 1 + (int64_t)(entropy_u64(&s) % CACHED_ROWS);
        ok = db_get_int(b->db, "SELECT length(body) FROM note WHERE note_id=?",
                        DB_BIND(db_int(id)), 0, &size, &b->e);
    }
    return ok;
}

/* As a screen reads: inside one transaction after all pages were read once. */
static bool cached_setup(struct bench *b)
{
    return db_begin(b->db, &b->e) &&
           db_end(b->db, insert_rows(b, CACHED_ROWS), &b->e) && read_rows(b);
}

static bool cached(struct bench *b)
{
    return db_begin(b->db, &b->e) && db_end(b->db, read_rows(b), &b->e);
}

static const struct measure {
    const char *name;
    double budget; /* 0: only told */
    bool (*setup)(struct bench *b);
    bool (*work)(struct bench *b);
} measures[] = {
    {"bulk insert", 1.75, NULL, bulk},
    {"cached reads", 1.3, cached_setup, cached},
    {"single commits", 0, NULL, commits},
};

static bool one_round(struct bench *b, const struct measure *m, int side,
                      double *best)
{
    unlink(b->paths[side]);
    b->db = db_open(b->paths[side], side == SEALED ? key : NULL, true, &b->e);
    bool ok = b->db && db_script(b->db,
                                 "CREATE TABLE note(note_id INTEGER PRIMARY "
                                 "KEY, name TEXT UNIQUE, body TEXT)",
                                 &b->e);
    ok = ok && (!m->setup || m->setup(b));
    double begin = now_s();
    ok = ok && m->work(b);
    double took = now_s() - begin;
    if (*best <= 0 || took < *best)
        *best = took;
    db_close(b->db);
    return ok;
}

static bool measure(struct bench *b, const struct measure *m)
{
    double best[SIDES] = {0, 0};
    for (int round = 0; round < ROUNDS; round++)
        for (int side = 0; side < SIDES; side++)
            if (!one_round(b, m, side, &best[side]))
                return false;
    double ratio = best[SEALED] / best[PLAIN];
    printf("sealed against plain, %s: %.2fx", m->name, ratio);
    if (m->budget > 0)
        printf(", budget %.2fx, %s\n", m->budget,
               ratio <= m->budget ? "met" : "MISSED");
    else
        printf(", no budget, told\n");
    return true;
}

int main(int argc, char **argv)
{
    struct bench b = {.e = ERR_INIT};
    bool ok = argc == 2;
    if (!ok)
        fputs("usage: tool_dbbench FOLDER\n", stderr);
    for (int side = 0; ok && side < SIDES; side++)
        snprintf(b.paths[side], sizeof b.paths[side], "%s/bench-%d.db", argv[1],
                 side);
    for (size_t i = 0; ok && i < sizeof measures / sizeof *measures; i++)
        ok = measure(&b, &measures[i]);
    if (b.e.code != ERR_NONE)
        fprintf(stderr, "tool_dbbench: %s\n", b.e.text);
    return !ok;
}
