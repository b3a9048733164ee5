/* SPDX-License-Identifier: Apache-2.0 */
#include "store/formdef.h"

#include <stdlib.h>
#include <string.h>

#include "base/arr.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/str.h"
#include "forms/book.h"
#include "forms/pack.h"
#include "store/change.h"
#include "store/db.h"
#include "store/fulltext.h"
#include "store/setting.h"
#include "store/store.h"
#include "store/store_int.h"

/* A version known by its text; the form is read when first asked for. */
struct entry {
    struct formdef def; /* first: entry_of goes back from it */
    struct form *form;  /* owned; NULL until it is read */
    const char *csv;
    size_t csv_bytes;
    char *owned;      /* the text, when it is not the pack's */
    struct kind kind; /* of a form of the office's own */
    char kind_name[CHANGE_KIND_BYTES_MAX + 1];
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
    enum { PACK_NAME_BYTES = 80 };
    struct formdef_cache *c = mem_alloc(sizeof *c);
    size_t kinds_nr = 0;
    const struct kind *kinds = kind_list(&kinds_nr);
    for (size_t i = 0; i < kinds_nr; i++) {
        struct buf name = BUF_INIT(PACK_NAME_BYTES);
        buf_printf(&name, "%s.csv", kinds[i].form);
        const struct pack_file *f = pack_file_find(buf_text(&name));
        buf_release(&name);
        if (f != NULL)
            add(c, f->bytes, f->size);
    }
    c->pack_nr = c->nr;
    qsort(c->items, c->nr, sizeof *c->items, by_hash);
    return c;
}

void formdef_cache_free(struct formdef_cache *c)
{
    for (size_t i = 0; i < c->nr; i++) {
        form_free(c->items[i]->form);
        mem_free(c->items[i]->owned);
        mem_free(c->items[i]);
    }
    ARR_RELEASE(c);
    mem_free(c);
}

/* ---- kinds of the office's own forms ---- */

static const char kind_prefix[] = "form:";

/* As formdef.h says. */
static void name_kind(const char *form_id, char out[CHANGE_KIND_BYTES_MAX + 1])
{
    enum { MARK_HEX = 8, MARK_BYTES = 1 + MARK_HEX }; /* "~1f0c94d2" */
    const size_t room = CHANGE_KIND_BYTES_MAX + 1;
    size_t n = sizeof kind_prefix - 1;
    uint8_t h[HASH_BYTES];

    str_copy(out, room, kind_prefix);
    if (str_copy(out + n, room - n, form_id))
        return;
    str_copy(out + n, room - n - MARK_BYTES, form_id);
    n = strlen(out);
    hash_of(h, "kind", form_id, strlen(form_id));
    out[n] = '~';
    str_hex(out + n + 1, h, MARK_HEX / 2);
}

static void give_kind(struct entry *x)
{
    const struct form *f = x->form;
    x->def.kind = kind_of_form(f->id);
    if (x->def.kind != NULL)
        return;
    name_kind(f->id, x->kind_name);
    x->kind = (struct kind){.name = x->kind_name,
                            .form = f->id,
                            .home = KIND_OF_CASE,
                            .label_en = form_title(f, form_lang(f, "en")),
                            .label_am = form_title(f, form_lang(f, "am"))};
    x->def.kind = &x->kind;
}

/* ---- versions ---- */

/* A form of the office may have errors: what has one is left out. */
static struct form *load_own(const struct entry *x, struct err *e)
{
    struct finding_list findings = {0};
    struct form *f = NULL;
    struct book *b = book_read(x->csv, x->csv_bytes, &findings, e);
    if (b != NULL)
        f = form_load(b, NULL, &findings, e);
    book_free(b);
    finding_list_release(&findings);
    return f;
}

static struct form *load_pack(const struct entry *x, struct err *e)
{
    struct finding_list findings = {0};
    struct form *f = form_read(x->csv, x->csv_bytes, &findings, e);
    finding_list_release(&findings);
    return f;
}

/* NULL when nothing can be made of the text: a version of a newer program. */
static const struct formdef *read_entry(struct entry *x, struct err *e)
{
    if (x->form == NULL) {
        x->form = x->owned != NULL ? load_own(x, e) : load_pack(x, e);
        if (x->form != NULL)
            give_kind(x);
    }
    x->def.form = x->form;
    return x->def.form != NULL ? &x->def : NULL;
}

