/* SPDX-License-Identifier: Apache-2.0 */
/* Claim: on the form screen questions come and go with the answers, a wrong
 * answer stops the person once and is never saved, what was typed is on disk
 * at each field's exit, after two idle seconds and when the line is lost, and
 * a save cites what the person saw when the form was opened. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/stamp.h"
#include "base/str.h"
#include "base/utf8.h"
#include "store/entity.h"
#include "store/setting.h"
#include "store/store.h"
#include "tests/tui/support_play.h"
#include "tui/view_form.h"

#define TO_PLACE                                                               \
    "key Tab Tab Tab Tab Tab Tab Tab Tab\nkey Tab Tab Tab Tab Tab Tab Tab "    \
    "Tab\n"

enum { NOW_MS_DAY = 20778, MS_A_DAY = 86400000 }; /* 21 November 2026 */

/* An office with one case, and what is asked about it. */
struct desk {
    struct store *store;
    struct pool *pool;
    int64_t now_ms;
    uint64_t seed;
    struct form_task task;
    struct play play;
};

static void must(bool good, const struct err *e)
{
    if (!good)
        fail_msg("%s", e->text);
}

static void desk_ask(struct desk *k, const char *kind, const char *form_id)
{
    struct err e = ERR_INIT;

    k->task = (struct form_task){.store = k->store,
                                 .kind = kind,
                                 .stream = k->task.stream,
                                 .is_new = true};
    k->task.def = formdef_current(k->store, form_id, &e);
    must(k->task.def != NULL, &e);
    k->task.record = id_new(store_entropy(k->store));
}

/* Answers saved behind the screen's back: path, answer, ..., NULL. */
static void save_answers(struct desk *k, const char *const *answers,
                         const struct entity *seen)
{
    struct err e = ERR_INIT;
    struct record_moment m = {.today = k->now_ms / MS_A_DAY};
    struct record *r = record_new(k->task.def->form, m);
    bool saved = false;

    for (size_t i = 0; answers[i]; i += 2) {
        const struct field *d = form_field(k->task.def->form, answers[i]);

        assert_non_null(d);
        record_set(r, (size_t)(d - k->task.def->form->fields), answers[i + 1]);
    }
    must(entity_save(k->store,
                     &(struct entity_edit){.seen = seen,
                                           .stream = k->task.stream,
                                           .id = k->task.record,
                                           .kind = k->task.kind,
                                           .place = k->task.place,
                                           .form = k->task.def,
                                           .record = r,
                                           .only_typed = true},
                     &saved, &e),
         &e);
    assert_true(saved);
    record_free(r);
}

static void desk_open(struct desk *k)
{
    static const struct store_new n = {.site_name = "Gasera",
                                       .place = "ET041114",
                                       .login = "aster",
                                       .role = "social-worker"};
    static const char *const name[] = {"given_name", "Selam", NULL};
    struct err e = ERR_INIT;

    setenv("TZ", "UTC", 1);
    *k = (struct desk){.now_ms = (int64_t)NOW_MS_DAY * MS_A_DAY + 36000000,
                       .seed = 5,
                       .pool = pool_new()};
    k->store = store_open_memory(
        &n,
        (struct store_env){stamp_fixed(&k->now_ms), entropy_seeded(&k->seed)},
        &e);
    must(k->store != NULL, &e);
    desk_ask(k, "case", "registration");
    k->task.stream = stream_of_id(STREAM_CASE, &k->task.record);
    k->task.place = "ET041114/03";
    save_answers(k, name, NULL);
    desk_ask(k, "visit", "visit");
}

static void desk_close(struct desk *k)
{
    store_close(k->store);
    pool_free(k->pool);
}

/* What the form was opened from. */
static void below_draw(void *self, struct canvas *c, struct area a)
{
    (void)self;
    canvas_put(c, SPAN(a.row, a.col, a.cols), ROLE_TEXT, "(the case)");
}

