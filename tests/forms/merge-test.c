/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: a form that comes back from Kobo gets back what Kobo does not know,
 * by path and by list and name: every x_ column and the retired choices; what
 * the file does say counts, and what Kobo added for itself is gone. What comes
 * back whole is the same form, byte for byte.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arr.h"
#include "forms/canon.h"
#include "forms/merge.h"
#include "forms/pack.h"

static struct book *read_book(const char *text)
{
    struct finding_list l = {0};
    struct err e = ERR_INIT;
    struct book *raw = book_read(text, strlen(text), &l, &e), *canonical;

    if (raw == NULL)
        fail_msg("%s", e.text);
    canonical = canon_new(raw, "f");
    book_free(raw);
    finding_list_release(&l);
    return canonical;
}

static void print(const struct book *b, struct buf *out)
{
    buf_clear(out);
    book_write_csv(b, out);
}

/* Merges and compares; the texts are what stands between the sheets' names. */
static void merges_to(const char *kept, const char *fresh, const char *want)
{
    struct buf got = BUF_INIT(1 << 20);
    struct book *k = read_book(kept), *f = read_book(fresh);
    struct book *m = merge_new(k, f, "f");

    book_free(k);
    book_free(f);
    print(m, &got);
    book_free(m);
    assert_string_equal(buf_text(&got), want);
    buf_release(&got);
}

#define SETTINGS "settings\n,form_id,version\n,f,1\n"

static void cells_come_back_by_path(void **state)
{
    (void)state;
    merges_to("survey\n,type,name,label,x_access,x_pii\n"
              ",begin group,a,A,,\n,text,t,T,sealed,yes\n,end group,,,,\n"
              ",begin group,b,B,,\n,text,t,T,case,\n,end group,,,,\n" SETTINGS,
              /* moved about, with another label, and one group is new */
              "survey\n,type,name,label\n,begin group,b,B\n,text,t,Other\n"
              ",end group,,\n,begin group,a,A\n,text,t,T\n,end group,,\n"
              ",begin group,c,C\n,text,t,T\n,end group,,\n" SETTINGS,
              "survey\n,type,name,label,x_access,x_pii\n"
              ",begin group,b,B,,\n,text,t,Other,case,\n,end group,,,,\n"
              ",begin group,a,A,,\n,text,t,T,sealed,yes\n,end group,,,,\n"
              ",begin group,c,C,,\n,text,t,T,,\n,end group,,,,\n" SETTINGS);
}

static void what_the_file_says_counts(void **state)
{
    (void)state;
    merges_to("survey\n,type,name,x_access\n,text,a,sealed\n,text,b,sealed\n"
              "choices\n,list_name,name,x_retired\n,l,x,yes\n" SETTINGS,
              "survey\n,type,name,x_access\n,text,a,open\n,text,b,\n"
              "choices\n,list_name,name,x_retired\n,l,x,no\n" SETTINGS,
              "survey\n,type,name,x_access\n,text,a,open\n,text,b,sealed\n"
              "choices\n,list_name,name,x_retired\n,l,x,no\n" SETTINGS);
}

static void a_question_renamed_keeps_its_cells(void **state)
{
    (void)state;
    merges_to("survey\n,type,name,x_access,x_was\n,text,a,sealed,\n"
              ",text,d,,c\n" SETTINGS,
              "survey\n,type,name,x_was\n,text,b,a\n,text,d,\n" SETTINGS,
              "survey\n,type,name,x_access,x_was\n,text,b,sealed,a\n"
              ",text,d,,c\n" SETTINGS);
}

static void retired_choices_come_back_retired(void **state)
{
    (void)state;
    merges_to(
        "survey\n,type,name\n,select_one l,s\n"
        "choices\n,list_name,name,label,x_retired\n"
        ",l,old,Old,yes\n,l,a,A,\n,l,b,B,\n,m,older,Older,yes\n" SETTINGS,
        "survey\n,type,name\n,select_one l,s\n"
        "choices\n,list_name,name,label\n,l,a,A\n,l,c,C\n,n,x,X\n" SETTINGS,
        /* b was not retired: that is for diff to say; m is no list */
        "survey\n,type,name\n,select_one l,s\n"
        "choices\n,list_name,name,label,x_retired\n,l,a,A,\n,l,c,C,\n"
        ",l,old,Old,yes\n,n,x,X,\n" SETTINGS);
}

