/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: what a person types for a time, a day with a time, a place, "OK", an
 * order or a file becomes the answer that is meant, is shown as it would be
 * typed again, and gives the same answer when it is; what means nothing is
 * refused with a sentence and stays as it was typed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "forms/record.h"
#include "tui/typed.h"

static const char questions[] =
    "survey\n,type,name,label,parameters\n"
    ",time,at,At,\n,dateTime,when,When,\n,geopoint,where,Where,\n"
    ",acknowledge,seen,Seen,\n,rank order,best,Best,\n,image,photo,Photo,\n"
    "choices\n,list_name,name,label\n"
    ",order,food,Food\n,order,shelter,Shelter\n,order,school,School\n"
    "settings\n,form_id,form_title,version\n,t,T,1\n";

/* What is typed, what it means ("!": refused), how that is shown, and what
 * stands behind it (NULL: not looked at). The calendar is the Ethiopian. */
static const struct {
    const char *field, *typed, *answer, *shown, *words;
} cases[] = {
    {"at", "14:30", "14:30:00.000", "14:30",
     "= 8:30 in the day, Ethiopian clock"},
    {"at", "1430", "14:30:00.000", "14:30", NULL},
    {"at", " 9.05 ", "09:05:00.000", "09:05", NULL},
    {"at", "9", "09:00:00.000", "09:00", NULL},
    {"at", "3:30d", "09:30:00.000", "09:30",
     "= 3:30 in the day, Ethiopian clock"},
    {"at", "3:30n", "21:30:00.000", "21:30",
     "= 3:30 in the night, Ethiopian clock"},
    {"at", "12d", "06:00:00.000", "06:00",
     "= 12:00 in the day, Ethiopian clock"},
    {"at", "6n", "00:00:00.000", "00:00", NULL},
    {"at", "13d", "!", NULL, NULL},
    {"at", "25:00", "!", NULL, NULL},
    {"at", "9:61", "!", NULL, NULL},
    {"at", "soon", "!", NULL, NULL},
    {"at", "14:30:15", "14:30:15.000", "14:30:15", NULL},
    {"when", "12/3/2019 14:30", "2026-11-21T14:30:00.000+00:00",
     "2019-03-12 14:30", NULL},
    {"when", "21/11/2026g 9", "2026-11-21T09:00:00.000+00:00",
     "2019-03-12 09:00", NULL},
    {"when", "T 3n", "2026-11-21T21:00:00.000+00:00", "2019-03-12 21:00", NULL},
    {"when", "12/3/2019", "!", NULL, NULL},
    {"when", "12/3/2019 25:00", "!", NULL, NULL},
    {"where", "9.03 38.74", "9.03 38.74 0 0", "9.03 38.74 0 0", NULL},
    {"where", "9.03, 38.74", "9.03 38.74 0 0", NULL, NULL},
    {"where", "here", "!", NULL, NULL},
    {"seen", "ok", "OK", "OK", NULL},
    {"seen", "x", "OK", "OK", NULL},
    {"seen", "no", "!", NULL, NULL},
    {"best", "2 1 3", "shelter food school", "shelter food school",
     "Shelter, Food, School"},
    {"best", "sch, she, foo", "school shelter food", NULL, NULL},
    {"best", "s 1 2", "!", NULL, NULL},
    {"photo", "no such folder/scan.jpg", "scan.jpg", "scan.jpg",
     "no file of this name here: only the name is kept"},
    {"at", "", "", "", ""},
};

struct desk {
    struct form *form;
    struct record *record;
    struct entry_style style;
};

static void open_desk(struct desk *d)
{
    struct record_moment m = {.today = 20778};

    setenv("TZ", "UTC0", 1);
    struct finding_list l = {0};
    struct err e = ERR_INIT;

    d->form = form_read(questions, strlen(questions), &l, &e);
    finding_list_release(&l);
    assert_non_null(d->form);
    d->record = record_new(d->form, m);
    d->style =
        (struct entry_style){d->form, 0, CALENDAR_ETHIOPIAN, 20778, d->record};
}

static void close_desk(struct desk *d)
{
    record_free(d->record);
    form_free(d->form);
}

static void take(const struct desk *d, const struct field *f, const char *typed,
                 const char *answer)
{
    struct buf out = BUF_INIT(1000);
    struct err e = ERR_INIT;
    bool good = typed_take(&d->style, f, typed, &out, &e);

    if (strcmp(answer, "!") == 0) {
        assert_false(good);
        assert_int_not_equal(e.text[0], '\0');
        assert_string_equal(buf_text(&out), typed);
    } else {
        if (!good)
            fail_msg("%s: %s", typed, e.text);
        assert_string_equal(buf_text(&out), answer);
    }
    buf_release(&out);
}

static void what_is_typed_is_what_is_meant(void **state)
{
    struct desk d;

    (void)state;
    open_desk(&d);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct field *f = form_field(d.form, cases[i].field);
        struct pool *pool = pool_new();
        struct buf shown = BUF_INIT(1000);

        take(&d, f, cases[i].typed, cases[i].answer);
        if (cases[i].shown != NULL) {
            typed_show(&d.style, f, cases[i].answer, &shown);
            assert_string_equal(buf_text(&shown), cases[i].shown);
            take(&d, f, buf_text(&shown), cases[i].answer);
        }
        if (cases[i].words != NULL)
            assert_string_equal(typed_words(&d.style, f, cases[i].answer, pool),
                                cases[i].words);
        buf_release(&shown);
        pool_free(pool);
    }
    close_desk(&d);
}

static void a_file_is_known_by_what_is_in_it(void **state)
{
    struct desk d;
    char path[] = "/tmp/homeward-typed-XXXXXX";
    struct buf out = BUF_INIT(1000), again = BUF_INIT(1000);
    struct err e = ERR_INIT;
    struct pool *pool = pool_new();
    int fd = mkstemp(path);
    FILE *f = fdopen(fd, "w");

    (void)state;
    open_desk(&d);
    fputs("a scan", f);
    fclose(f);
    assert_true(
        typed_take(&d.style, form_field(d.form, "photo"), path, &out, &e));
    assert_int_equal(out.size, strlen(path) - strlen("/tmp/") + 1 + 32);
    assert_string_equal(typed_words(&d.style, form_field(d.form, "photo"),
                                    buf_text(&out), pool),
                        path + strlen("/tmp/"));
    remove(path);
    assert_true(typed_take(&d.style, form_field(d.form, "photo"),
                           buf_text(&out), &again, &e));
    assert_string_equal(buf_text(&again), buf_text(&out));
    buf_release(&out);
    buf_release(&again);
    pool_free(pool);
    close_desk(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_typed_is_what_is_meant),
        cmocka_unit_test(a_file_is_known_by_what_is_in_it),
    };

    return cmocka_run_group_tests_name("typed", tests, NULL, NULL);
}
