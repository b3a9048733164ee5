/* SPDX-License-Identifier: Apache-2.0 */
/* Claim: who fills a form that came from elsewhere sees what can be answered
 * without opening the list, reads a long note before the question behind it,
 * gets past a question higher than the window, adds and takes out rows while
 * typing, and is told which language the form is in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "store/formdef.h"
#include "tests/tui/support_filling.h"

#define SENTENCE "We ask about the goats of this house and keep it secret. "
#define TEN                                                                    \
    SENTENCE SENTENCE SENTENCE SENTENCE SENTENCE SENTENCE SENTENCE SENTENCE    \
        SENTENCE SENTENCE
#define LONG_WORDS "Goats that were given by the neighbours after the rains"

static const char goats[] =
    "survey\n"
    ",type,name,label::English (en),label::Amharic (am),hint::English (en),"
    "choice_filter,required\n"
    ",select_one mood,mood,How is the goat,ፍየሏ እንዴት ናት,Look at it\n"
    ",select_one sex,sex,Nanny or billy,,\n"
    ",select_multiple origin,origin,Where from,,\n"
    ",note,consent," TEN ",,\n"
    ",text,name,Name of the goat,,\n"
    ",begin_repeat,kid,Kid,,\n"
    ",text,kid_name,Name of the kid,,\n"
    ",end_repeat,,,,\n"
    ",text,high," TEN TEN ",,\n"
    ",text,last,<b>Last</b> **word**,,\n"
    ",select_one part,part,Where does ${name} live,,,town = ${last},\n"
    ",text,must,Must be,,,,yes\n"
    "choices\n,list_name,name,label::English (en),label::Amharic (am),town\n"
    ",part,hill,Hill,,Gasera\n"
    ",mood,is_well,Well,ደህና\n,mood,is_ill,Ill <i>or</i> lame,ታማለች\n"
    ",sex,n,Nanny,\n,sex,b,Billy,\n"
    ",origin,neighbours_after_rains," LONG_WORDS ",\n"
    ",origin,market,Market,\n"
    "settings\n,form_title,form_id,version\n,Goats,goats,1\n";

static void begin(struct filling *k)
{
    struct err e = ERR_INIT;
    const struct formdef *d;

    filling_open(k);
    d = formdef_add(k->store, goats, strlen(goats), &e);
    filling_must(d != NULL && formdef_use(k->store, d, &e), &e);
    filling_ask(k, d->kind->name, "goats");
}

/* To the note, the name, behind the kids. */
#define TO_NOTE      "key Tab Tab Tab\n"
#define TO_NAME      TO_NOTE "key Enter\n"
#define TO_KIDS      TO_NAME "key Enter\n"
#define TO_KID_NAMES TO_KIDS "key +\ntype Abeba\nkey F6\ntype Beletu\n"
#define TO_END       TO_KIDS "key PgDn PgDn PgDn Up Up\n"

static void what_can_be_answered_is_seen(void **state)
{
    struct filling k;

    (void)state;
    begin(&k);
    filling_play(&k, "snap\n");
    play_shows(&k.play, "Look at it\n1 Well  2 Ill or lame\n");
    filling_put(&k);
    filling_play(&k, "key Tab\nsnap\n");
    play_shows(&k.play, "\nn Nanny  b Billy\n");
    filling_put(&k);
    filling_close(&k);
}

static void the_number_that_is_seen_is_the_answer(void **state)
{
    struct filling k;

    (void)state;
    begin(&k);
    filling_play(&k, "type 2\nkey Tab\nkey F2 y\n");
    filling_put(&k);
    assert_string_equal(filling_stands(&k, "mood"), "is_ill");
    filling_close(&k);
}

static void a_long_note_is_read_before_the_question(void **state)
{
    struct filling k;

    (void)state;
    begin(&k);
    filling_play(&k, TO_NOTE "snap\n");
    play_shows(&k.play, ">We ask about the goats");
    play_shows(&k.play, "To be read: Enter goes on");
    filling_put(&k);
    filling_play(&k, TO_NAME "type Worke\nsnap\nkey F2 y\n");
    play_shows(&k.play, "[Worke ");
    play_lacks(&k.play, ">We ask about");
    filling_put(&k);
    assert_string_equal(filling_stands(&k, "name"), "Worke");
    filling_close(&k);
}

static void what_is_typed_on_a_note_is_not_lost(void **state)
{
    struct filling k;

    (void)state;
    begin(&k);
    filling_play(&k, TO_NOTE "type Worke\nkey F2 y\n");
    filling_put(&k);
    assert_string_equal(filling_stands(&k, "name"), "Worke");
    filling_close(&k);
}

static void a_question_higher_than_the_screen_is_passed(void **state)
{
    struct filling k;

    (void)state;
    begin(&k);
    filling_play(&k, TO_END "type end\nkey F2 y\n");
    filling_put(&k);
    assert_string_equal(filling_stands(&k, "last"), "end");
    filling_close(&k);
}

/* L locked the office, q left the form. */
static void a_name_typed_behind_the_rows_is_no_command(void **state)
{
    struct filling k;

    (void)state;
    begin(&k);
    filling_play(&k, TO_KIDS "type Lqueb\nsnap\n");
    play_shows(&k.play, "[+] Kid");
    play_shows(&k.play, "Nothing is typed here: + adds one more");
    play_lacks(&k.play, "not saved");
    filling_put(&k);
    filling_close(&k);
}

static void f6_adds_a_row_while_a_name_is_typed(void **state)
{
    struct filling k;

    (void)state;
    begin(&k);
    filling_play(&k, TO_KID_NAMES "snap\n");
    play_shows(&k.play, "F6 Add");
    play_shows(&k.play, "Kid 2");
    play_shows(&k.play, "[Abeba ");
    play_shows(&k.play, "[Beletu ");
    filling_put(&k);
    filling_close(&k);
}

