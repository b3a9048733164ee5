/* SPDX-License-Identifier: Apache-2.0 */
/* What is compared of a case: from its registration, into rows. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "forms/answer.h"
#include "forms/record.h"
#include "store/change.h"
#include "store/db.h"
#include "store/duplicate.h"
#include "store/duplicate_int.h"
#include "store/formdef.h"
#include "store/store.h"

/* Which question tells what; the last part of its path. */
static const struct {
    const char *name;
    size_t offset; /* of a const char * in struct alike_facts */
} questions[] = {
    {"given_name", offsetof(struct alike_facts, names[ALIKE_GIVEN])},
    {"father_name", offsetof(struct alike_facts, names[ALIKE_FATHER])},
    {"grandfather_name",
     offsetof(struct alike_facts, names[ALIKE_GRANDFATHER])},
    {"mother_name", offsetof(struct alike_facts, names[ALIKE_MOTHER])},
    {"sex", offsetof(struct alike_facts, sex)},
    {"birth_precision", offsetof(struct alike_facts, birth_precision)},
    {"birth_date", offsetof(struct alike_facts, birth_date)},
    {"age_years", offsetof(struct alike_facts, age_years)},
    {"registration_date", offsetof(struct alike_facts, registration_date)},
};

static void set_fact(struct alike_facts *f, const char *name,
                     const char *answer)
{
    for (size_t i = 0; i < ARR_NR(questions); i++)
        if (str_equal(questions[i].name, name))
            memcpy((char *)f + questions[i].offset, &answer, sizeof answer);
}

void duplicate_person_of(const struct record *r, const char *place,
                         int64_t today, struct alike_person *who)
{
    struct alike_facts f = {.place = place, .today = today};
    for (size_t n = record_walk(r, RECORD_NONE); n != RECORD_NONE;
         n = record_walk(r, n))
        if (record_kind(r, n) == RECORD_FIELD)
            set_fact(&f, record_form(r)->fields[record_field(r, n)].name,
                     record_value(r, n));
    alike_person_of(&f, who);
}

/* ---- from the log ---- */

static const char *answer_of(struct store *s, struct rows *q, struct pool *pool)
{
    uint32_t room[VALUE_CHOICES_MAX];
    struct value v;
    const struct formdef *def = rows_size(q, 2) == HASH_BYTES
                                    ? formdef_by_hash(s, rows_blob(q, 2))
                                    : NULL;
    const struct field *d =
        def != NULL ? form_field(def->form, rows_text(q, 0)) : NULL;
    static const struct field plain = {.type = FIELD_TEXT};
    if (!value_decode(rows_blob(q, 1), rows_size(q, 1), room, VALUE_CHOICES_MAX,
                      &v))
        return "";
    return answer_from_value(d != NULL ? d : &plain, &v, pool);
}

/* Of clashing values the newest, as lists show it: it comes last. */
static bool load_facts(struct store *s, int64_t record_id, struct pool *pool,
                       struct alike_facts *f, struct err *e)
{
    struct rows *q = db_query(store_db(s),
                              "SELECT f.path, c.value, v.hash FROM cell l"
                              " JOIN field f ON f.field_id = l.field_id"
                              " JOIN change c ON c.change_id = l.change_id"
                              " JOIN chain h ON h.chain_id = c.chain_id"
                              " JOIN epoch p ON p.epoch_id = h.epoch_id"
                              " LEFT JOIN form v ON v.form_id = c.form_id"
                              " WHERE l.record_id = ? AND c.value IS NOT NULL"
                              " ORDER BY c.at_ms, p.epoch DESC, c.seq DESC",
                              DB_BIND(db_int(record_id)));
    while (rows_next(q)) {
        char path[CHANGE_PATH_BYTES_MAX + 1];
        str_copy(path, sizeof path, rows_text(q, 0));
        const char *slash = strrchr(path, '/');
        set_fact(f, slash != NULL ? slash + 1 : path, answer_of(s, q, pool));
    }
    return rows_end(q, e);
}

/* ---- rows ---- */

static void join(char *out, size_t out_bytes, const char *names, size_t step)
{
    struct buf b = BUF_INIT(out_bytes - 1);
    for (size_t i = 0; i < ALIKE_NAMES; i++)
        buf_printf(&b, "%s%s", i > 0 ? "|" : "", names + i * step);
    str_copy(out, out_bytes, buf_text(&b));
    buf_release(&b);
}

static void part(const char *from, char *names, size_t step)
{
    for (size_t i = 0; i < ALIKE_NAMES; i++) {
        size_t n = strcspn(from, "|");
        size_t take = n < step - 1 ? n : step - 1;
        memcpy(names + i * step, from, take);
        names[i * step + take] = '\0';
        from += from[n] == '|' ? n + 1 : n;
    }
}

void duplicate_read_person(struct rows *q, int first, struct alike_person *p)
{
    memset(p, 0, sizeof *p);
    part(rows_text(q, first), p->sound[0], sizeof p->sound[0]);
    part(rows_text(q, first + 1), p->written[0], sizeof p->written[0]);
    p->sex = (char)rows_int(q, first + 2);
    p->is_born = rows_int(q, first + 3) != 0;
    p->born_from = rows_int(q, first + 4);
    p->born_to = rows_int(q, first + 5);
    str_copy(p->place, sizeof p->place, rows_text(q, first + 6));
}