static void below_free(void *self)
{
    (void)self;
}

static const struct view_ops below_ops = {
    .title = "Below", .draw = below_draw, .free = below_free};

/* Plays the script on the form; play holds what was seen until desk_put. */
static void desk_play(struct desk *k, const char *script)
{
    struct err e = ERR_INIT;
    struct view *v;

    play_begin(&k->play, script);
    tui_push(k->play.tui, view_new(&below_ops, NULL));
    v = view_form_new(k->play.tui, &k->task, &e);
    must(v != NULL, &e);
    tui_push(k->play.tui, v);
    play_run(&k->play);
}

static void desk_put(struct desk *k)
{
    play_end(&k->play);
}

/* What stands in the log for a path now; NULL: no record, "": no answer. */
static const char *stands(struct desk *k, const char *path)
{
    struct entity *x = pool_alloc(k->pool, sizeof *x);
    struct err ignored = ERR_INIT;
    const struct entity_value *v;

    if (!entity_load(k->store, &k->task.record, k->pool, x, &ignored))
        return NULL;
    v = entity_value(x, path);
    return v ? v->answer : "";
}

static size_t values_standing(struct desk *k, const char *path)
{
    struct entity x;
    struct err e = ERR_INIT;
    size_t nr = 0;

    must(entity_load(k->store, &k->task.record, k->pool, &x, &e), &e);
    for (size_t i = 0; i < x.values_nr; i++)
        nr += str_equal(x.values[i].path, path);
    return nr;
}

static struct draft_list drafts(struct desk *k)
{
    struct draft_list list;
    struct err e = ERR_INIT;

    must(draft_list_load(k->store, k->pool, &list, &e), &e);
    return list;
}

/* What the only draft holds for a path. */
static const char *drafted(struct desk *k, const char *path)
{
    struct draft_list list = drafts(k);
    const struct form *f = k->task.def->form;
    struct record_moment m = {.today = k->now_ms / MS_A_DAY};
    struct record *r = record_new(f, m);
    const char *answer;

    assert_int_equal(list.nr, 1);
    draft_fill(&list.items[0], r);
    answer = pool_str(
        k->pool, record_answer(r, (size_t)(form_field(f, path) - f->fields)));
    record_free(r);
    return answer;
}

/* ---- questions and answers ---- */

static void test_screen(void **state)
{
    struct desk k;

    (void)state;
    desk_open(&k);
    desk_play(&k, "key Tab Tab Tab Tab\nsnap\n");
    play_shows(
        &k.play,
        "Follow-up visit                                                   "
        "       3 of 21\n"
        " Date on which the visit was due      [            ]\n"
        " Date of the visit                   *[2019-03-12  ] E.C. = 21 "
        "November 2026\n"
        " Kind of follow-up                    [            ]\n"
        " How was contact made?               *[home_visit  ] Home visit\n"
        " Was the child seen or spoken to?    *[            ]\n"
        " Who else was present?                [            ]\n"
        "\n"
        "How things are\n"
        " Home and caregivers                  [            ]\n");
    play_shows(&k.play, "-- cursor 5 39\n");
    desk_put(&k);
    assert_int_equal(drafts(&k).nr, 0); /* nothing typed, nothing kept */
    desk_close(&k);
}

static void test_skips_live(void **state)
{
    struct desk k;

    (void)state;
    desk_open(&k);
    desk_play(&k, "key Tab Tab Tab Tab\ntype no\nkey Enter\nsnap\n");
    play_shows(&k.play, "Why not?");
    play_shows(&k.play, "A child who cannot be found may be in danger.");
    play_lacks(&k.play, "Did you speak with the child alone");
    desk_put(&k);
    desk_play(&k, "key Tab Tab Tab Tab\ntype yes\nkey Enter\nsnap\n"
                  "key Up\ntype no\nkey Enter Enter Enter\nsnap\n");
    play_shows(&k.play, "Did you speak with the child alone");
    play_shows(&k.play, "*[no          ] No\n Why not?");
    desk_put(&k);
    desk_close(&k);
}

