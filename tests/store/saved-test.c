/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: whatever bytes stand where a save was kept, reading them ends with
 * exactly the save that these bytes are, or with a refusal; and a save that
 * breaks one rule of change.h, whichever, is refused with a sentence and not as
 * if the program were at fault.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arr.h"
#include "base/mem.h"
#include "store/fold.h"
#include "store/saved_int.h"

#define TEN     "xxxxxxxxxx"
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN
#define LONG33  TEN TEN TEN "xxx"
#define LONG65  TEN TEN TEN TEN TEN TEN "xxxxx"
#define LONG401 HUNDRED HUNDRED HUNDRED HUNDRED "x"

static const uint8_t form[HASH_BYTES] = {1, 2, 3}, commit[HASH_BYTES] = {4};
static const uint8_t seed[CHANGE_SALT_BYTES] = {5, 6};
static const struct dot dots[] = {{77, 1}, {78, 300}, {UINT64_MAX, 1u << 20}};
static const struct id record = {{9, 8, 7, 6}};
static const uint8_t place[] = "\x04\x08"
                               "ET041114";
static const uint8_t name[] = "\x04\x05"
                              "Selam";

static const struct edit some_edits[] = {{.op = CHANGE_CREATE,
                                          .path = "",
                                          .value = place,
                                          .value_bytes = sizeof place - 1},
                                         {.op = CHANGE_SET,
                                          .path = "given_name",
                                          .value = name,
                                          .value_bytes = sizeof name - 1,
                                          .replaces = dots,
                                          .replaces_nr = ARR_NR(dots)},
                                         {.op = CHANGE_CLEAR,
                                          .path = "father_name",
                                          .replaces = dots,
                                          .replaces_nr = 1}};
static const struct edit gone_edits[] = {
    {.op = CHANGE_ERASED, .path = "", .commit = commit},
    {.op = CHANGE_ERASED,
     .path = "",
     .commit = commit,
     .replaces = dots,
     .replaces_nr = 2}};

/* One of each kind that is kept: with all there is, with the least, and with
 * its contents destroyed. */
static struct save sample(int i)
{
    struct save save = {.stream = stream_of_id(STREAM_CASE, &record),
                        .record = record,
                        .kind = "case",
                        .form = form,
                        .form_id = "registration",
                        .author = "almaz",
                        .at_ms = 1790000000000,
                        .edits = some_edits,
                        .edits_nr = ARR_NR(some_edits),
                        .epoch = 77,
                        .first_seq = 1,
                        .seed = seed};
    if (i == 0)
        return save;
    save.stream = stream_of_place("ET041114");
    save.form = save.seed = NULL;
    save.form_id = NULL;
    save.first_seq = 300;
    save.kind = "service";
    if (i == 1) {
        save.edits = &some_edits[2];
        save.edits_nr = 1;
        return save;
    }
    save.record = (struct id){{0}};
    save.kind = "";
    save.edits = gone_edits;
    save.edits_nr = ARR_NR(gone_edits);
    save.erased = true;
    return save;
}
enum { SAMPLES = 3 };

static struct buf bytes_of(const struct save *save)
{
    struct buf b = BUF_INIT(CHANGE_SAVE_BYTES_MAX);
    saved_encode(&b, save);
    assert_false(buf_failed(&b));
    return b;
}

/* Read from a block of just that size, so that a byte too far is seen. True
 * when they are a save; then it is written with the same bytes. */
static bool reads(const void *bytes, size_t n)
{
    struct pool *pool = pool_new();
    uint8_t *at = mem_alloc(n);
    struct save save;
    memcpy(at, bytes, n);
    bool good = saved_decode(at, n, pool, &save);
    if (good) {
        struct buf again = bytes_of(&save);
        assert_int_equal(again.size, n);
        assert_memory_equal(again.data, bytes, n);
        buf_release(&again);
    }
    mem_free(at);
    pool_free(pool);
    return good;
}

static void what_was_kept_is_read_back(void **state)
{
    (void)state;
    for (int i = 0; i < SAMPLES; i++) {
        const struct save save = sample(i);
        struct buf b = bytes_of(&save);
        assert_true(reads(b.data, b.size));
        buf_release(&b);
    }
}

