/* SPDX-License-Identifier: Apache-2.0 */
#include "forms/sidefile.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/arr.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/str.h"
#include "forms/form.h"

enum { PATH_BYTES_MAX = 4096 };

bool sidefile_is_name(const char *name)
{
    size_t n = strlen(name);

    if (n < 5 || n >= SIDEFILE_NAME_BYTES || name[0] == '.' ||
        strcasecmp(name + n - 4, ".csv") != 0)
        return false;
    for (; *name != '\0'; name++)
        if ((unsigned char)*name < 0x80 && !isalnum((unsigned char)*name) &&
            strchr(" _-.", *name) == NULL)
            return false;
    return true;
}

bool sidefile_is_sheet(const struct book_sheet *s)
{
    return s->name[0] == '_' && sidefile_is_name(s->name + 1) && s->nr > 0;
}

/* The file in the folder of the form. */
static bool path_beside(struct buf *out, const char *form, const char *file,
                        struct err *e)
{
    const char *slash = strrchr(form, '/');
    char *dir = slash == NULL   ? mem_copy_str(".")
                : slash == form ? mem_copy_str("/")
                                : mem_copy_strn(form, (size_t)(slash - form));
    bool ok = file_path(out, dir, file, e);

    mem_free(dir);
    return ok;
}

static bool is_file(const char *path)
{
    struct stat st;

    return lstat(path, &st) == 0 && S_ISREG(st.st_mode);
}

/* ---- reading ---- */

struct embedding {
    struct book *book;
    const char *path;
    struct finding_list *list;
    size_t bytes_left; /* of all files */
};

static void complain(struct embedding *x, const char *file, const char *text)
{
    finding_add(x->list, FINDING_WARNING, FINDING_AT(file, 0, ""), "%s", text);
}

/* The rows of the file; NULL when it is not there or cannot be read. */
static struct csv *read_file(struct embedding *x, const char *file)
{
    struct buf path = BUF_INIT(PATH_BYTES_MAX);
    struct buf bytes = BUF_INIT(x->bytes_left);
    struct err e = ERR_INIT;
    struct csv *c = NULL;

    if (!path_beside(&path, x->path, file, &e) || !is_file(buf_text(&path)))
        goto out;
    if (!buf_read_file(&bytes, buf_text(&path), &e) ||
        (c = csv_read(buf_text(&bytes), bytes.size, &e)) == NULL)
        complain(x, file, e.text);
    if (c != NULL)
        x->bytes_left -= bytes.size;
out:
    buf_release(&bytes);
    buf_release(&path);
    return c;
}

static void add_sheet(struct book *b, const char *file, const struct csv *c)
{
    struct book_sheet s = {.name = pool_printf(b->pool, "_%s", file),
                           .nr = c->nr};

    s.rows = pool_alloc(b->pool, c->nr * sizeof *s.rows);
    for (size_t i = 0; i < c->nr; i++) {
        const struct csv_row *row = &c->items[i];
        const char **cells = pool_alloc(b->pool, row->nr * sizeof *cells);
        for (size_t k = 0; k < row->nr; k++)
            cells[k] = pool_str(b->pool, row->cells[k]);
        s.rows[i] = (struct csv_row){cells, row->nr, row->line};
    }
    ARR_PUSH(b) = s;
}

static const struct book_sheet *find_sheet(const struct book *b,
                                           const char *file)
{
    for (size_t i = 0; i < b->nr; i++)
        if (sidefile_is_sheet(&b->items[i]) &&
            strcasecmp(b->items[i].name + 1, file) == 0)
            return &b->items[i];
    return NULL;
}

static void embed(struct embedding *x, const char *file)
{
    struct csv *c;

    if (!sidefile_is_name(file) || (c = read_file(x, file)) == NULL)
        return;
    if (c->nr > 0)
        add_sheet(x->book, file, c);
    else
        complain(x, file, _("this file is empty"));
    csv_free(c);
}