/* The cursor never stands on a note: passing one says it. */
static void test_notes_are_said(void **state)
{
    struct desk k;

    (void)state;
    desk_open(&k);
    desk_play(&k, "key Tab Tab Tab Tab\ntype no\nkey Enter\n"
                  "type away\nkey Enter\nsnap\n");
    play_shows(&k.play,
               "\nA child who cannot be found may be in danger. Try again");
    desk_put(&k);
    desk_close(&k);
}

static const char *channel_after(const char *typed)
{
    static char answer[64];
    struct desk k;
    struct buf script = BUF_INIT(1000);

    desk_open(&k);
    buf_printf(&script, "key Tab Tab Tab\n%s\nkey F2 y\n", typed);
    desk_play(&k, buf_text(&script));
    str_copy(answer, sizeof answer,
             stands(&k, "channel") ? stands(&k, "channel") : "(none)");
    desk_put(&k);
    desk_close(&k);
    buf_release(&script);
    return answer;
}

static void test_choices(void **state)
{
    (void)state;
    assert_string_equal(channel_after("key Tab"), "home_visit");
    assert_string_equal(channel_after("type phone"), "phone"); /* the code */
    assert_string_equal(channel_after("type thr t"), "(none)");
    assert_string_equal(channel_after("type through a t"), "teacher");
    assert_string_equal(channel_after("type 4"), "school"); /* the fourth */
    assert_string_equal(channel_after("key ^U\ntype ?\nkey Down Enter"),
                        "phone");
    assert_string_equal(channel_after("key F4\ntype health\nkey Enter"),
                        "health");
    /* "Meeting at ..." begins two: Enter lists them */
    assert_string_equal(
        channel_after("type meet\nkey Enter\nsnap\nkey Down Enter"), "school");
}

static void test_several_choices(void **state)
{
    struct desk k;

    (void)state;
    desk_open(&k);
    desk_play(&k, "key Tab Tab Tab Tab\ntype yes\nkey Enter\ntype y\n"
                  "key Enter\ntype fa moth\nkey Enter\nsnap\nkey F2 y\n");
    play_shows(&k.play, "> Mother, Father\n");
    desk_put(&k);
    assert_string_equal(stands(&k, "present"), "mother father");
    desk_play(&k, "snap\n");
    desk_put(&k);
    desk_close(&k);
}

static void test_languages(void **state)
{
    struct desk k;

    (void)state;
    desk_open(&k);
    desk_play(&k, "key ^B\nsnap\n");
    play_shows(&k.play, "\n የክትትሉ ዓይነት                           [");
    play_shows(&k.play, "*[home_visit  ] የቤት ጉብኝት\n");
    desk_put(&k);
    desk_play(&k, "snap\n"); /* the next form remembers it */
    play_shows(&k.play, "የክትትሉ ዓይነት");
    desk_put(&k);
    desk_play(&k, "key ^B\nsnap\n"); /* and round again */
    play_shows(&k.play, "Kind of follow-up");
    desk_put(&k);
    desk_close(&k);
}

static void test_calendars(void **state)
{
    struct desk k;
    struct err e = ERR_INIT;

    (void)state;
    desk_open(&k);
    desk_play(&k, "type 1/13/2018\nkey Enter\nsnap\nkey F2 y\n");
    play_shows(&k.play, "[2018-13-01  ] E.C. = 6 September 2026\n");
    desk_put(&k);
    assert_string_equal(stands(&k, "due_date"), "2026-09-06");
    must(setting_set(k.store, "ui.calendar", "gregorian", 9, &e), &e);
    desk_ask(&k, "visit", "visit");
    desk_play(&k, "type 6/9\nkey Enter\nsnap\nkey F2 y\n");
    play_shows(&k.play, "[2026-09-06  ] = 1 Pagume 2018 E.C.\n");
    desk_put(&k);
    assert_string_equal(stands(&k, "due_date"), "2026-09-06");
    desk_close(&k);
}

