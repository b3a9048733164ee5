/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Nodes by their paths: "children[k3f7]/name". A path from outside is checked
 * step by step; rows it names may be made on the way.
 */
#include <string.h>

#include "base/str.h"
#include "forms/record_int.h"

void record_path(const struct record *r, size_t node, struct buf *out)
{
    const struct node *n = record_at(r, node);

    if (n->parent != RECORD_NONE) {
        record_path(r, n->parent, out);
        buf_add_byte(out, '/');
    }
    buf_add_str(out, r->form->fields[n->field].name);
    if (n->kind == RECORD_ROW)
        buf_printf(out, "[%s]", n->row_id);
}

/* One step of a path: a name, and the id of a row behind it. */
struct step {
    const char *name, *id;
    size_t name_bytes, id_bytes; /* id_bytes 0: none */
};

static bool is_row_id(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!((s[i] >= 'a' && s[i] <= 'z') || (s[i] >= '0' && s[i] <= '9')))
            return false;
    return n > 0 && n < RECORD_ROW_ID_BYTES;
}

static bool take_step(const char **path, struct step *s)
{
    const char *at = *path;

    s->name = at;
    s->name_bytes = strcspn(at, "/[");
    at += s->name_bytes;
    s->id = "";
    s->id_bytes = 0;
    if (*at == '[') {
        s->id = ++at;
        s->id_bytes = strcspn(at, "]/");
        at += s->id_bytes;
        if (*at++ != ']' || !is_row_id(s->id, s->id_bytes))
            return false;
    }
    if (*at != '\0' && *at++ != '/')
        return false;
    *path = at;
    return s->name_bytes > 0;
}

static bool is_named(const char *s, const char *name, size_t n)
{
    return strlen(s) == n && memcmp(s, name, n) == 0;
}

/* Of a repeat the node behind its rows. */
static size_t find_child(const struct record *r, size_t parent,
                         const struct step *s)
{
    size_t i = parent == RECORD_NONE ? r->first : record_at(r, parent)->first;

    while (i != RECORD_NONE &&
           (record_at(r, i)->kind == RECORD_ROW ||
            !is_named(record_def(r, i)->name, s->name, s->name_bytes)))
        i = record_at(r, i)->next;
    return i;
}

static size_t find_row(const struct record *r, size_t repeat,
                       const struct step *s)
{
    size_t row = record_at(r, repeat)->row_first;

    for (; row != RECORD_NONE && row != repeat; row = record_at(r, row)->next)
        if (is_named(record_at(r, row)->row_id, s->id, s->id_bytes))
            return row;
    return RECORD_NONE;
}

static size_t make_row(struct record *r, size_t repeat, const struct step *s,
                       bool kept)
{
    char id[RECORD_ROW_ID_BYTES];
    size_t row;

    if (record_at(r, repeat)->rows_nr >= RECORD_ROWS_MAX ||
        r->nodes.nr >= RECORD_NODES_MAX)
        return RECORD_NONE;
    str_copy(id, s->id_bytes + 1, s->id);
    row = record_row_make(r, repeat, id);
    record_at(r, row)->is_kept = kept;
    return row;
}

enum missing { MISSING_FAILS, MISSING_MADE, MISSING_KEPT };

/* How a path that names a row that is not there is served. */
static size_t find(struct record *r, const char *path, enum missing missing)
{
    size_t node = RECORD_NONE;
    struct step s;

    do {
        if (!take_step(&path, &s))
            return RECORD_NONE;
        node = find_child(r, node, &s);
        if (node == RECORD_NONE)
            return RECORD_NONE;
        if (record_at(r, node)->kind == RECORD_REPEAT && s.id_bytes > 0) {
            size_t row = find_row(r, node, &s);
            if (row == RECORD_NONE && missing != MISSING_FAILS)
                row = make_row(r, node, &s, missing == MISSING_KEPT);
            node = row;
        } else if (s.id_bytes > 0) {
            return RECORD_NONE;
        }
    } while (node != RECORD_NONE && *path != '\0');
    return node;
}

size_t record_find(const struct record *r, const char *path)
{
    /* with MISSING_FAILS nothing of it is changed */
    return find((struct record *)(uintptr_t)r, path, MISSING_FAILS);
}

static size_t load_renamed(struct record *r, const char *path);

size_t record_load_path(struct record *r, const char *path)
{
    size_t node = find(r, path, MISSING_KEPT);

    return node != RECORD_NONE ? node : load_renamed(r, path);
}

size_t record_set_path(struct record *r, const char *path)
{
    size_t before = r->nodes.nr, node = find(r, path, MISSING_MADE);

    if (r->nodes.nr > before) {
        r->is_rearranged = true;
        record_compute(r, false);
    }
    return node;
}

/* ---- renamed fields ---- */

/* The next id of a row in a path, which moves behind it; NULL: no more. */
static const char *next_id(const char **path, size_t *n)
{
    const char *id = strchr(*path, '[');

    if (id == NULL)
        return NULL;
    *n = strcspn(++id, "]");
    *path = id + *n;
    return id;
}

/* The path of a field with the ids of another path in its repeats. */
static bool print_heir(const struct form *f, size_t field, const char **ids,
                       struct buf *out)
{
    const struct field *d = &f->fields[field];
    const char *id;
    size_t n;

    if (d->parent != FORM_ROOT) {
        if (!print_heir(f, d->parent, ids, out))
            return false;
        buf_add_byte(out, '/');
    }
    buf_add_str(out, d->name);
    if (d->type != FIELD_REPEAT)
        return true;
    id = next_id(ids, &n);
    if (id != NULL)
        buf_printf(out, "[%.*s]", (int)n, id);
    return id != NULL;
}

static size_t load_renamed(struct record *r, const char *path)
{
    const struct field *heir = form_heir(r->form, path);
    struct buf now = BUF_INIT(RECORD_PATH_BYTES);
    const char *ids = path;
    size_t node = RECORD_NONE;

    if (heir != NULL && heir->was[0] != '\0' &&
        print_heir(r->form, (size_t)(heir - r->form->fields), &ids, &now) &&
        !buf_failed(&now))
        node = find(r, buf_text(&now), MISSING_KEPT);
    buf_release(&now);
    return node;
}

/* Whether the rows around a node are those of the ids in a path; *path moves
 * behind what was looked at. */
static bool has_ids(const struct record *r, size_t node, const char **path)
{
    const char *id;
    size_t n;

    if (node == RECORD_NONE)
        return true;
    if (!has_ids(r, record_at(r, node)->parent, path))
        return false;
    if (record_at(r, node)->kind != RECORD_ROW)
        return true;
    id = next_id(path, &n);
    return id != NULL && is_named(record_at(r, node)->row_id, id, n);
}

bool record_was_called(const struct record *r, size_t node, const char *path)
{
    const char *ids = path;

    return form_heir(r->form, path) == record_def(r, node) &&
           form_field(r->form, path) == NULL && has_ids(r, node, &ids) &&
           strchr(ids, '[') == NULL;
}
