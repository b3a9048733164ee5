/* SPDX-License-Identifier: Apache-2.0 */
#include "store/formdef.h"

#include <stdlib.h>
#include <string.h>

#include "base/arr.h"
#include "base/i18n.h"
#include "base/str.h"
#include "forms/kind.h"
#include "forms/pack.h"
#include "store/db.h"
#include "store/store.h"
#include "store/store_int.h"

/* A version known by its text; the form is read when first asked for. */
struct entry {
    struct formdef def; /* first: formdef_keep goes back from it */
    struct form *form;  /* owned; NULL until it is read */
    const char *csv;
    size_t csv_bytes;
    char *owned; /* the text, when it came from the file */
};

struct formdef_cache {
    struct entry **items; /* pointers stay when the array grows */
    size_t nr, alloc;
    size_t pack_nr; /* the first ones are the pack's, in order of hash */
};

static struct entry *add(struct formdef_cache *c, const char *csv, size_t n)
{
    struct entry *x = mem_alloc(sizeof *x);
    x->csv = csv;
    x->csv_bytes = n;
    hash_of(x->def.hash, "form", csv, n);
    ARR_PUSH(c) = x;
    return x;
}

static int by_hash(const void *a, const void *b)
{
    const struct entry *const *x = a, *const *y = b;
    return memcmp((*x)->def.hash, (*y)->def.hash, HASH_BYTES);
}

struct formdef_cache *formdef_cache_new(void)
{
    struct formdef_cache *c = mem_alloc(sizeof *c);
    size_t kinds_nr = 0;
    const struct kind *kinds = kind_list(&kinds_nr);
    for (size_t i = 0; i < kinds_nr; i++) {
        char name[80];
        const struct pack_file *f = NULL;
        if (kinds[i].form[0] != '\0' && strlen(kinds[i].form) < 64) {
            struct buf b = BUF_INIT(sizeof name);
            buf_printf(&b, "%s.csv", kinds[i].form);
            f = pack_file_find(buf_text(&b));
            buf_release(&b);
        }
        if (f != NULL)
            add(c, f->bytes, f->size);
    }
    c->pack_nr = c->nr;
    if (c->nr > 0)
        qsort(c->items, c->nr, sizeof *c->items, by_hash);
    return c;
}

void formdef_cache_free(struct formdef_cache *c)
{
    if (c == NULL)
        return;
    for (size_t i = 0; i < c->nr; i++) {
        form_free(c->items[i]->form);
        mem_free(c->items[i]->owned);
        mem_free(c->items[i]);
    }
    ARR_RELEASE(c);
    mem_free(c);
}

/* NULL when the text is no form: a version of a newer program. */
static const struct formdef *read_entry(struct entry *x, struct err *e)
{
    struct finding_list findings = {0};
    if (x->form == NULL)
        x->form = form_read(x->csv, x->csv_bytes, &findings, e);
    x->def.form = x->form;
    finding_list_release(&findings);
    return x->def.form != NULL ? &x->def : NULL;
}

const struct formdef *formdef_current(struct store *s, const char *form_id,
                                      struct err *e)
{
    struct formdef_cache *c = store_forms(s);
    for (size_t i = 0; i < c->pack_nr; i++) {
        const struct formdef *d = read_entry(c->items[i], e);
        if (d == NULL)
            return NULL;
        if (str_equal(d->form->id, form_id))
            return d;
    }
    err_set(e, ERR_NOT_FOUND, _("There is no form \"%.60s\""), form_id);
    return NULL;
}

static struct entry *load_kept(struct store *s, const uint8_t hash[HASH_BYTES])
{
    struct err ignored = ERR_INIT;
    struct entry *x = NULL;
    struct rows *q =
        db_query(store_db(s), "SELECT csv FROM form WHERE hash = ?",
                 DB_BIND(db_blob(hash, HASH_BYTES)));
    if (rows_next(q) && !rows_is_null(q, 0)) {
        size_t n = rows_size(q, 0);
        char *text = mem_copy_strn(rows_blob(q, 0), n);
        x = add(store_forms(s), text, n);
        x->owned = text;
    }
    rows_end(q, &ignored);
    return x;
}

const struct formdef *formdef_by_hash(struct store *s,
                                      const uint8_t hash[HASH_BYTES])
{
    struct formdef_cache *c = store_forms(s);
    struct err ignored = ERR_INIT;
    for (size_t i = 0; i < c->nr; i++)
        if (memcmp(c->items[i]->def.hash, hash, HASH_BYTES) == 0)
            return read_entry(c->items[i], &ignored);
    struct entry *x = load_kept(s, hash);
    return x != NULL ? read_entry(x, &ignored) : NULL;
}

bool formdef_keep(struct store *s, const struct formdef *d, struct err *e)
{
    const struct entry *x = (const struct entry *)(const void *)d;
    return db_run(store_db(s),
                  "INSERT INTO form(hash, name, csv) VALUES(?, ?, ?)"
                  " ON CONFLICT(hash) DO UPDATE SET csv = excluded.csv"
                  " WHERE form.csv IS NULL",
                  DB_BIND(db_blob(d->hash, HASH_BYTES), db_text(d->form->id),
                          db_blob(x->csv, x->csv_bytes)),
                  e);
}

size_t formdef_pack_nr(struct store *s)
{
    return store_forms(s)->pack_nr;
}

const struct formdef *formdef_pack_at(struct store *s, size_t i)
{
    struct err ignored = ERR_INIT;
    return read_entry(store_forms(s)->items[i], &ignored);
}

void formdef_pack_digest(struct store *s, uint8_t out[HASH_SHORT_BYTES])
{
    struct formdef_cache *c = store_forms(s);
    uint8_t h[HASH_BYTES];
    struct buf b = BUF_INIT(c->pack_nr * HASH_BYTES + 1);
    for (size_t i = 0; i < c->pack_nr; i++)
        buf_add(&b, c->items[i]->def.hash, HASH_BYTES);
    hash_buf(h, "forms", &b);
    memcpy(out, h, HASH_SHORT_BYTES);
    buf_release(&b);
}