static void test_place(void **state)
{
    struct desk k;

    (void)state;
    desk_open(&k);
    desk_ask(&k, "case", "registration");
    k.task.stream = stream_of_id(STREAM_CASE, &k.task.record);
    k.task.place = "ET041114";
    desk_play(&k, TO_PLACE "type gasera\nkey Enter\nsnap\nkey F2 y\n");
    play_shows(&k.play, "*[ET041106    ] Gasera, Bale");
    desk_put(&k);
    assert_string_equal(stands(&k, "intake/place_identified"), "ET041106");
    k.task.is_new = false;
    /* the list, narrowed by part of the zone's name; a Kebele behind it */
    desk_play(&k, TO_PLACE "key F4\nsnap\ntype gas bal\nsnap\nkey Enter\nsnap\n"
                           "type 03!\nkey Enter\nsnap\nkey Backspace Enter\n"
                           "snap\nkey Enter F2 y\n");
    play_shows(&k.play, "> Gasera");
    play_shows(&k.play, "Kebele, such as 03 (blank: not known)");
    play_shows(&k.play, "*[ET041106/03 ] Kebele 03, Gasera, Bale");
    desk_put(&k);
    assert_string_equal(stands(&k, "intake/place_identified"), "ET041106/03");
    desk_close(&k);
}

/* ---- what is wrong ---- */

static void test_fault_stops_once(void **state)
{
    struct desk k;

    (void)state;
    desk_open(&k);
    /* 31 Meskerem is no day; as a Gregorian day it would be one */
    desk_play(&k, "key Tab\ntype 31/1/2019\nkey Enter\nsnap\n"
                  "key Enter\nsnap\nkey F2\nsnap\n");
    play_shows(&k.play, "!Date of the visit                   *[31/1/2019   ]\n"
                        "  2019-01-31 does not exist: Meskerem 2019 has 30 "
                        "days\n");
    play_shows(&k.play, "-- cursor 2 48\n");
    play_shows(&k.play, "-- cursor 4 39\n"); /* gone on, a line below */
    play_shows(&k.play, "\nNot saved: 2019-01-31 does not exist");
    desk_put(&k);
    assert_null(stands(&k, "visit_date"));
    /* kept as it was typed, and as wrong as it was */
    assert_string_equal(drafted(&k, "visit_date"), "?31/1/2019");
    desk_play(&k, "snap\nkey F2\nsnap\nkey ^U\ntype T-1\nkey F2 y\n");
    play_shows(&k.play, "[31/1/2019   ]");
    desk_put(&k);
    assert_string_equal(stands(&k, "visit_date"), "2026-11-20");
    desk_close(&k);
}

static void test_constraint(void **state)
{
    struct desk k;

    (void)state;
    desk_open(&k);
    desk_play(&k, "key Tab\ntype T+1\nkey Enter\nsnap\n");
    play_shows(&k.play, "  The date of the visit cannot be in the future\n");
    assert_int_equal(canvas_text_bells(k.play.canvas), 1);
    desk_put(&k);
    desk_close(&k);
}

/* An answer mended back to what it was before is not wrong any more. */
static void test_mended(void **state)
{
    struct desk k;

    (void)state;
    desk_open(&k);
    desk_play(&k, "key Tab\ntype T+1\nkey Enter\nsnap\n"
                  "key ^U\ntype 2019-03-12\nkey Enter\nsnap\nkey F2 y\n");
    desk_put(&k);
    assert_string_equal(stands(&k, "visit_date"), "2026-11-21");
    desk_close(&k);
}

