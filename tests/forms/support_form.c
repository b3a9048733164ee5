/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/forms/support_form.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/str.h"
#include "forms/pack.h"

static struct form *read_whole(const char *csv, size_t size, bool is_silent)
{
    struct finding_list l = {.items = NULL};
    struct err e = ERR_INIT;
    struct form *f = form_read(csv, size, &l, &e);

    for (size_t i = 0; i < l.nr; i++)
        if (is_silent || l.items[i].grade == FINDING_ERROR)
            print_error("%s %u %s: %s\n", l.items[i].sheet, l.items[i].row,
                        l.items[i].column, l.items[i].text);
    assert_int_equal(is_silent ? l.all_nr : l.errors_nr, 0);
    assert_non_null(f);
    finding_list_release(&l);
    return f;
}

struct form *support_form(const char *csv)
{
    return read_whole(csv, strlen(csv), false);
}

struct form *support_form_silent(const char *csv)
{
    return read_whole(csv, strlen(csv), true);
}

struct form *support_form_pack(const char *id)
{
    struct buf name = BUF_INIT(64);
    const struct pack_file *p;

    buf_printf(&name, "%s.csv", id);
    p = pack_file_find(buf_text(&name));
    assert_non_null(p);
    buf_release(&name);
    return read_whole(p->bytes, p->size, false);
}

char *support_form_text(const char *rows)
{
    struct buf b = BUF_INIT(1 << 20);

    buf_add_str(&b, "survey\n,type,name,label,relevant,calculation,required,"
                    "constraint,default\n");
    buf_add_str(&b, rows);
    buf_add_str(&b, "choices\n,list_name,name,label\n"
                    ",yn,yes,Yes\n,yn,no,No\n"
                    ",need,food,Food\n,need,school,School\n,need,none,None\n"
                    "settings\n,form_id,version\n,trial,1\n");
    return b.data;
}

size_t support_form_index(const struct form *f, const char *path)
{
    const struct field *d = form_field(f, path);

    if (d == NULL)
        fail_msg("no field %s", path);
    return (size_t)(d - f->fields);
}

bool support_form_has(const struct finding_list *l, enum finding_grade grade,
                      unsigned row, const char *column, const char *text)
{
    for (size_t i = 0; i < l->nr; i++) {
        const struct finding *f = &l->items[i];
        if (f->grade == grade && (row == 0 || row == f->row) &&
            (column == NULL || str_equal(column, f->column)) &&
            strstr(f->text, text) != NULL)
            return true;
    }
    return false;
}