static struct entry *add_own(struct store *s, const char *csv, size_t n)
{
    char *text = mem_copy_strn(csv, n);
    struct entry *x = add(store_forms(s), text, n);
    x->owned = text;
    return x;
}

bool formdef_is_text_of(const uint8_t hash[HASH_BYTES], const void *csv,
                        size_t size)
{
    uint8_t is[HASH_BYTES];
    hash_of(is, "form", csv, size);
    return memcmp(is, hash, HASH_BYTES) == 0;
}

static struct entry *load_kept(struct store *s, const uint8_t hash[HASH_BYTES])
{
    struct err ignored = ERR_INIT;
    struct entry *x = NULL;
    struct rows *q =
        db_query(store_db(s), "SELECT csv FROM form WHERE hash = ?",
                 DB_BIND(db_blob(hash, HASH_BYTES)));
    if (rows_next(q) &&
        formdef_is_text_of(hash, rows_blob(q, 0), rows_size(q, 0)))
        x = add_own(s, rows_blob(q, 0), rows_size(q, 0));
    rows_end(q, &ignored);
    return x;
}

static struct entry *find_known(struct store *s, const uint8_t hash[HASH_BYTES])
{
    struct formdef_cache *c = store_forms(s);
    for (size_t i = 0; i < c->nr; i++)
        if (memcmp(c->items[i]->def.hash, hash, HASH_BYTES) == 0)
            return c->items[i];
    return NULL;
}

const struct formdef *formdef_by_hash(struct store *s,
                                      const uint8_t hash[HASH_BYTES])
{
    struct err ignored = ERR_INIT;
    struct entry *x = find_known(s, hash);
    if (x == NULL)
        x = load_kept(s, hash);
    return x != NULL ? read_entry(x, &ignored) : NULL;
}

const struct formdef *formdef_add(struct store *s, const char *csv, size_t size,
                                  struct err *e)
{
    uint8_t hash[HASH_BYTES];
    hash_of(hash, "form", csv, size);
    struct entry *x = find_known(s, hash);
    return read_entry(x != NULL ? x : add_own(s, csv, size), e);
}

static const struct entry *entry_of(const struct formdef *d)
{
    return (const struct entry *)(const void *)d;
}

const char *formdef_csv(const struct formdef *d, size_t *size)
{
    *size = entry_of(d)->csv_bytes;
    return entry_of(d)->csv;
}

/* ---- versions in use ---- */

static const char current_prefix[] = "form.current.";

enum { CURRENT_NAME_BYTES = sizeof current_prefix - 1 + FORMDEF_ID_BYTES_MAX };

static bool no_form(const char *form_id, struct err *e)
{
    return err_set(e, ERR_NOT_FOUND, _("There is no form \"%.60s\""), form_id);
}

static const struct formdef *current_of_pack(struct store *s,
                                             const char *form_id, struct err *e)
{
    struct formdef_cache *c = store_forms(s);
    for (size_t i = 0; i < c->pack_nr; i++) {
        const struct formdef *d = read_entry(c->items[i], e);
        if (d == NULL)
            return NULL;
        if (str_equal(d->form->id, form_id))
            return d;
    }
    no_form(form_id, e);
    return NULL;
}

/* Asked for anew each time: another process may publish one meanwhile. */
const struct formdef *formdef_current(struct store *s, const char *form_id,
                                      struct err *e)
{
    struct buf name = BUF_INIT(CURRENT_NAME_BYTES);
    struct buf hash = BUF_INIT(HASH_BYTES);
    const struct formdef *d = NULL;
    if (kind_of_form(form_id) != NULL)
        return current_of_pack(s, form_id, e);
    buf_printf(&name, "%s%s", current_prefix, form_id);
    bool good = buf_failed(&name) || setting_get(s, buf_text(&name), &hash, e);
    if (good && hash.size == HASH_BYTES)
        d = formdef_by_hash(s, (const uint8_t *)hash.data);
    if (good && d == NULL)
        no_form(form_id, e);
    buf_release(&hash);
    buf_release(&name);
    return d;
}

static int by_title(const void *a, const void *b)
{
    const struct formdef *const *x = a, *const *y = b;
    int order = strcmp((*x)->form->title, (*y)->form->title);
    return order != 0 ? order : strcmp((*x)->form->id, (*y)->form->id);
}