/* What was typed ahead of an error was meant for other fields. */
static void test_typed_ahead_of_fault(void **state)
{
    struct desk k;

    (void)state;
    desk_open(&k);
    desk_play(&k, "key Tab\ntype zzz\nkey Enter\ntype phone\nkey Enter\n"
                  "type yes\nsnap\n");
    play_shows(&k.play, "*[zzz         ]\n");
    play_shows(&k.play, "-- cursor 2 42\n");
    desk_put(&k);
    desk_close(&k);
}

static void test_blank_is_offered(void **state)
{
    struct desk k;

    (void)state;
    desk_open(&k);
    desk_play(&k, "key F2\nsnap\nkey n\nsnap\n");
    play_shows(&k.play, "expected answers are still blank. Save all the same?");
    play_shows(&k.play, "-- cursor 5 39\n"); /* at the first of them */
    desk_put(&k);
    assert_null(stands(&k, "channel"));
    desk_play(&k, "key F2 y\n");
    desk_put(&k);
    assert_string_equal(stands(&k, "channel"), "home_visit");
    desk_close(&k);
}

static void test_long_input(void **state)
{
    struct desk k;
    struct buf script = BUF_INIT(4000);
    const char *phone;

    (void)state;
    desk_open(&k);
    desk_ask(&k, "case", "registration");
    k.task.stream = stream_of_id(STREAM_CASE, &k.task.record);
    buf_add_str(&script, "key Tab\ntype ");
    for (int i = 0; i < 500; i++)
        buf_add_str(&script, i % 2 ? "b" : "\xc3("); /* half of it no UTF-8 */
    buf_add_str(&script, "\nsnap\nkey Enter F2 y\n");
    k.task.place = "ET041114";
    desk_play(&k, buf_text(&script));
    play_shows(&k.play, "No more fits in this field");
    assert_true(canvas_text_bells(k.play.canvas) > 0);
    desk_put(&k);
    phone = stands(&k, "given_name");
    assert_non_null(phone);
    assert_in_range(strlen(phone), 400, 480);
    assert_true(utf8_is_clean(phone, strlen(phone)));
    buf_release(&script);
    desk_close(&k);
}

/* ---- moving about ---- */

static void test_paths(void **state)
{
    struct desk k;

    (void)state;
    desk_open(&k);
    /* back goes over what was asked, not over what was skipped */
    desk_play(&k, "key Tab Tab Tab Tab\ntype no\nkey Enter\ntype away\n"
                  "key Enter Up Up\nsnap\n");
    play_shows(&k.play, "-- cursor 5 41\n");
    desk_put(&k);
    desk_play(&k, "key PgDn PgDn PgDn Tab\nsnap\nkey PgUp PgUp PgUp\nsnap\n");
    play_shows(&k.play, "\nThis is the last question: F2 saves\n");
    play_shows(&k.play, "-- cursor 1 39\n"); /* at the first again */
    desk_put(&k);
    desk_close(&k);
}

/* Facts of a place: a long form with groups in groups. */
static void test_end(void **state)
{
    struct desk k;

    (void)state;
    desk_open(&k);
    desk_ask(&k, "structural", "checklist_structural");
    k.task.stream = stream_of_place("ET041106");
    desk_play(&k, "snap\nkey PgDn PgDn PgDn PgDn PgDn PgDn PgDn PgDn\n"
                  "key Enter\nsnap\nkey n\nsnap\nkey PgUp Enter\n"
                  "type 2\nsnap\n");
    play_shows(&k.play, "\nSociety, laws and services\n"
                        " S-1  How safe is society at large?   [");
    play_shows(&k.play, "That was the last question. Save now?");
    play_shows(&k.play, "This is the last question: F2 saves");
    desk_put(&k);
    desk_close(&k);
}

static void test_other_sizes(void **state)
{
    struct desk k;

    (void)state;
    desk_open(&k);
    desk_play(&k, "key Tab\ntype 12/3\nresize 30 120\nsnap\nresize 10 40\n"
                  "snap\nresize 24 80\ntype /2018\nkey Enter\nsnap\n");
    play_shows(&k.play, "*[12/3                  ]\n");
    play_shows(&k.play, "Too small: 40x10");
    play_shows(&k.play, "*[2018-03-12  ] E.C. = 21 November 2025\n");
    desk_put(&k);
    desk_close(&k);
}