static void what_was_cut_short_or_grew_is_no_save(void **state)
{
    (void)state;
    for (int i = 0; i < SAMPLES; i++) {
        const struct save save = sample(i);
        struct buf b = bytes_of(&save);
        for (size_t n = 0; n < b.size; n++)
            assert_false(reads(b.data, n));
        buf_add_byte(&b, 0);
        assert_false(reads(b.data, b.size));
        buf_release(&b);
    }
}

/* Some flips make another save, and are then kept as such: what they say is
 * told by the hash of their chain. */
static void a_flipped_bit_makes_another_save_or_none(void **state)
{
    size_t refused = 0, others = 0;
    (void)state;
    for (int i = 0; i < SAMPLES; i++) {
        const struct save save = sample(i);
        struct buf b = bytes_of(&save);
        for (size_t at = 0; at < b.size * 8; at++) {
            b.data[at / 8] ^= (uint8_t)(1u << at % 8);
            bool good = reads(b.data, b.size);
            others += good;
            refused += !good;
            b.data[at / 8] ^= (uint8_t)(1u << at % 8);
        }
        for (size_t at = 0; at < b.size; at++) {
            uint8_t was = b.data[at];
            for (int with = 0; with < 3; with++) {
                b.data[at] = (uint8_t[]){0, 0x80, 0xff}[with];
                (void)reads(b.data, b.size);
            }
            b.data[at] = was;
        }
        buf_release(&b);
    }
    print_message("# %zu refused, %zu are others\n", refused, others);
    assert_true(refused > 300 && others > 300);
}

/* More than a save may hold, though each part by itself is well formed. */
static void a_save_of_too_many_parts_is_none(void **state)
{
    static const struct edit row = {.op = CHANGE_CLEAR, .path = "a"};
    static const size_t numbers[] = {0, CHANGE_EDITS_MAX, CHANGE_EDITS_MAX + 1};
    struct edit *edits = mem_alloc((CHANGE_EDITS_MAX + 1) * sizeof *edits);
    struct save save = sample(1);
    (void)state;
    for (size_t i = 0; i <= CHANGE_EDITS_MAX; i++)
        edits[i] = row;
    save.edits = edits;
    for (size_t i = 0; i < ARR_NR(numbers); i++) {
        save.edits_nr = numbers[i];
        struct buf b = bytes_of(&save);
        assert_true(reads(b.data, b.size) == (i == 1));
        buf_release(&b);
    }
    mem_free(edits);
}

/* Only a place has a code, and only what is not a place an id. */
static void a_stream_is_named_by_what_it_is(void **state)
{
    const struct stream c = stream_of_id(STREAM_CASE, &record),
                        p = stream_of_place("ET041114/03");
    char code[STREAM_KEY_BYTES + 1];
    (void)state;
    assert_string_equal(stream_place(&c, code), "");
    assert_string_equal(stream_place(&p, code), "ET041114/03");
    assert_memory_equal(stream_id(&c).bytes, record.bytes, sizeof record.bytes);
    for (int kind = 0; kind < 256; kind++) {
        struct stream s = c;
        s.kind = (uint8_t)kind;
        assert_true(stream_is_whole(&s) ==
                    (kind == STREAM_CASE || kind == STREAM_SITE ||
                     kind == STREAM_SHARED || kind == STREAM_READS));
    }
}

/* ---- the dots a change replaces ---- */

static void dots_are_read_back_or_refused(void **state)
{
    struct buf b = BUF_INIT(1000);
    struct dot room[ARR_NR(dots)];
    (void)state;
    fold_pack_dots(&b, dots, ARR_NR(dots));
    for (size_t n = 0; n <= b.size; n++)
        for (size_t room_nr = 0; room_nr <= ARR_NR(dots); room_nr++) {
            size_t nr = 0;
            uint8_t *at = mem_alloc(n);
            struct buf again = BUF_INIT(1000);
            memcpy(at, b.data, n);
            if (fold_unpack_dots(at, n, room, room_nr, &nr)) {
                assert_true(nr <= room_nr);
                fold_pack_dots(&again, room, nr);
                assert_int_equal(again.size, n);
            } else
                assert_true(n < b.size || room_nr < ARR_NR(dots));
            buf_release(&again);
            mem_free(at);
        }
    buf_release(&b);
}

/* ---- the rules a save keeps ---- */

