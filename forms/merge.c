/* SPDX-License-Identifier: Apache-2.0 */
#include "forms/merge.h"

#include <stdlib.h>
#include <string.h>

#include "base/arr.h"
#include "base/mem.h"
#include "base/str.h"
#include "forms/canon.h"
#include "forms/field_type.h"
#include "forms/form_int.h"
#include "forms/sidefile.h"

/* ---- rows by what they are about ---- */

struct keyed_row {
    const char *key;
    size_t row; /* of the sheet */
};

/* Lists that have another name in the new form than in the one that is kept. */
struct renames {
    struct {
        const char *fresh, *kept;
    } * items;
    size_t nr, alloc;
};

struct keyed_sheet {
    const struct book_sheet *sheet;
    const struct renames *renames; /* of the new form's lists; else NULL */
    const char **keys; /* by row; NULL: nothing can be said of that row */
    struct keyed_row *sorted;
    size_t nr;
};

static const char *cell_named(const struct book_sheet *s, size_t row,
                              enum form_column column)
{
    return csv_cell(&s->rows[row],
                    csv_column(&s->rows[0], form_column_name(column)));
}

/* The name by which the form that is kept knows a list. */
static const char *kept_list(const struct renames *r, const char *list)
{
    for (size_t i = 0; r != NULL && i < r->nr; i++)
        if (str_equal(r->items[i].fresh, list))
            return r->items[i].kept;
    return list;
}

/* Paths as form_read makes them, also of rows it would leave out. */
static void key_questions(struct pool *pool, struct keyed_sheet *k)
{
    const char *groups[FORM_DEPTH_MAX + 1] = {""};
    size_t depth = 0;

    for (size_t i = 1; i < k->sheet->nr; i++) {
        const char *type = cell_named(k->sheet, i, COLUMN_TYPE);
        const char *name = cell_named(k->sheet, i, COLUMN_NAME);
        enum field_bracket bracket = field_type_bracket(type);

        if (form_says_yes(cell_named(k->sheet, i, COLUMN_DISABLED)))
            continue;
        if (bracket != FIELD_NO_BRACKET && bracket != FIELD_BEGIN) {
            depth -= depth > 0;
            continue;
        }
        if (name[0] != '\0')
            k->keys[i] = pool_printf(pool, "%s%s%s", groups[depth],
                                     depth > 0 ? "/" : "", name);
        if (bracket == FIELD_BEGIN && depth < FORM_DEPTH_MAX)
            groups[++depth] = k->keys[i] != NULL ? k->keys[i] : "";
    }
}

static void key_choices(struct pool *pool, struct keyed_sheet *k)
{
    for (size_t i = 1; i < k->sheet->nr; i++)
        k->keys[i] = pool_printf(
            pool, "%s\n%s",
            kept_list(k->renames, cell_named(k->sheet, i, COLUMN_LIST_NAME)),
            cell_named(k->sheet, i, COLUMN_NAME));
}

static void key_settings(struct pool *pool, struct keyed_sheet *k)
{
    if (k->sheet->nr > 1)
        k->keys[1] = pool_str(pool, "settings");
}

/* Of equal keys the first row stands first. */
static int by_key(const void *a, const void *b)
{
    const struct keyed_row *x = a, *y = b;
    int order = strcmp(x->key, y->key);

    return order != 0 ? order : x->row < y->row ? -1 : x->row > y->row;
}

typedef void key_fn(struct pool *pool, struct keyed_sheet *k);

static struct keyed_sheet key_sheet(struct pool *pool, key_fn *give_keys,
                                    const struct book_sheet *s,
                                    const struct renames *renames)
{
    struct keyed_sheet k = {.sheet = s, .renames = renames};

    k.keys = pool_alloc(pool, s->nr * sizeof *k.keys);
    k.sorted = pool_alloc(pool, s->nr * sizeof *k.sorted);
    give_keys(pool, &k);
    for (size_t i = 1; i < s->nr; i++)
        if (k.keys[i] != NULL)
            k.sorted[k.nr++] = (struct keyed_row){k.keys[i], i};
    if (k.nr > 0)
        qsort(k.sorted, k.nr, sizeof *k.sorted, by_key);
    return k;
}

/* The first row with that key; 0, which is the header, when there is none. */
static size_t find_row(const struct keyed_sheet *k, const char *key)
{
    size_t from = 0, to = k->nr;

    while (key != NULL && from < to) {
        size_t at = from + (to - from) / 2;
        if (strcmp(k->sorted[at].key, key) < 0)
            from = at + 1;
        else
            to = at;
    }
    return key != NULL && from < k->nr && str_equal(k->sorted[from].key, key)
               ? k->sorted[from].row
               : 0;
}