static void test_explains(void **state)
{
    struct desk k;

    (void)state;
    desk_open(&k);
    desk_play(&k, "key Tab F1\nsnap\nkey Esc Up\ntype ?\nsnap\n");
    play_shows(&k.play, "\nThe day it took place, also when it is typed in "
                        "later\n* An answer is expected here.\n");
    play_shows(&k.play, "A day of the Ethiopian calendar: 12/3/2019");
    play_shows(&k.play, "The date of the visit cannot be in the future\n");
    desk_put(&k);
    desk_play(&k, "key Tab Tab Tab F1\nsnap\n");
    play_shows(&k.play, "   4  school         Meeting at school\n");
    desk_put(&k);
    desk_close(&k);
}

static void test_long_text(void **state)
{
    struct desk k;

    (void)state;
    desk_open(&k);
    desk_play(&k, "key Tab Tab Tab Tab\ntype yes\nkey Enter Tab Tab\n"
                  "type Home is far.\nkey Enter\ntype I am glad.\nsnap\n"
                  "key F2\nsnap\nkey Tab F2 y\n");
    play_shows(&k.play, "Home is far.\n");
    play_shows(&k.play, "[Home is far.\n");
    play_shows(&k.play, " I am glad.                              ]\n");
    desk_put(&k);
    assert_string_equal(stands(&k, "findings/child_words"),
                        "Home is far.\nI am glad.");
    desk_close(&k);
}

static void test_ethiopic(void **state)
{
    struct desk k;

    (void)state;
    desk_open(&k);
    desk_ask(&k, "case", "registration");
    k.task.stream = stream_of_id(STREAM_CASE, &k.task.record);
    k.task.place = "ET041106";
    /* it stays on from name to name, and lets codes and days alone */
    desk_play(&k, "key Tab F8\ntype selam\nkey Enter\ntype abebe\nkey Enter\n"
                  "snap\nkey Tab Tab\ntype f\nkey Enter\nsnap\nkey F2 y\n");
    play_shows(&k.play, "Ethiopic  4 of 56\n");
    play_shows(&k.play, "*[female      ] Female\n");
    desk_put(&k);
    assert_string_equal(stands(&k, "given_name"), "ሰላም");
    assert_string_equal(stands(&k, "father_name"), "አበበ");
    desk_close(&k);
}

/* ---- nothing is lost ---- */

/* Keys, and then a look at the draft on disk at once: what a power cut would
 * leave, before anybody is told that the line is lost. */
struct probe {
    struct desk *desk;
    const char *keys; /* characters */
    bool waits;       /* for the first tick, before it looks */
    const char *path;
    const char *found;
};

static uint32_t probe_next(void *arg, int timeout_ms)
{
    struct probe *p = arg;

    if (*p->keys)
        return (uint32_t)(unsigned char)*p->keys++;
    if (timeout_ms == 0)
        return K_TIMEOUT;
    if (p->waits && timeout_ms > 0) {
        p->waits = false;
        return K_TIMEOUT;
    }
    if (!p->found)
        p->found = drafts(p->desk).nr ? drafted(p->desk, p->path) : "(none)";
    return K_HANGUP;
}

static const char *power_cut(struct desk *k, struct probe p)
{
    struct err e = ERR_INIT;
    struct canvas *c;
    struct tui *t;
    struct view *v;

    p.desk = k;
    c = canvas_text_new(24, 80, (struct canvas_text_keys){probe_next, &p});
    t = tui_new(c);
    v = view_form_new(t, &k->task, &e);
    must(v != NULL, &e);
    tui_push(t, v);
    tui_run(t);
    tui_free(t);
    canvas_close(c);
    must(draft_delete(k->store, &k->task.record, &e), &e);
    return p.found;
}