void duplicate_pairs_of(const struct alike_person *p, bool turned,
                        struct duplicate_pairs *out)
{
    static const struct {
        enum alike_name a, b; /* whose sounds */
        char as[3];           /* under which names they stand */
        bool turned;
    } pairs[DUPLICATE_PAIRS] = {
        {ALIKE_GIVEN, ALIKE_FATHER, "gf", false},
        {ALIKE_GIVEN, ALIKE_GRANDFATHER, "gg", false},
        {ALIKE_FATHER, ALIKE_GRANDFATHER, "fg", false},
        {ALIKE_GIVEN, ALIKE_MOTHER, "gm", false},
        {ALIKE_FATHER, ALIKE_GIVEN, "gf", true},
    };
    out->nr = 0;
    for (size_t i = 0; i < DUPLICATE_PAIRS; i++) {
        const char *a = p->sound[pairs[i].a], *b = p->sound[pairs[i].b];
        if (*a != '\0' && *b != '\0' && (turned || !pairs[i].turned))
            snprintf(out->of[out->nr++], DUPLICATE_PAIR_BYTES, "%s:%s|%s",
                     pairs[i].as, a, b);
    }
}

static bool delete_pairs(struct store *s, int64_t stream_id, struct err *e)
{
    struct alike_person before;
    struct duplicate_pairs pairs = {.nr = 0};
    struct rows *q =
        db_query(store_db(s),
                 "SELECT sounds, written, sex, is_born, born_from, born_to, ''"
                 " FROM person WHERE stream_id = ?",
                 DB_BIND(db_int(stream_id)));
    if (rows_next(q)) {
        duplicate_read_person(q, 0, &before);
        duplicate_pairs_of(&before, false, &pairs);
    }
    bool good = rows_end(q, e);
    for (size_t i = 0; good && i < pairs.nr; i++)
        good = db_run(store_db(s),
                      "DELETE FROM person_pair WHERE pair = ?"
                      " AND stream_id = ?",
                      DB_BIND(db_text(pairs.of[i]), db_int(stream_id)), e);
    return good;
}

static bool write_pairs(struct store *s, int64_t stream_id,
                        const struct alike_person *p, struct err *e)
{
    struct duplicate_pairs pairs;
    bool good = true;
    duplicate_pairs_of(p, false, &pairs);
    for (size_t i = 0; good && i < pairs.nr; i++)
        good = db_run(store_db(s),
                      "INSERT INTO person_pair(pair, stream_id) VALUES(?, ?)"
                      " ON CONFLICT DO NOTHING",
                      DB_BIND(db_text(pairs.of[i]), db_int(stream_id)), e);
    return good;
}

static bool write_person(struct store *s, int64_t stream_id,
                         const struct alike_person *p, int64_t last_change,
                         struct err *e)
{
    char sounds[ALIKE_NAMES * (ALIKE_SOUND_BYTES + 1)];
    char written[ALIKE_NAMES * (NAME_KEY_BYTES + 1)];
    join(sounds, sizeof sounds, p->sound[0], sizeof p->sound[0]);
    join(written, sizeof written, p->written[0], sizeof p->written[0]);
    return db_run(store_db(s),
                  "INSERT INTO person(stream_id, last_change, sounds, written,"
                  " sex, is_born, born_from, born_to)"
                  " VALUES(?, ?, ?, ?, ?, ?, ?, ?)"
                  " ON CONFLICT(stream_id) DO UPDATE SET"
                  " last_change = excluded.last_change,"
                  " sounds = excluded.sounds, written = excluded.written,"
                  " sex = excluded.sex, is_born = excluded.is_born,"
                  " born_from = excluded.born_from,"
                  " born_to = excluded.born_to",
                  DB_BIND(db_int(stream_id), db_int(last_change),
                          db_text(sounds), db_text(written), db_int(p->sex),
                          db_int(p->is_born), db_int(p->born_from),
                          db_int(p->born_to)),
                  e);
}

static bool make_person(struct store *s, int64_t stream_id, int64_t record_id,
                        int64_t last_change, struct err *e)
{
    struct pool *pool = pool_new();
    struct alike_facts f = {.today = 0};
    struct alike_person p;
    bool good = load_facts(s, record_id, pool, &f, e);
    if (good) {
        alike_person_of(&f, &p);
        good = delete_pairs(s, stream_id, e) &&
               write_person(s, stream_id, &p, last_change, e) &&
               write_pairs(s, stream_id, &p, e);
    }
    pool_free(pool);
    return good;
}

/* Most saves of a case leave its registration alone. */
bool duplicate_person_refresh(struct store *s, int64_t stream_id, struct err *e)
{
    int64_t record_id = 0, last = 0, known = 0;
    struct rows *q =
        db_query(store_db(s),
                 "SELECT c.record_id, (SELECT MAX(x.change_id) FROM change x"
                 "  WHERE x.record_id = c.record_id),"
                 " (SELECT p.last_change FROM person p"
                 "  WHERE p.stream_id = c.stream_id)"
                 " FROM casefile c WHERE c.stream_id = ?",
                 DB_BIND(db_int(stream_id)));
    if (rows_next(q)) {
        record_id = rows_int(q, 0);
        last = rows_int(q, 1);
        known = rows_int(q, 2);
    }
    if (!rows_end(q, e))
        return false;
    return last == known || make_person(s, stream_id, record_id, last, e);
}