/* What is laid over a well-formed save; NULL and 0 leave it as it is. */
struct breach {
    const char *rule;
    enum err_code code;
    const char *kind, *author, *form_id;
    size_t edit; /* which one is laid over */
    const char *path;
    const void *value;
    size_t value_bytes, replaces_nr;
    int op; /* -1: erased, where nothing is */
    bool no_form_id, no_commit, no_value;
};

#define VALUE(text) .value = (text), .value_bytes = sizeof(text) - 1

static const struct breach breaches[] = {
    {.rule = "a kind", .code = ERR_INPUT, .kind = ""},
    {.rule = "a short kind", .code = ERR_INPUT, .kind = LONG33},
    {.rule = "a clean kind", .code = ERR_INPUT, .kind = "ca\x07se"},
    {.rule = "an author", .code = ERR_INPUT, .author = ""},
    {.rule = "a short author", .code = ERR_INPUT, .author = LONG33},
    {.rule = "an author in UTF-8", .code = ERR_INPUT, .author = "al\xc0maz"},
    {.rule = "a form's name", .code = ERR_INPUT, .no_form_id = true},
    {.rule = "a short one", .code = ERR_INPUT, .form_id = LONG65},
    {.rule = "a clean one", .code = ERR_INPUT, .form_id = "a\x7f"},
    {.rule = "a known deed", .code = ERR_VERSION, .edit = 1, .op = -1},
    {.rule = "a known deed", .code = ERR_VERSION, .edit = 1, .op = 13},
    {.rule = "create first", .code = ERR_PROTOCOL, .path = "given_name"},
    {.rule = "create alone",
     .code = ERR_PROTOCOL,
     .edit = 1,
     .op = CHANGE_CREATE},
    {.rule = "create first",
     .code = ERR_PROTOCOL,
     .edit = 1,
     .op = CHANGE_CREATE,
     .path = ""},
    {.rule = "a path", .code = ERR_PROTOCOL, .edit = 1, .path = ""},
    {.rule = "a short path", .code = ERR_INPUT, .edit = 1, .path = LONG401},
    {.rule = "a clean path", .code = ERR_INPUT, .edit = 1, .path = "a\x07"},
    {.rule = "what one saw",
     .code = ERR_INPUT,
     .edit = 1,
     .replaces_nr = CHANGE_REPLACES_MAX + 1},
    {.rule = "a short value",
     .code = ERR_INPUT,
     .edit = 1,
     .value = name,
     .value_bytes = CHANGE_VALUE_BYTES_MAX + 1},
    {.rule = "a value", .code = ERR_INPUT, .edit = 1, VALUE("\x63\x01")},
    {.rule = "all of it", .code = ERR_INPUT, .edit = 1, VALUE("\x04\x05Se")},
    {.rule = "clean text", .code = ERR_INPUT, .edit = 1, VALUE("\x04\x01\x07")},
    {.rule = "clean names",
     .code = ERR_INPUT,
     .edit = 1,
     VALUE("\x06\x01\x1b")},
    {.rule = "a place", .code = ERR_INPUT, .no_value = true},
    {.rule = "a place in words", .code = ERR_INPUT, VALUE("\x01\x02")},
    {.rule = "a place's code", .code = ERR_INPUT, VALUE("\x04\x06Gasera")},
    {.rule = "a short place",
     .code = ERR_INPUT,
     VALUE("\x04\x28" TEN TEN TEN TEN)},
};

static const struct breach gone_breaches[] = {
    {.rule = "an author", .code = ERR_INPUT, .author = ""},
    {.rule = "a clean author", .code = ERR_INPUT, .author = "\x01"},
    {.rule = "a short author", .code = ERR_INPUT, .author = LONG33},
    {.rule = "what it committed to", .code = ERR_PROTOCOL, .no_commit = true},
    {.rule = "no deed", .code = ERR_PROTOCOL, .edit = 1, .op = CHANGE_SET},
    {.rule = "no value", .code = ERR_PROTOCOL, .edit = 1, VALUE("\x01\x02")},
    {.rule = "what one saw",
     .code = ERR_PROTOCOL,
     .edit = 1,
     .replaces_nr = CHANGE_REPLACES_MAX + 1},
};