static void test_power_cut(void **state)
{
    struct desk k;

    (void)state;
    desk_open(&k);
    assert_string_equal(
        power_cut(&k, (struct probe){.keys = "T-3", .path = "due_date"}),
        "(none)");
    assert_string_equal(
        power_cut(&k, (struct probe){.keys = "T-3\t", .path = "due_date"}),
        "2026-11-18");
    assert_string_equal(power_cut(&k, (struct probe){.keys = "T-3",
                                                     .waits = true,
                                                     .path = "due_date"}),
                        "2026-11-18");
    assert_string_equal(
        power_cut(&k, (struct probe){.keys = "\t\t\t\tyes\r\t\tShe\rsleeps",
                                     .waits = true,
                                     .path = "findings/child_words"}),
        "She\nsleeps");
    desk_close(&k);
}

static void test_draft_at_exit(void **state)
{
    struct desk k;

    (void)state;
    desk_open(&k);
    desk_play(&k, "type T-3\nkey Enter\nsnap\n");
    assert_string_equal(drafted(&k, "due_date"), "2026-11-18");
    desk_put(&k);
    desk_play(&k, "snap\nkey F2 y\n");
    play_shows(&k.play, "This is your draft, not saved yet");
    play_shows(&k.play, "E.C. = 18 November 2026");
    desk_put(&k);
    assert_string_equal(stands(&k, "due_date"), "2026-11-18");
    assert_int_equal(drafts(&k).nr, 0); /* went with the save */
    desk_close(&k);
}

static void test_draft_when_idle(void **state)
{
    struct desk k;
    unsigned paints;

    (void)state;
    desk_open(&k);
    desk_play(&k, "type T-3\nwait 2100\n");
    assert_string_equal(drafted(&k, "due_date"), "2026-11-18");
    paints = canvas_text_paints(k.play.canvas);
    assert_in_range(paints, 1, 2); /* keeping it paints nothing */
    desk_put(&k);
    desk_close(&k);
}

static void test_draft_at_hang_up(void **state)
{
    struct desk k;

    (void)state;
    desk_open(&k);
    desk_play(&k, "key Tab Tab Tab Tab Tab Tab\nsnap\n"
                  "key Up Up\ntype yes\nhangup\n");
    assert_string_equal(drafted(&k, "child_seen"), "yes");
    desk_put(&k);
    /* in a long text that is still open */
    desk_play(&k, "key Tab Tab Tab Tab Tab Tab Tab\ntype She\nkey Enter\n"
                  "type sleeps\nhangup\n");
    assert_string_equal(drafted(&k, "findings/child_words"), "She\nsleeps");
    desk_put(&k);
    desk_close(&k);
}

static void test_leaving(void **state)
{
    struct desk k;

    (void)state;
    desk_open(&k);
    desk_play(&k, "type T-3\nkey Esc\nsnap\n");
    play_shows(&k.play, "This form is not saved.");
    desk_put(&k);
    desk_play(&k, "type T-3\nkey Enter Esc l\n");
    desk_put(&k);
    assert_int_equal(drafts(&k).nr, 1);
    desk_play(&k, "key Esc t\n");
    desk_put(&k);
    assert_int_equal(drafts(&k).nr, 0);
    assert_null(stands(&k, "due_date"));
    desk_play(&k, "type T-3\nkey Esc s y\n");
    desk_put(&k);
    assert_string_equal(stands(&k, "due_date"), "2026-11-18");
    desk_close(&k);
}

/* ---- the log ---- */

/* Someone else's value arrives while the form is open: it was not seen, so
 * both stand. */