/* The same cells, blanks at their ends and blank ones behind the last aside. */
static bool same_row(const struct csv_row *a, const struct csv_row *b)
{
    for (size_t i = 0; i < a->nr || i < b->nr; i++) {
        const char *x = csv_cell(a, i), *y = csv_cell(b, i);
        size_t n = str_trim(&x);
        if (n != str_trim(&y) || memcmp(x, y, n) != 0)
            return false;
    }
    return true;
}

/* An author who changed the file may have forgotten the sheet. */
static void compare(struct embedding *x, const char *file)
{
    const struct book_sheet *s = find_sheet(x->book, file);
    struct csv *c =
        s != NULL && sidefile_is_name(file) ? read_file(x, file) : NULL;
    bool same = c == NULL || c->nr == s->nr;

    for (size_t i = 0; c != NULL && same && i < c->nr; i++)
        same = same_row(&c->items[i], &s->rows[i]);
    if (!same)
        complain(x, file,
                 _("the form holds another version of this list, and that one "
                   "counts: take the sheet with its name out of the form to "
                   "have the file read"));
    csv_free(c);
}

/* Two ways of reading one file are two lists. */
static bool is_first_of_file(const struct form *f, size_t list)
{
    for (size_t i = 0; i < list; i++)
        if (f->lists[i].file != NULL &&
            strcasecmp(f->lists[i].file, f->lists[list].file) == 0)
            return false;
    return true;
}

void sidefile_embed(struct book *b, const char *path, struct finding_list *list)
{
    struct embedding x = {b, path, list, SIDEFILE_BYTES_MAX};
    struct finding_list first = {NULL, 0, 0, 0, 0, 0};
    struct err e = ERR_INIT;
    /* what the form asks for is known when it has been read without it */
    struct form *f = form_load(b, "form", &first, &e);

    finding_list_release(&first);
    for (size_t i = 0; f != NULL && i < f->lists_nr; i++) {
        const struct choice_list *l = &f->lists[i];
        if (l->file == NULL || !is_first_of_file(f, i))
            continue;
        if (l->is_missing)
            embed(&x, l->file);
        else
            compare(&x, l->file);
    }
    form_free(f);
}

/* ---- writing ---- */

static bool print_sheet(const struct book_sheet *s, struct buf *out,
                        struct err *e)
{
    book_write_rows(s, out);
    return !buf_failed(out) ||
           err_set(e, ERR_FULL, _("The list %s is too large for one file"),
                   s->name + 1);
}

/* False when the file is there with other bytes. */
static bool may_write(const char *path, const struct buf *bytes, struct err *e)
{
    struct buf there = BUF_INIT(SIDEFILE_BYTES_MAX);
    struct stat st;
    bool ok = lstat(path, &st) != 0;

    if (!ok && S_ISREG(st.st_mode) && buf_read_file(&there, path, e))
        ok = there.size == bytes->size &&
             memcmp(buf_text(&there), buf_text(bytes), there.size) == 0;
    buf_release(&there);
    return ok || err_set(e, ERR_INPUT,
                         _("%s is there already and holds something else: "
                           "move it away, or write to another folder"),
                         path);
}

static bool export_sheet(const struct book_sheet *s, const char *path,
                         bool writes, struct err *e)
{
    struct buf at = BUF_INIT(PATH_BYTES_MAX);
    struct buf bytes = BUF_INIT(CSV_BYTES_MAX);
    bool ok = path_beside(&at, path, s->name + 1, e) &&
              print_sheet(s, &bytes, e) &&
              may_write(buf_text(&at), &bytes, e) &&
              (!writes || file_replace(buf_text(&at), &bytes, 0644, e));

    buf_release(&at);
    buf_release(&bytes);
    return ok;
}

bool sidefile_export(const struct book *b, const char *path,
                     void (*told)(void *arg, const char *file), void *arg,
                     struct err *e)
{
    for (int writes = 0; writes < 2; writes++)
        for (size_t i = 0; i < b->nr; i++) {
            if (!sidefile_is_sheet(&b->items[i]))
                continue;
            if (!export_sheet(&b->items[i], path, writes == 1, e))
                return false;
            if (writes == 1)
                told(arg, b->items[i].name + 1);
        }
    return true;
}
