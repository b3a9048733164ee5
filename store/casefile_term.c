/* SPDX-License-Identifier: Apache-2.0 */
#include "store/casefile_int.h"

#include "base/buf.h"
#include "base/str.h"
#include "forms/name_key.h"
#include "forms/short_name.h"
#include "forms/sound.h"
#include "store/casefile.h"
#include "store/db.h"
#include "store/store.h"

static bool add_term(struct store *s, int64_t stream_id, const char *word,
                     size_t n, struct err *e)
{
    struct sound sound;
    bool heard = sound_of(word, n, &sound);
    return db_run(store_db(s),
                  "INSERT INTO term(term, sound, stream_id) VALUES(?, ?, ?)"
                  " ON CONFLICT DO NOTHING",
                  DB_BIND(db_textn(word, n),
                          heard ? db_text(sound.whole) : db_null(),
                          db_int(stream_id)),
                  e);
}

static bool add_terms(struct store *s, int64_t stream_id, const char *text,
                      struct err *e)
{
    char folded[NAME_KEY_BYTES];
    const char *at = folded, *word;
    size_t n;
    name_key_fold(text, folded, sizeof folded);
    while ((n = name_key_word(&at, &word)) > 0)
        if (!add_term(s, stream_id, word, n, e))
            return false;
    return true;
}

/* A name written short is found by the whole name as well. */
static bool add_written_out(struct store *s, int64_t stream_id,
                            const char *name, struct err *e)
{
    struct buf b = BUF_INIT(2 * CASEFILE_NAME_BYTES);
    bool good = !short_name_expand(name, &b) ||
                add_terms(s, stream_id, buf_text(&b), e);
    buf_release(&b);
    return good;
}

bool casefile_term_write(struct store *s, int64_t stream_id, const char *name,
                         const char *number, struct err *e)
{
    return db_run(store_db(s), "DELETE FROM term WHERE stream_id = ?",
                  DB_BIND(db_int(stream_id)), e) &&
           add_terms(s, stream_id, name, e) &&
           add_written_out(s, stream_id, name, e) &&
           add_terms(s, stream_id, number, e);
}

/* ---- words of another program ---- */

bool casefile_term_renew(struct store *s, struct err *e)
{
    bool good = db_run(store_db(s), "DELETE FROM term", DB_NOTHING, e);
    struct rows *q = db_query(store_db(s),
                              "SELECT stream_id, name, number FROM casefile"
                              " ORDER BY stream_id",
                              DB_NOTHING);
    while (good && rows_next(q)) {
        char name[CASEFILE_NAME_BYTES], number[ID_NUMBER_BYTES];
        str_copy(name, sizeof name, rows_text(q, 1));
        str_copy(number, sizeof number, rows_text(q, 2));
        good = casefile_term_write(s, rows_int(q, 0), name, number, e);
    }
    return rows_leave(q, good, e);
}
