/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/store/support_workload.h"

#include <stdio.h>
#include <string.h>

#include "base/entropy.h"

enum { INSERTS = 14, CHANGES = 5, DELETES = 4, REGRETS = 12, TEXT_MAX = 3000 };

bool workload_begin(struct db *db, struct err *e)
{
    return db_script(db,
                     "PRAGMA cache_size=10;"
                     "CREATE TABLE IF NOT EXISTS note("
                     " note_id INTEGER PRIMARY KEY, name TEXT, body TEXT);"
                     "CREATE INDEX IF NOT EXISTS note_name ON note(name);"
                     "CREATE TABLE IF NOT EXISTS done(last INT);",
                     e);
}

/* A text that depends on nothing but the dice; the canary stands in front. */
static size_t make_text(const struct entropy_source *s, char *out)
{
    size_t n = 40 + entropy_u64(s) % (entropy_u64(s) % 4 ? 400 : TEXT_MAX - 40);
    memcpy(out, WORKLOAD_CANARY, sizeof WORKLOAD_CANARY - 1);
    uint64_t letters = 0; /* one throw gives a dozen of them */
    for (size_t i = sizeof WORKLOAD_CANARY - 1; i < n; i++, letters /= 26) {
        if (letters < 26)
            letters = entropy_u64(s);
        out[i] = (char)('a' + letters % 26);
    }
    return n;
}

static bool insert_one(struct db *db, const struct entropy_source *s,
                       struct err *e)
{
    char name[32], text[TEXT_MAX];
    size_t n = make_text(s, text);
    snprintf(name, sizeof name, "name %u", (unsigned)(entropy_u64(s) % 1000));
    return db_run(db, "INSERT INTO note(name, body) VALUES (?, ?)",
                  DB_BIND(db_text(name), db_textn(text, n)), e);
}

static bool change_one(struct db *db, const struct entropy_source *s,
                       struct err *e)
{
    char text[TEXT_MAX];
    size_t n = make_text(s, text);
    return db_run(db,
                  "UPDATE note SET body = ? WHERE note_id ="
                  " (SELECT max(note_id) FROM note) - ?",
                  DB_BIND(db_textn(text, n), db_int(entropy_u64(s) % 60)), e);
}

static bool delete_one(struct db *db, const struct entropy_source *s,
                       struct err *e)
{
    return db_run(db, "DELETE FROM note WHERE name < ? AND note_id % 7 = ?",
                  DB_BIND(db_text("name 3"), db_int(entropy_u64(s) % 7)), e);
}

typedef bool part_fn(struct db *db, const struct entropy_source *s,
                     struct err *e);

/* A part that is taken back: SQLite reads the journal in the middle of writing
 * it, to put the pages back as they were. */
static bool change_and_regret(struct db *db, const struct entropy_source *s,
                              struct err *e)
{
    struct err regret;
    bool ok = db_begin(db, e);
    if (!ok)
        return false;
    for (int k = 0; ok && k < REGRETS; k++)
        ok = insert_one(db, s, e) && change_one(db, s, e);
    db_end(db, false, &regret);
    return ok;
}

bool workload_fill(struct db *db, int n, struct err *e)
{
    static const struct {
        int times;
        part_fn *fn;
    } parts[] = {{INSERTS, insert_one},
                 {CHANGES, change_one},
                 {1, change_and_regret},
                 {DELETES, delete_one}};
    uint64_t dice = (uint64_t)n * 1000003;
    struct entropy_source s = entropy_seeded(&dice);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        for (int k = 0; k < parts[i].times; k++)
            if (!parts[i].fn(db, &s, e))
                return false;
    return db_run(db, "DELETE FROM done", DB_NOTHING, e) &&
           db_run(db, "INSERT INTO done VALUES (?)", DB_BIND(db_int(n)), e);
}

bool workload_step(struct db *db, int n, struct err *e)
{
    return db_begin(db, e) && db_end(db, workload_fill(db, n, e), e);
}

static uint64_t digest_add(uint64_t digest, const void *bytes, size_t n)
{
    const uint8_t *b = bytes;
    for (size_t i = 0; i < n; i++)
        digest = (digest ^ b[i]) * 1099511628211u;
    return digest;
}

bool workload_state(struct db *db, int *last, uint64_t *digest, struct err *e)
{
    int64_t n = 0;
    *digest = 14695981039346656037u;
    struct rows *q =
        db_query(db, "SELECT note_id, name, body FROM note ORDER BY note_id",
                 DB_NOTHING);
    while (rows_next(q)) {
        int64_t id = rows_int(q, 0);
        *digest = digest_add(*digest, &id, sizeof id);
        *digest = digest_add(*digest, rows_text(q, 1), rows_size(q, 1));
        *digest = digest_add(*digest, rows_text(q, 2), rows_size(q, 2));
    }
    bool ok = rows_end(q, e) &&
              db_get_int(db, "SELECT last FROM done", DB_NOTHING, 0, &n, e);
    *last = (int)n;
    return ok;
}
