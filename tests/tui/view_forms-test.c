/* SPDX-License-Identifier: Apache-2.0 */
/* Claim: a form that the office imported is chosen from the list of forms of a
 * case, filled, saved, shown on the case's page in either language, opened
 * again and changed; a draft of it is found again; and the record of a form
 * that is not here is shown with its paths. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "store/change.h"
#include "store/draft.h"
#include "store/publish.h"
#include "tests/tui/support_desk.h"
#include "tui/view_case.h"
#include "tui/view_drafts.h"

#define SURVEY                                                                    \
    "survey\n"                                                                    \
    ",type,name,label::English (en),label::Amharic (am)\n"                        \
    ",begin group,home,The home,ቤቱ\n"                                         \
    ",integer,rooms,How many rooms,ስንት ክፍል\n"                         \
    ",select_one water,water,Where water comes from,ውሃው ከየት ነው\n" \
    ",end group,,,\n"                                                             \
    "choices\n"                                                                   \
    ",list_name,name,label::English (en),label::Amharic (am)\n"                   \
    ",water,tap,A tap,ቧንቧ\n"                                                \
    ",water,river,The river,ወንዝ\n"                                          \
    "settings\n"                                                                  \
    ",form_title,form_id,version,default_language,"                               \
    "x_title::Amharic (am)\n"                                                     \
    ",Water and rooms,water,1,English (en),ውሃና ክፍሎች\n"

static void import(struct desk_play *p, const char *csv)
{
    struct finding_list l = {0};
    struct err e = ERR_INIT;
    struct book *b = book_read(csv, strlen(csv), &l, &e);
    struct publish out;

    assert_non_null(b);
    if (!publish_form(p->desk.store, b, "f", &out, &e))
        fail_msg("%s", e.text);
    publish_clear(&out);
    book_free(b);
    finding_list_release(&l);
}

static void begin(struct desk_play *p, struct id *id, const char *script)
{
    desk_play_begin(p, script);
    *id = desk_play_open_case(p);
    import(p, SURVEY);
}

static void play_case(struct desk_play *p, const struct id *id)
{
    struct err e = ERR_INIT;

    desk_play_run(p, view_case_new(&p->desk, id, &e));
}

static void the_list_has_the_packs_forms_and_ours(void **state)
{
    struct desk_play p;
    struct id id;

    (void)state;
    begin(&p, &id, "key f\nsnap\ntype water\nsnap\n");
    play_case(&p, &id);
    play_shows(&p.play, "Which form?");
    play_shows(&p.play, "Follow-up visit");
    play_shows(&p.play, "Checklist of the child");
    play_shows(&p.play, "Water and rooms");
    play_lacks(&p.play, "Registration        ");
    desk_play_end(&p);
}

#define FILL                                                                   \
    "key f\ntype water\nkey Enter\nsnap\n"                                     \
    "type 4\nkey Enter\ntype river\nkey Enter\nkey y\n"

static void a_survey_is_filled_and_stands_on_the_page(void **state)
{
    struct desk_play p;
    struct id id;

    (void)state;
    begin(&p, &id, FILL "key End\nsnap\n");
    play_case(&p, &id);
    play_shows(&p.play, "Water and rooms: 0000-0080 Selam Tesfaye Wolde");
    play_shows(&p.play, "Water and rooms  12 Hidar 2019, almaz");
    play_shows(&p.play, "\n    The home\n");
    play_shows(&p.play, "How many rooms                       4\n");
    play_shows(&p.play, "Where water comes from               The river\n");
    desk_play_end(&p);
}

static void it_is_opened_again_and_changed(void **state)
{
    struct desk_play p;
    struct id id;

    (void)state;
    begin(&p, &id,
          FILL "key End\nsnap\nkey Up Enter\nsnap\n"
               "key Backspace\ntype 5\nkey Enter F2\nsnap\n");
    play_case(&p, &id);
    play_shows(&p.play, "How many rooms                       5\n");
    desk_play_end(&p);
}

static void labels_follow_the_language(void **state)
{
    struct desk_play p;
    struct id id;

    (void)state;
    begin(&p, &id, "key End\nsnap\n");
    desk_play_apply(&p, "{\"case\":\"" DESK_PLAY_CASE "\",\"form\":\"water\","
                        "\"set\":{\"rooms\":3,\"water\":\"tap\"}}");
    snprintf(p.desk.lang, sizeof p.desk.lang, "am");
    play_case(&p, &id);
    play_shows(&p.play, "ውሃና ክፍሎች");
    play_shows(&p.play, "ስንት ክፍል");
    play_shows(&p.play, "ቧንቧ");
    desk_play_end(&p);
}

static void a_draft_is_found_again(void **state)
{
    struct desk_play p;
    struct id id;
    struct err e = ERR_INIT;
    struct draft d = {.kind = "form:water", .is_new = true};
    const struct formdef *def;
    struct record *r;

    (void)state;
    begin(&p, &id, "snap\nkey Enter\nsnap\n");
    def = formdef_current(p.desk.store, "water", &e);
    d.record.bytes[0] = 7;
    d.stream = stream_of_id(STREAM_CASE, &id);
    r = record_new(def->form, (struct record_moment){.today = 20000});
    record_set(r, 1, "6");
    assert_true(draft_save(p.desk.store, &d, r, &e));
    record_free(r);
    desk_play_run(&p, view_drafts_new(&p.desk));
    play_shows(&p.play, "Water and rooms");
    play_shows(&p.play, "This is your draft");
    desk_play_end(&p);
}

/* As it came from an office whose form this one does not have. */
static void a_record_of_an_unknown_form_is_shown_with_its_paths(void **state)
{
    struct desk_play p;
    struct id id;
    struct err e = ERR_INIT;
    struct value v = {.type = VALUE_TEXT, .text = "goat", .text_bytes = 4};
    struct buf b = BUF_INIT(100);
    static const uint8_t hash[HASH_BYTES] = {1, 2, 3};
    struct save save = {.kind = "form:herd",
                        .form = hash,
                        .form_id = "herd",
                        .author = "dawit",
                        .at_ms = 1795161600000,
                        .edits_nr = 2};

    (void)state;
    begin(&p, &id,
          "key End Up\nsnap\nkey u\ntype A herd?\nkey Enter\nsnap\n"
          "key Enter\nsnap\n");
    value_encode(&b, &v);
    struct edit edits[] = {{.op = CHANGE_CREATE, .path = ""},
                           {.op = CHANGE_SET,
                            .path = "animals/kind",
                            .value = b.data,
                            .value_bytes = b.size}};
    save.edits = edits;
    save.stream = stream_of_id(STREAM_CASE, &id);
    save.record.bytes[0] = 9;
    assert_true(change_append(p.desk.store, &save, &e));
    play_case(&p, &id);
    play_shows(&p.play, "form:herd");
    /* nobody here knows its class, so it is sealed until somebody asks */
    play_shows(&p.play, "animals/kind                         (sealed");
    play_shows(&p.play, "animals/kind                         goat");
    /* it cannot be opened, and nothing pretends that it can */
    play_shows(&p.play, "does not have the form of this record");
    buf_release(&b);
    desk_play_end(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_list_has_the_packs_forms_and_ours),
        cmocka_unit_test(a_survey_is_filled_and_stands_on_the_page),
        cmocka_unit_test(it_is_opened_again_and_changed),
        cmocka_unit_test(labels_follow_the_language),
        cmocka_unit_test(a_draft_is_found_again),
        cmocka_unit_test(a_record_of_an_unknown_form_is_shown_with_its_paths),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