static void lay_over(const struct breach *x, struct save *save,
                     struct edit *edits)
{
    struct edit *edit = &edits[x->edit];
    memcpy(edits, save->edits, save->edits_nr * sizeof *edits);
    save->edits = edits;
    save->kind = x->kind != NULL ? x->kind : save->kind;
    save->author = x->author != NULL ? x->author : save->author;
    save->form_id = x->form_id != NULL ? x->form_id : save->form_id;
    if (x->no_form_id)
        save->form_id = NULL;
    edit->path = x->path != NULL ? x->path : edit->path;
    if (x->value != NULL || x->no_value) {
        edit->value = x->value;
        edit->value_bytes = x->value_bytes;
    }
    edit->replaces_nr = x->replaces_nr > 0 ? x->replaces_nr : edit->replaces_nr;
    if (x->op != 0)
        edit->op = x->op < 0 ? CHANGE_ERASED : (enum change_op)x->op;
    if (x->no_commit)
        edit->commit = NULL;
}

static void check(const struct save *save, const struct breach *all, size_t nr)
{
    struct err e = ERR_INIT;
    if (!change_check(save, &e))
        fail_msg("%s", e.text);
    for (size_t i = 0; i < nr; i++) {
        struct save broken = *save;
        struct edit edits[ARR_NR(some_edits)];
        e = (struct err)ERR_INIT;
        lay_over(&all[i], &broken, edits);
        if (change_check(&broken, &e))
            fail_msg("taken without %s", all[i].rule);
        if (e.code != all[i].code || e.text[0] == '\0')
            fail_msg("%s: %d, %s", all[i].rule, (int)e.code, e.text);
    }
}

static void each_rule_of_a_save_is_asked_for(void **state)
{
    const struct save save = sample(0), gone = sample(2);
    (void)state;
    check(&save, breaches, ARR_NR(breaches));
    check(&gone, gone_breaches, ARR_NR(gone_breaches));
}

/* A form's version is told by its name, or there is none; both do. */
static void a_save_without_a_form_is_one(void **state)
{
    struct save save = sample(1);
    struct err e = ERR_INIT;
    (void)state;
    assert_true(change_check(&save, &e));
    save.stream = stream_of_id(STREAM_CASE, &record); /* of a case, not it */
    save.record.bytes[0] ^= 1;
    save.edits = some_edits;
    save.edits_nr = ARR_NR(some_edits);
    assert_true(change_check(&save, &e));
}

static void what_does_not_fit_into_one_save_is_refused(void **state)
{
    static const size_t numbers[] = {0, 4, CHANGE_EDITS_MAX + 1};
    static const size_t lengths[] = {0, VALUE_TEXT_BYTES_MAX, 0};
    struct edit *edits = mem_alloc((CHANGE_EDITS_MAX + 1) * sizeof *edits);
    (void)state;
    for (size_t i = 0; i < ARR_NR(numbers); i++) {
        struct buf b = BUF_INIT(CHANGE_VALUE_BYTES_MAX);
        char *text = mem_alloc(lengths[i] + 1);
        struct save save = sample(1);
        struct err e = ERR_INIT;
        memset(text, 'x', lengths[i]);
        value_encode(&b, &(struct value){.type = VALUE_TEXT,
                                         .text = text,
                                         .text_bytes = lengths[i]});
        for (size_t k = 0; k < numbers[i]; k++)
            edits[k] = (struct edit){.op = CHANGE_SET,
                                     .path = "notes",
                                     .value = b.data,
                                     .value_bytes = b.size};
        save.edits = edits;
        save.edits_nr = numbers[i];
        assert_false(change_check(&save, &e));
        assert_int_equal(e.code, ERR_INPUT);
        mem_free(text);
        buf_release(&b);
    }
    mem_free(edits);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_kept_is_read_back),
        cmocka_unit_test(what_was_cut_short_or_grew_is_no_save),
        cmocka_unit_test(a_flipped_bit_makes_another_save_or_none),
        cmocka_unit_test(a_save_of_too_many_parts_is_none),
        cmocka_unit_test(a_stream_is_named_by_what_it_is),
        cmocka_unit_test(dots_are_read_back_or_refused),
        cmocka_unit_test(each_rule_of_a_save_is_asked_for),
        cmocka_unit_test(a_save_without_a_form_is_one),
        cmocka_unit_test(what_does_not_fit_into_one_save_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