bool formdef_list_load(struct store *s, struct pool *pool,
                       struct formdef_list *out, struct err *e)
{
    struct {
        const struct formdef **items;
        size_t nr, alloc;
    } l = {0};
    struct rows *q = db_query(
        store_db(s),
        "SELECT value FROM setting"
        " WHERE substr(name, 1, ?) = ?",
        DB_BIND(db_int(sizeof current_prefix - 1), db_text(current_prefix)));
    while (rows_next(q)) {
        const struct formdef *d = rows_size(q, 0) == HASH_BYTES
                                      ? formdef_by_hash(s, rows_blob(q, 0))
                                      : NULL;
        if (d != NULL)
            ARR_PUSH(&l) = d;
    }
    if (l.nr > 0)
        qsort(l.items, l.nr, sizeof *l.items, by_title);
    out->items = pool_copy(pool, l.items, l.nr * sizeof *l.items);
    out->nr = l.nr;
    ARR_RELEASE(&l);
    return rows_end(q, e);
}

/* *out NULL: no form in use makes that kind. */
static bool own_of_kind(struct store *s, const char *kind,
                        const struct formdef **out, struct err *e)
{
    struct pool *pool = pool_new();
    struct formdef_list l = {NULL, 0};
    bool good =
        !str_starts(kind, kind_prefix) || formdef_list_load(s, pool, &l, e);
    *out = NULL;
    for (size_t i = 0; good && i < l.nr; i++)
        if (str_equal(l.items[i]->kind->name, kind))
            *out = l.items[i];
    pool_free(pool);
    return good;
}

const struct formdef *formdef_of_kind(struct store *s, const char *kind,
                                      struct err *e)
{
    const struct kind *k = kind_find(kind);
    const struct formdef *d = NULL;
    if (k != NULL && k->form[0] != '\0')
        return formdef_current(s, k->form, e);
    if (k != NULL)
        err_set(e, ERR_INPUT,
                _("The program itself wrote this; it has no form"));
    else if (own_of_kind(s, kind, &d, e) && d == NULL)
        err_set(e, ERR_NOT_FOUND,
                _("This office does not have the form of this record: "
                  "import it (homeward form import)"));
    return d;
}

const struct kind *formdef_kind(struct store *s, const char *name)
{
    struct err ignored = ERR_INIT;
    const struct kind *k = kind_find(name);
    const struct formdef *d = NULL;
    if (k == NULL && own_of_kind(s, name, &d, &ignored) && d != NULL)
        k = d->kind;
    return k;
}

/* ---- keeping ---- */

/* Answers under the form may have come before its text: then nobody knew which
 * of them may be searched. */
bool formdef_keep(struct store *s, const struct formdef *d, struct err *e)
{
    const struct entry *x = entry_of(d);
    int64_t awaited = 0;
    return db_get_int(store_db(s),
                      "SELECT COUNT(*) FROM form WHERE hash = ?"
                      " AND csv IS NULL",
                      DB_BIND(db_blob(d->hash, HASH_BYTES)), 0, &awaited, e) &&
           db_run(store_db(s),
                  "INSERT INTO form(hash, name, csv) VALUES(?, ?, ?)"
                  " ON CONFLICT(hash) DO UPDATE SET csv = excluded.csv"
                  " WHERE form.csv IS NULL",
                  DB_BIND(db_blob(d->hash, HASH_BYTES), db_text(d->form->id),
                          db_blob(x->csv, x->csv_bytes)),
                  e) &&
           (awaited == 0 || fulltext_renew(s, e));
}

bool formdef_use(struct store *s, const struct formdef *d, struct err *e)
{
    struct buf name = BUF_INIT(CURRENT_NAME_BYTES);
    buf_printf(&name, "%s%s", current_prefix, d->form->id);
    bool good = !buf_failed(&name) ||
                err_set(e, ERR_INPUT, _("A form_id has at most %d bytes"),
                        FORMDEF_ID_BYTES_MAX);
    good = good && db_begin(store_db(s), e) &&
           db_end(store_db(s),
                  formdef_keep(s, d, e) &&
                      setting_set(s, buf_text(&name), d->hash, HASH_BYTES, e),
                  e);
    buf_release(&name);
    return good;
}

/* ---- the pack ---- */

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
