/* SPDX-License-Identifier: Apache-2.0 */
#include "store/publish.h"

#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/str.h"
#include "base/utf8.h"
#include "forms/canon.h"
#include "forms/formfile.h"
#include "forms/merge.h"
#include "store/change.h"
#include "store/db.h"
#include "store/store.h"

/* ---- what cannot be a form of this office ---- */

static bool check_id(const char *id, struct err *e)
{
    size_t n = strlen(id);
    if (kind_of_form(id) != NULL)
        return err_set(e, ERR_INPUT,
                       _("The form \"%s\" is built in, and the same at every "
                         "office: give yours another form_id"),
                       id);
    return (n > 0 && n <= FORMDEF_ID_BYTES_MAX && utf8_is_clean(id, n) &&
            strpbrk(id, "\t\n") == NULL) ||
           err_set(e, ERR_INPUT,
                   _("A form_id has 1 to %d bytes and no line breaks"),
                   FORMDEF_ID_BYTES_MAX);
}

/* A form without a question could never be filled, and an answer that no change
 * can carry never be saved. */
static bool check_form(const struct form *f, struct err *e)
{
    if (formfile_count_questions(f) == 0)
        return err_set(e, ERR_INPUT,
                       _("Nothing is asked in this form: see what form check "
                         "says about it"));
    for (size_t i = 0; i < f->fields_nr; i++)
        if (strlen(f->fields[i].path) > CHANGE_PATH_BYTES_MAX)
            return err_set(e, ERR_INPUT,
                           _("%.60s...: with the groups around it a question's "
                             "name has at most %d letters"),
                           f->fields[i].path, CHANGE_PATH_BYTES_MAX);
    return true;
}

/* The first of what breaks, as much as a sentence holds. */
static bool refuse(const struct diff *d, struct err *e)
{
    enum { SHOWN_BYTES = 180 };
    struct buf paths = BUF_INIT(SHOWN_BYTES);
    size_t named = 0;
    for (size_t i = 0; i < d->nr; i++) {
        const struct diff_item *x = &d->items[i];
        if (!diff_breaks(x->kind))
            continue;
        size_t before = paths.size;
        buf_printf(&paths, "%s%s (%s%s%s)", before > 0 ? ", " : "", x->path,
                   diff_kind_name(x->kind), x->kind == DIFF_REMOVED ? "" : ": ",
                   x->kind == DIFF_REMOVED ? "" : x->detail);
        if (buf_failed(&paths))
            break;
        named++;
    }
    if (named < d->broken)
        err_set(e, ERR_INPUT,
                _("This version would hide kept answers: %s ... (%d in all). "
                  "Name a question's old path in x_was, keep its type, keep a "
                  "question no longer asked with false() in relevant, and a "
                  "choice with yes in x_retired"),
                buf_text(&paths), (int)d->broken);
    else
        err_set(e, ERR_INPUT,
                _("This version would hide kept answers: %s. Name a question's "
                  "old path in x_was, keep its type, keep a question no longer "
                  "asked with false() in relevant, and a choice with yes in "
                  "x_retired"),
                buf_text(&paths));
    buf_release(&paths);
    return false;
}

/* ---- the new version ---- */

static struct book *merge(const struct formdef *kept, const struct book *fresh,
                          struct err *e)
{
    struct finding_list ignored = {0};
    size_t size;
    const char *csv = formdef_csv(kept, &size);
    struct book *old = book_read(csv, size, &ignored, e), *both = NULL;
    if (old != NULL)
        both = merge_new(old, fresh, kept->form->id);
    book_free(old);
    finding_list_release(&ignored);
    return both;
}

static const struct formdef *add_book(struct store *s, const struct book *b,
                                      struct err *e)
{
    struct buf text = BUF_INIT(CSV_BYTES_MAX);
    const struct formdef *d = NULL;
    book_write_csv(b, &text);
    if (buf_failed(&text))
        err_set(e, ERR_FULL, _("The form is too large for one file"));
    else
        d = formdef_add(s, buf_text(&text), text.size, e);
    buf_release(&text);
    return d;
}

/* The version in use; *kept NULL when the office has no such form. */
static bool find_kept(struct store *s, const char *id,
                      const struct formdef **kept, struct err *e)
{
    struct err why = ERR_INIT;
    *kept = formdef_current(s, id, &why);
    if (*kept != NULL || why.code == ERR_NOT_FOUND)
        return true;
    *e = why;
    return false;
}

static bool replace(struct store *s, const struct formdef *kept,
                    const struct book *fresh, struct publish *out,
                    struct err *e)
{
    struct book *both = merge(kept, fresh, e);
    const struct formdef *d = both != NULL ? add_book(s, both, e) : NULL;
    book_free(both);
    if (d == NULL)
        return false;
    out->is_new = d != kept;
    if (d == kept) {
        out->def = d;
        return true;
    }
    out->diff = diff_new(kept->form, d->form);
    out->same_version = str_equal(kept->form->version, d->form->version);
    if (out->diff->broken > 0)
        return refuse(out->diff, e);
    out->def = d;
    return check_form(d->form, e) && formdef_use(s, d, e);
}

static bool begin(struct store *s, const struct book *fresh,
                  struct publish *out, struct err *e)
{
    const struct formdef *d = add_book(s, fresh, e);
    if (d == NULL || !check_form(d->form, e))
        return false;
    out->def = d;
    out->is_new = true;
    return formdef_use(s, d, e);
}

/* The id that the form gives itself; "" when it gives none after all. */
static const char *id_of(const struct book *b)
{
    const struct book_sheet *s = book_find(b, "settings");
    return s != NULL && s->nr > 1
               ? csv_cell(&s->rows[1], csv_column(&s->rows[0], "form_id"))
               : "";
}

bool publish_form(struct store *s, const struct book *b, const char *id,
                  struct publish *out, struct err *e)
{
    const struct formdef *kept = NULL;
    struct book *fresh = canon_new(b, id);
    *out = (struct publish){.is_new = false};
    bool good = check_id(id_of(fresh), e) && db_begin(store_db(s), e);
    if (good)
        good = db_end(store_db(s),
                      find_kept(s, id_of(fresh), &kept, e) &&
                          (kept != NULL ? replace(s, kept, fresh, out, e)
                                        : begin(s, fresh, out, e)),
                      e);
    if (!good)
        out->def = NULL;
    book_free(fresh);
    return good;
}

void publish_clear(struct publish *p)
{
    diff_free(p->diff);
    *p = (struct publish){.is_new = false};
}
