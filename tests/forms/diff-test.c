/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: between two versions of a form every change that touches kept answers
 * is named: what is added, renamed, removed, retyped, narrowed or withdrawn;
 * and only what breaks kept answers keeps a version from being published.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/str.h"
#include "forms/diff.h"
#include "tests/forms/support_form.h"

static struct form *version(const char *rows, const char *choices)
{
    struct buf b = BUF_INIT(1 << 16);
    struct form *f;

    buf_printf(&b,
               "survey\n,type,name,label,required,constraint,x_was\n%s"
               "choices\n,list_name,name,label,x_retired\n%s"
               "settings\n,form_id,version\n,f,1\n",
               rows, choices);
    f = support_form(buf_text(&b));
    buf_release(&b);
    return f;
}

#define OLD                                                                    \
    ",integer,age,Age,,,\n,begin_group,g,G,,,\n,text,note,Note,,,\n"           \
    ",end_group,,,,,\n,select_one l,s,S,,,\n"
#define LIST ",l,a,A,\n,l,b,B,\n"

/* One change each, to OLD and LIST. */
static const struct {
    const char *rows, *choices;
    enum diff_kind kind;
    const char *path, *detail;
    size_t nr, broken;
} changes[] = {
    {OLD, LIST, DIFF_ADDED, NULL, "", 0, 0},
    {OLD ",text,more,M,,,\n", LIST, DIFF_ADDED, "more", "text", 1, 0},
    {",integer,years,Age,,,age\n,begin_group,g,G,,,\n,text,note,Note,,,\n"
     ",end_group,,,,,\n,select_one l,s,S,,,\n",
     LIST, DIFF_RENAMED, "years", "age", 1, 0},
    {",begin_group,g,G,,,\n,text,note,Note,,,\n,end_group,,,,,\n"
     ",select_one l,s,S,,,\n",
     LIST, DIFF_REMOVED, "age", "integer", 1, 1},
    {",integer,age,Age,,,\n,text,note,Note,,,g/note\n,select_one l,s,S,,,\n",
     LIST, DIFF_RENAMED, "note", "g/note", 1, 0},
    {",text,age,Age,,,\n,begin_group,g,G,,,\n,text,note,Note,,,\n"
     ",end_group,,,,,\n,select_one l,s,S,,,\n",
     LIST, DIFF_RETYPED, "age", "integer to text", 1, 1},
    {",integer,age,Age,yes,,\n,begin_group,g,G,,,\n,text,note,Note,,,\n"
     ",end_group,,,,,\n,select_one l,s,S,,,\n",
     LIST, DIFF_NARROWED, "age", "required now", 1, 0},
    {",integer,age,Age,,. < 9,\n,begin_group,g,G,,,\n,text,note,Note,,,\n"
     ",end_group,,,,,\n,select_one l,s,S,,,\n",
     LIST, DIFF_NARROWED, "age", "checked now", 1, 0},
    {OLD, ",l,a,A,\n", DIFF_WITHDRAWN, "s", "choice b", 1, 1},
    {OLD, ",l,a,A,\n,l,b,B,yes\n", DIFF_NARROWED, "s", "b is retired", 1, 0},
    {OLD, LIST ",l,c,C,\n", DIFF_ADDED, NULL, "", 0, 0},
};

static void each_change_is_named(void **state)
{
    struct form *old = version(OLD, LIST);

    (void)state;
    for (size_t i = 0; i < ARR_NR(changes); i++) {
        struct form *new = version(changes[i].rows, changes[i].choices);
        struct diff *d = diff_new(old, new);
        if (d->nr != changes[i].nr)
            fail_msg("change %zu: %zu items, first %s", i, d->nr,
                     d->nr > 0 ? d->items[0].path : "none");
        assert_int_equal(d->broken, changes[i].broken);
        if (changes[i].path != NULL) {
            assert_int_equal(d->items[0].kind, changes[i].kind);
            assert_string_equal(d->items[0].path, changes[i].path);
            assert_non_null(strstr(d->items[0].detail, changes[i].detail));
        }
        diff_free(d);
        form_free(new);
    }
    form_free(old);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_change_is_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