static void test_cites_what_was_seen(void **state)
{
    static const char *const first[] = {"channel", "phone", NULL};
    static const char *const other[] = {"channel", "school", NULL};
    struct desk k;
    struct entity seen;
    struct err e = ERR_INIT;
    struct view *v;

    (void)state;
    desk_open(&k);
    save_answers(&k, first, NULL);
    k.task.is_new = false;
    must(entity_load(k.store, &k.task.record, k.pool, &seen, &e), &e);
    play_begin(&k.play, "key Tab Tab Tab\ntype office\nkey Enter F2 y\n");
    v = view_form_new(k.play.tui, &k.task, &e);
    must(v != NULL, &e);
    tui_push(k.play.tui, v);
    k.now_ms += 1000;
    save_answers(&k, other, &seen);
    k.now_ms += 1000;
    play_run(&k.play);
    desk_put(&k);
    assert_int_equal(values_standing(&k, "channel"), 2);
    assert_string_equal(stands(&k, "channel"), "office");

    desk_play(&k, "key Tab Tab Tab\nsnap\nkey F1\nsnap\nkey Esc\n"
                  "type teacher\nkey Enter F2 y\n");
    play_shows(&k.play, "!How was contact made?               *[office");
    play_shows(&k.play, "  Meeting at the office (aster, Gasera, ");
    play_shows(&k.play, "  Meeting at school (aster, Gasera, ");
    desk_put(&k);
    assert_int_equal(values_standing(&k, "channel"), 1);
    assert_string_equal(stands(&k, "channel"), "teacher");
    desk_close(&k);
}

static void test_unchanged_saves_nothing(void **state)
{
    static const char *const all[] = {"channel", "phone", NULL};
    struct desk k;

    (void)state;
    desk_open(&k);
    save_answers(&k, all, NULL);
    k.task.is_new = false;
    desk_play(&k, "key Tab Tab Tab Tab F2 y\n");
    desk_put(&k);
    assert_int_equal(values_standing(&k, "channel"), 1);
    assert_string_equal(stands(&k, "visit_date"), "");
    desk_close(&k);
}

static void test_repeat(void **state)
{
    static const char *const before[] = {"channel", "school", NULL};
    struct desk k;

    (void)state;
    desk_open(&k);
    desk_play(&k, "key F7\nsnap\n");
    play_shows(&k.play, "There is no record of yours before this one");
    desk_put(&k);
    save_answers(&k, before, NULL);
    desk_ask(&k, "visit", "visit");
    desk_play(&k, "key F7\nsnap\nkey Tab Tab Tab F7 Enter F2 y\n");
    play_shows(&k.play, "Your record before this one has no answer here");
    desk_put(&k);
    assert_string_equal(stands(&k, "channel"), "school");
    desk_close(&k);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_screen),
        cmocka_unit_test(test_skips_live),
        cmocka_unit_test(test_notes_are_said),
        cmocka_unit_test(test_choices),
        cmocka_unit_test(test_several_choices),
        cmocka_unit_test(test_languages),
        cmocka_unit_test(test_calendars),
        cmocka_unit_test(test_place),
        cmocka_unit_test(test_fault_stops_once),
        cmocka_unit_test(test_constraint),
        cmocka_unit_test(test_mended),
        cmocka_unit_test(test_typed_ahead_of_fault),
        cmocka_unit_test(test_blank_is_offered),
        cmocka_unit_test(test_long_input),
        cmocka_unit_test(test_paths),
        cmocka_unit_test(test_end),
        cmocka_unit_test(test_other_sizes),
        cmocka_unit_test(test_explains),
        cmocka_unit_test(test_long_text),
        cmocka_unit_test(test_ethiopic),
        cmocka_unit_test(test_power_cut),
        cmocka_unit_test(test_draft_at_exit),
        cmocka_unit_test(test_draft_when_idle),
        cmocka_unit_test(test_draft_at_hang_up),
        cmocka_unit_test(test_leaving),
        cmocka_unit_test(test_cites_what_was_seen),
        cmocka_unit_test(test_unchanged_saves_nothing),
        cmocka_unit_test(test_repeat),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