/* ---- the sheet that comes of two ---- */

struct merging {
    struct pool *pool;
    struct keyed_sheet kept, fresh;
    struct {
        const char **items;
        size_t nr, alloc;
    } headers;
    struct {
        struct csv_row *items;
        size_t nr, alloc;
    } rows;
    size_t *to; /* where each column of the kept sheet stands */
};

static bool is_ours(const char *header)
{
    return str_starts(header, "x_");
}

static void join_headers(struct merging *m)
{
    const struct csv_row *fresh = &m->fresh.sheet->rows[0];
    const struct csv_row *kept = &m->kept.sheet->rows[0];

    for (size_t i = 0; i < fresh->nr; i++)
        ARR_PUSH(&m->headers) = fresh->cells[i];
    m->to = pool_alloc(m->pool, kept->nr * sizeof *m->to);
    for (size_t i = 0; i < kept->nr; i++) {
        m->to[i] = csv_column(fresh, kept->cells[i]);
        if (m->to[i] == CSV_NO_COLUMN && is_ours(kept->cells[i])) {
            m->to[i] = m->headers.nr;
            ARR_PUSH(&m->headers) = kept->cells[i];
        }
    }
}

static const char **push_row(struct merging *m)
{
    const char **cells = pool_alloc(m->pool, m->headers.nr * sizeof *cells);

    for (size_t i = 0; i < m->headers.nr; i++)
        cells[i] = "";
    ARR_PUSH(&m->rows) = (struct csv_row){.cells = cells, .nr = m->headers.nr};
    return cells;
}

/* What the kept row says where the new one is blank. */
static void give_back(const struct merging *m, size_t kept, const char **cells,
                      bool only_ours)
{
    const struct csv_row *header = &m->kept.sheet->rows[0];

    for (size_t i = 0; i < header->nr; i++)
        if (m->to[i] != CSV_NO_COLUMN && str_is_blank(cells[m->to[i]]) &&
            (!only_ours || is_ours(header->cells[i])))
            cells[m->to[i]] = csv_cell(&m->kept.sheet->rows[kept], i);
}

static void join_row(struct merging *m, size_t row)
{
    const struct csv_row *fresh = &m->fresh.sheet->rows[row];
    size_t kept = find_row(&m->kept, m->fresh.keys[row]);
    const char **cells = push_row(m);

    for (size_t i = 0; i < m->fresh.sheet->rows[0].nr; i++)
        cells[i] = csv_cell(fresh, i);
    if (kept == 0)
        kept =
            find_row(&m->kept, cell_named(m->fresh.sheet, row, COLUMN_X_WAS));
    if (kept != 0)
        give_back(m, kept, cells, true);
}

/* ---- retired choices ---- */

static bool is_last_of_list(const struct book_sheet *s, size_t row)
{
    const char *list = cell_named(s, row, COLUMN_LIST_NAME);

    for (size_t i = row + 1; i < s->nr; i++)
        if (str_equal(cell_named(s, i, COLUMN_LIST_NAME), list))
            return false;
    return true;
}

static void add_retired(struct merging *m, const char *list)
{
    const struct book_sheet *s = m->kept.sheet;
    const char *kept = kept_list(m->fresh.renames, list);
    size_t at = csv_column(&m->fresh.sheet->rows[0],
                           form_column_name(COLUMN_LIST_NAME));

    for (size_t i = 1; i < s->nr; i++)
        if (str_equal(cell_named(s, i, COLUMN_LIST_NAME), kept) &&
            form_says_yes(cell_named(s, i, COLUMN_X_RETIRED)) &&
            find_row(&m->fresh, m->kept.keys[i]) == 0) {
            const char **cells = push_row(m);
            if (at != CSV_NO_COLUMN)
                cells[at] = list;
            give_back(m, i, cells, false);
        }
}

/* ---- lists by other names ---- */

/* The list of a question; "" when it has none on the sheet of choices. */
static const char *list_of(struct pool *pool, const struct book_sheet *s,
                           size_t row)
{
    struct field_type_found t;

    if (!field_type_find(cell_named(s, row, COLUMN_TYPE), &t) ||
        t.source != FIELD_LIST_OF_FORM)
        return "";
    return pool_strn(pool, t.rest, strcspn(t.rest, " \t\n"));
}

static bool has_list(const struct book *b, const char *list)
{
    const struct book_sheet *s = book_find(b, "choices");

    for (size_t i = 1; s != NULL && i < s->nr; i++)
        if (str_equal(cell_named(s, i, COLUMN_LIST_NAME), list))
            return true;
    return false;
}

/* Kobo's builder gives lists names of its own: one that is new here is the one
 * that a question of the same path had. */