static void f5_takes_out_the_row_with_the_cursor(void **state)
{
    struct filling k;

    (void)state;
    begin(&k);
    filling_play(&k, TO_KID_NAMES "key Up F5\nsnap\nkey y\nsnap\n");
    play_shows(&k.play, "Take out Kid 1 with all its answers?");
    filling_put(&k);
    filling_play(&k, TO_KID_NAMES "key Up F5 y\nsnap\n");
    play_lacks(&k.play, "[Abeba");
    play_shows(&k.play, "[Beletu ");
    filling_put(&k);
    filling_close(&k);
}

static void the_language_is_told(void **state)
{
    struct filling k;

    (void)state;
    begin(&k);
    filling_play(&k, "snap\nkey ^B\nsnap\n");
    play_shows(&k.play, "en  0 of ");
    play_shows(&k.play, "The questions are in: አማርኛ");
    play_shows(&k.play, "am  0 of ");
    filling_put(&k);
    filling_close(&k);
}

static void signs_of_a_telephone_are_not_shown(void **state)
{
    struct filling k;

    (void)state;
    begin(&k);
    filling_play(&k, "type 2\n" TO_KIDS "key PgDn PgDn PgDn\nsnap\n");
    play_shows(&k.play, " Last word ");
    play_lacks(&k.play, "<b>");
    filling_put(&k);
    filling_close(&k);
}

static void codes_that_do_not_fit_give_way_to_labels(void **state)
{
    struct filling k;

    (void)state;
    begin(&k);
    filling_play(&k, "key Tab Tab\ntype m goats\nkey Tab\nsnap\n");
    play_shows(&k.play, "[Goats that were given by the neighbours");
    play_shows(&k.play, "Market ");
    play_lacks(&k.play, "neighbours_after");
    filling_put(&k);
    filling_close(&k);
}

static void the_list_says_its_keys_and_whole_labels(void **state)
{
    struct filling k;

    (void)state;
    begin(&k);
    filling_play(&k, "key Tab Tab F4\nsnap\n");
    play_shows(&k.play, "Space marks an answer, Enter goes on");
    filling_put(&k);
    filling_close(&k);
}

/* A wrong word, a look at the list, and then the right one typed anew. */
static void after_a_look_at_the_list_a_word_is_typed_anew(void **state)
{
    struct filling k;

    (void)state;
    begin(&k);
    filling_play(&k, "key Tab\ntype goat\nkey Enter\nsnap\n"
                     "key F4 Esc\ntype b\nkey Enter F2 y\n");
    filling_put(&k);
    assert_string_equal(filling_stands(&k, "sex"), "b");
    filling_close(&k);
}

static void an_empty_list_says_why(void **state)
{
    struct filling k;

    (void)state;
    begin(&k);
    filling_play(&k, TO_END "type Adaba\nkey Tab\nsnap\n");
    play_shows(&k.play, "Nothing to choose from yet");
    filling_put(&k);
    filling_play(&k, TO_END "key ^U\ntype Gasera\nkey Tab\nsnap\n");
    play_lacks(&k.play, "Nothing to choose from yet");
    play_shows(&k.play, "1 Hill");
    filling_put(&k);
    filling_close(&k);
}

static void a_label_shows_where_an_answer_will_stand(void **state)
{
    struct filling k;

    (void)state;
    begin(&k);
    filling_play(&k, TO_END "snap\n");
    play_shows(&k.play, "Where does ... live");
    filling_put(&k);
    filling_play(&k, TO_NAME "type Worke\nkey Tab\nkey PgDn PgDn PgDn\nsnap\n");
    play_shows(&k.play, "Where does Worke live");
    filling_put(&k);
    filling_close(&k);
}

static void what_was_left_blank_knowingly_is_not_asked_again(void **state)
{
    struct filling k;

    (void)state;
    begin(&k);
    filling_play(&k, "type 1\nkey F2\nsnap\nkey y\n");
    play_shows(&k.play, "1 expected answer is still blank");
    filling_put(&k);
    k.task.is_new = false;
    filling_play(&k, "type 2\nkey F2\nsnap\n");
    play_lacks(&k.play, "still blank");
    filling_put(&k);
    assert_string_equal(filling_stands(&k, "mood"), "is_ill");
    filling_close(&k);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_can_be_answered_is_seen),
        cmocka_unit_test(the_number_that_is_seen_is_the_answer),
        cmocka_unit_test(a_long_note_is_read_before_the_question),
        cmocka_unit_test(what_is_typed_on_a_note_is_not_lost),
        cmocka_unit_test(a_question_higher_than_the_screen_is_passed),
        cmocka_unit_test(a_name_typed_behind_the_rows_is_no_command),
        cmocka_unit_test(f6_adds_a_row_while_a_name_is_typed),
        cmocka_unit_test(f5_takes_out_the_row_with_the_cursor),
        cmocka_unit_test(the_language_is_told),
        cmocka_unit_test(signs_of_a_telephone_are_not_shown),
        cmocka_unit_test(codes_that_do_not_fit_give_way_to_labels),
        cmocka_unit_test(the_list_says_its_keys_and_whole_labels),
        cmocka_unit_test(after_a_look_at_the_list_a_word_is_typed_anew),
        cmocka_unit_test(an_empty_list_says_why),
        cmocka_unit_test(a_label_shows_where_an_answer_will_stand),
        cmocka_unit_test(what_was_left_blank_knowingly_is_not_asked_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
