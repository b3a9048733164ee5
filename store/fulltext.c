/* SPDX-License-Identifier: Apache-2.0 */
#include "store/fulltext.h"

#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/utf8.h"
#include "forms/name_key.h"
#include "store/db.h"
#include "store/formdef.h"
#include "store/store.h"

/* A word of one or two letters begins too many: of Ethiopic, where a letter is
 * a syllable, one alone does. */
enum { LETTERS_MIN = 3, SYLLABLES_MIN = 2 };

/* Where an answer stands, to know whether it may be searched. */
struct place_of {
    const uint8_t *form; /* version hash; NULL: none */
    const char *path;
};

/* Program-written records hold no notes. */
static bool is_searched(struct store *s, const struct place_of *at)
{
    const struct formdef *def =
        at->form != NULL ? formdef_by_hash(s, at->form) : NULL;
    const struct field *d =
        def != NULL ? form_field(def->form, at->path) : NULL;
    return d != NULL && d->type != FIELD_CALCULATE &&
           (str_equal(d->sensitivity, "open") ||
            str_equal(d->sensitivity, "case"));
}

static bool add_text(struct store *s, int64_t change_id, const struct value *v,
                     struct err *e)
{
    size_t room = 3 * v->text_bytes + 1; /* folding may lengthen a letter */
    char *text = mem_copy_strn(v->text, v->text_bytes);
    char *folded = mem_alloc(room);
    name_key_fold(text, folded, room);
    bool good = folded[0] == '\0' ||
                db_run(store_db(s), DB_TEXT_ADD,
                       DB_BIND(db_int(change_id), db_text(folded)), e);
    mem_free(folded);
    mem_free(text);
    return good;
}

static bool add_value(struct store *s, int64_t change_id,
                      const struct place_of *at, struct reader bytes,
                      struct err *e)
{
    struct value v;
    /* the first byte says what it is: few values are texts */
    if (bytes.left == 0 || bytes.at[0] != VALUE_TEXT || !is_searched(s, at) ||
        !value_decode(bytes.at, bytes.left, NULL, 0, &v))
        return true;
    return add_text(s, change_id, &v, e);
}

bool fulltext_add(struct store *s, int64_t change_id, const struct save *save,
                  const struct edit *edit, struct err *e)
{
    const struct place_of at = {save->form, edit->path};
    return (edit->op != CHANGE_SET && edit->op != CHANGE_SETTLE) ||
           add_value(s, change_id, &at,
                     reader_of(edit->value, edit->value_bytes), e);
}

bool fulltext_renew(struct store *s, struct err *e)
{
    bool good = db_script(store_db(s), DB_TEXT_CLEAR, e);
    struct rows *q =
        db_query(store_db(s),
                 "SELECT c.change_id, c.value, v.hash, f.path FROM change c"
                 " JOIN form v ON v.form_id = c.form_id"
                 " JOIN field f ON f.field_id = c.field_id"
                 " WHERE c.op IN (?, ?) ORDER BY c.change_id",
                 DB_BIND(db_int(CHANGE_SET), db_int(CHANGE_SETTLE)));
    while (good && rows_next(q)) {
        const struct place_of at = {
            rows_size(q, 2) == HASH_BYTES ? rows_blob(q, 2) : NULL,
            rows_text(q, 3)};
        good = add_value(s, rows_int(q, 0), &at,
                         reader_of(rows_blob(q, 1), rows_size(q, 1)), e);
    }
    return rows_leave(q, good, e) ||
           err_wrap(e, _("Making the words of answers"));
}

static bool is_long_enough(const char *word, size_t n)
{
    size_t chars = utf8_chars(word, n);
    return chars >= (n > chars ? SYLLABLES_MIN : LETTERS_MIN);
}

bool fulltext_words(const char *text, struct buf *out)
{
    char folded[NAME_KEY_BYTES];
    const char *at = folded, *word;
    size_t n;
    bool good = true;
    name_key_fold(text, folded, sizeof folded);
    buf_clear(out);
    while (good && (n = name_key_word(&at, &word)) > 0) {
        good = is_long_enough(word, n);
        db_text_word(out, word, n);
    }
    if (!good)
        buf_clear(out);
    return out->size > 0;
}