static void find_renames(struct pool *pool, const struct book *kept,
                         const struct book *fresh, struct renames *r)
{
    const struct book_sheet *old = book_find(kept, "survey");
    const struct book_sheet *new = book_find(fresh, "survey");
    struct keyed_sheet k, f;

    if (old == NULL || new == NULL || old->nr == 0 || new->nr == 0)
        return;
    k = key_sheet(pool, key_questions, old, NULL);
    f = key_sheet(pool, key_questions, new, NULL);
    for (size_t i = 1; i < new->nr; i++) {
        size_t row = find_row(&k, f.keys[i]);
        const char *list = list_of(pool, new, i);
        const char *was = row != 0 ? list_of(pool, old, row) : "";
        if (*list == '\0' || *was == '\0' || str_equal(list, was) ||
            kept_list(r, list) != list || has_list(kept, list))
            continue;
        (void)ARR_PUSH(r);
        r->items[r->nr - 1].fresh = list;
        r->items[r->nr - 1].kept = was;
    }
}

/* ---- books ---- */

static void add_sheet(struct book *out, struct merging *m)
{
    struct book_sheet made = {.name = m->fresh.sheet->name,
                              .nr = m->rows.nr + 1};

    made.rows = pool_alloc(out->pool, made.nr * sizeof *made.rows);
    made.rows[0] = (struct csv_row){
        .cells = pool_copy(out->pool, m->headers.items,
                           m->headers.nr * sizeof *m->headers.items),
        .nr = m->headers.nr,
        .line = 1};
    for (size_t i = 0; i < m->rows.nr; i++)
        made.rows[i + 1] = m->rows.items[i];
    ARR_PUSH(out) = made;
    ARR_RELEASE(&m->headers);
    ARR_RELEASE(&m->rows);
}

static void merge_sheet(struct book *out, const struct book_sheet *kept,
                        const struct book_sheet *fresh, key_fn *give_keys,
                        const struct renames *renames)
{
    struct merging m = {.pool = out->pool};
    bool is_choices = give_keys == key_choices;

    m.kept = key_sheet(m.pool, give_keys, kept, NULL);
    m.fresh = key_sheet(m.pool, give_keys, fresh, renames);
    join_headers(&m);
    for (size_t i = 1; i < fresh->nr; i++) {
        join_row(&m, i);
        if (is_choices && is_last_of_list(fresh, i))
            add_retired(&m, cell_named(fresh, i, COLUMN_LIST_NAME));
    }
    add_sheet(out, &m);
}

/* Whether some cell of the survey names the list of a file. */
static bool asks_for(const struct book *b, const char *file)
{
    const struct book_sheet *s = book_find(b, "survey");
    char *name = mem_copy_strn(file, strlen(file) - strlen(".csv"));
    bool yes = false;

    for (size_t i = 1; s != NULL && !yes && i < s->nr; i++)
        for (size_t c = 0; !yes && c < s->rows[i].nr; c++)
            yes = strstr(s->rows[i].cells[c], name) != NULL;
    mem_free(name);
    return yes;
}

/* Other tools keep such files elsewhere. */
static void give_files(struct book *both, const struct book *kept,
                       const struct book *fresh)
{
    for (size_t i = 0; i < kept->nr; i++) {
        const struct book_sheet *s = &kept->items[i];
        if (sidefile_is_sheet(s) && book_find(fresh, s->name) == NULL &&
            asks_for(fresh, s->name + 1))
            ARR_PUSH(both) = *s;
    }
}

struct book *merge_new(const struct book *kept, const struct book *fresh,
                       const char *id)
{
    static const struct {
        const char *name;
        key_fn *give_keys;
    } sheets[] = {{"survey", key_questions},
                  {"choices", key_choices},
                  {"settings", key_settings}};
    struct book *both = mem_alloc(sizeof *both), *out;
    struct renames renames = {NULL, 0, 0};

    both->pool = pool_new();
    find_renames(both->pool, kept, fresh, &renames);
    for (size_t i = 0; i < fresh->nr; i++) {
        const struct book_sheet *s = &fresh->items[i], *k = NULL;
        key_fn *give_keys = NULL;
        for (size_t n = 0; n < ARR_NR(sheets); n++)
            if (str_equal(s->name, sheets[n].name)) {
                give_keys = sheets[n].give_keys;
                k = book_find(kept, s->name);
            }
        if (k != NULL && k->nr > 0 && s->nr > 0)
            merge_sheet(both, k, s, give_keys, &renames);
        else
            ARR_PUSH(both) = *s;
    }
    give_files(both, kept, fresh);
    out = canon_new(both, id);
    book_free(both);
    ARR_RELEASE(&renames);
    return out;
}