static void a_list_under_another_name_is_known_by_its_question(void **state)
{
    (void)state;
    merges_to("survey\n,type,name\n,select_one l,s\n,select_one m,t\n"
              "choices\n,list_name,name,label,x_retired,x_code\n"
              ",l,a,A,,7\n,l,b,B,yes,8\n,m,c,C,,9\n,m,d,D,yes,\n" SETTINGS,
              /* two questions share the list that is new */
              "survey\n,type,name\n,select_one qx1,s\n,select_multiple qx1,u\n"
              ",select_one m,t\n"
              "choices\n,list_name,name,label\n,qx1,a,A\n,m,c,C\n" SETTINGS,
              "survey\n,type,name\n,select_one qx1,s\n,select_multiple qx1,u\n"
              ",select_one m,t\n"
              "choices\n,list_name,name,label,x_retired,x_code\n"
              ",qx1,a,A,,7\n,qx1,b,B,yes,8\n,m,c,C,,9\n,m,d,D,yes,\n" SETTINGS);
}

static void what_kobo_adds_is_gone(void **state)
{
    (void)state;
    /* the blanks around a column of the author's own go, too */
    merges_to("survey\n,type,name\n,text,a\n" SETTINGS,
              "survey\n,type,name,  own column \n,text,a,x\n" SETTINGS,
              "survey\n,type,name,own column\n,text,a,x\n" SETTINGS);
    merges_to("survey\n,type,name\n,text,a\n" SETTINGS,
              "survey\n,$kuid,type,name,kobo--matrix_list,__version__\n"
              ",k1,text,a,m,v\n,k3,,,,\n,k2,calculate,__version__,,\n" SETTINGS,
              "survey\n,type,name\n,text,a\n" SETTINGS);
}

static bool drop_column(const char *header)
{
    return header[0] == 'x' && header[1] == '_';
}

/* A book without the x_ columns, as Kobo gives it back. */
static struct book *through_kobo(const struct book *b)
{
    struct book *out = mem_alloc(sizeof *out);

    out->pool = pool_new();
    for (size_t i = 0; i < b->nr; i++) {
        struct book_sheet s = b->items[i];
        s.rows = pool_copy(out->pool, s.rows, s.nr * sizeof *s.rows);
        for (size_t r = 0; r < s.nr; r++) {
            const char **cells =
                pool_alloc(out->pool, s.rows[r].nr * sizeof *cells);
            size_t nr = 0;
            for (size_t c = 0; c < s.rows[r].nr; c++)
                if (!drop_column(b->items[i].rows[0].cells[c]))
                    cells[nr++] = s.rows[r].cells[c];
            s.rows[r].cells = cells;
            s.rows[r].nr = nr;
        }
        ARR_PUSH(out) = s;
    }
    return out;
}

static void a_built_in_form_comes_back_byte_for_byte(void **state)
{
    struct buf before = BUF_INIT(1 << 22), after = BUF_INIT(1 << 22);
    struct book *kept, *lost, *fresh, *m;

    (void)state;
    kept = read_book(pack_file_find("registration.csv")->bytes);
    lost = through_kobo(kept);
    fresh = canon_new(lost, "registration");
    m = merge_new(kept, fresh, "registration");
    print(fresh, &before);
    assert_null(strstr(buf_text(&before), "x_access"));
    print(kept, &before);
    print(m, &after);
    assert_non_null(strstr(buf_text(&after), "x_access"));
    assert_string_equal(buf_text(&before), buf_text(&after));
    book_free(m);
    book_free(fresh);
    book_free(lost);
    book_free(kept);
    buf_release(&before);
    buf_release(&after);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_come_back_by_path),
        cmocka_unit_test(what_the_file_says_counts),
        cmocka_unit_test(a_question_renamed_keeps_its_cells),
        cmocka_unit_test(retired_choices_come_back_retired),
        cmocka_unit_test(a_list_under_another_name_is_known_by_its_question),
        cmocka_unit_test(what_kobo_adds_is_gone),
        cmocka_unit_test(a_built_in_form_comes_back_byte_for_byte),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
