/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: what a writer of packed saves was given, a reader gives back, save by
 * save, in one table state or another; and bytes that no writer wrote, cut or
 * changed anywhere, are refused without reading or writing where nothing is
 * theirs, and without taking more memory than the bytes can account for.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/arr.h"
#include "base/entropy.h"
#include "base/mem.h"
#include "forms/form.h"
#include "forms/pack.h"
#include "sync/pack.h"

#define EPOCH_A UINT64_C(0xa1a2a3a4a5a6a7a8)
#define EPOCH_B UINT64_C(0xb1b2b3b4b5b6b7b8)

struct world {
    struct form *form;
    struct pack_form forms[2];
    struct pack_shared shared;
    uint64_t noise;
    struct pool *pool; /* of the saves made */
    struct id ids[8];
};

static const uint8_t unknown_form[HASH_BYTES] = {0x77};

static uint64_t dice(struct world *w, uint64_t sides)
{
    const struct entropy_source s = entropy_seeded(&w->noise);
    return entropy_u64(&s) % sides;
}

static struct form *read_form(const char *name)
{
    struct finding_list findings = {0};
    struct err e = ERR_INIT;
    const struct pack_file *f = pack_file_find(name);
    assert_non_null(f);
    struct form *form = form_read(f->bytes, f->size, &findings, &e);
    finding_list_release(&findings);
    if (form == NULL)
        fail_msg("%s", e.text);
    return form;
}

static void set_up(struct world *w, uint64_t seed)
{
    *w = (struct world){.noise = seed, .pool = pool_new()};
    const struct entropy_source s = entropy_seeded(&w->noise);
    w->form = read_form("visit.csv");
    for (size_t i = 0; i < ARR_NR(w->forms); i++) {
        memset(w->forms[i].hash, (int)i + 1, HASH_BYTES);
        w->forms[i].id = i == 0 ? "visit" : "other";
        w->forms[i].form = w->form;
    }
    w->shared = (struct pack_shared){.epochs = {EPOCH_A, EPOCH_B},
                                     .forms = w->forms,
                                     .forms_nr = ARR_NR(w->forms)};
    for (size_t i = 0; i < ARR_NR(w->ids); i++)
        w->ids[i] = id_new(&s);
}

static void tear_down(struct world *w)
{
    form_free(w->form);
    pool_free(w->pool);
}

/* ---- saves of every shape ---- */

static struct stream some_stream(struct world *w)
{
    if (dice(w, 5) == 0)
        return stream_of_place(dice(w, 2) ? "ET041114" : "ET041114/03");
    return stream_of_id((enum stream_kind[]){STREAM_CASE, STREAM_SITE,
                                             STREAM_SHARED}[dice(w, 3)],
                        &w->ids[dice(w, ARR_NR(w->ids))]);
}

static const char *some_path(struct world *w)
{
    if (dice(w, 4) == 0)
        return pool_printf(w->pool, "own/path_%d", (int)dice(w, 5));
    return w->form->fields[w->form->paths[dice(w, w->form->paths_nr)]].path;
}

static void some_replaces(struct world *w, const struct save *save, size_t i,
                          struct edit *edit)
{
    size_t nr = (size_t)(dice(w, 3) == 0 ? dice(w, 6) : dice(w, 2));
    struct dot *dots = pool_alloc(w->pool, nr * sizeof *dots);
    for (size_t k = 0; k < nr; k++)
        dots[k] = (struct dot){dice(w, 2) ? save->epoch : EPOCH_B + dice(w, 3),
                               1 + dice(w, save->first_seq + i + 2)};
    edit->replaces = nr > 0 ? dots : NULL;
    edit->replaces_nr = nr;
}

static void some_value(struct world *w, struct edit *edit)
{
    size_t n = (size_t)(dice(w, 20) == 0 ? dice(w, 5000) : dice(w, 30));
    char *bytes = pool_alloc(w->pool, n + 1);
    for (size_t i = 0; i < n; i++)
        bytes[i] = (char)dice(w, 256);
    edit->value = n > 0 ? bytes : NULL;
    edit->value_bytes = n;
}

/* Now and then what an erasure leaves: a save without contents, one whose salts
 * come by themselves, the first one behind. */
static void some_erasure(struct world *w, struct save *save, struct edit *edits)
{
    static const uint8_t bytes[HASH_BYTES] = {1, 2, 3};
    switch (dice(w, 12)) {
    case 0:
        save->erased = true;
        save->kind = "";
        save->form = NULL;
        save->seed = NULL;
        save->record = (struct id){{0}};
        break;
    case 1:
        save->seed = NULL;
        break;
    case 2:
        save->seed = bytes;
        return;
    default:
        return;
    }
    for (size_t i = 0; i < save->edits_nr; i++) {
        if (!save->erased) {
            edits[i].salt = bytes + i;
            continue;
        }
        edits[i].op = CHANGE_ERASED;
        edits[i].path = "";
        edits[i].value = NULL;
        edits[i].value_bytes = 0;
        edits[i].commit = bytes;
    }
}

static struct save some_save(struct world *w)
{
    static const char *const authors[] = {"almaz", "kebede", "t"};
    struct save save = {
        .stream = some_stream(w),
        .record = w->ids[dice(w, ARR_NR(w->ids))],
        .kind = dice(w, 3) ? "visit" : "case",
        .author = authors[dice(w, ARR_NR(authors))],
        .at_ms = dice(w, 50) ? (int64_t)(INT64_C(1790000000000) + dice(w, 9999))
                             : INT64_MIN + (int64_t)dice(w, 3),
        .epoch = dice(w, 3) ? EPOCH_A : EPOCH_A + dice(w, 3),
        .first_seq = dice(w, 3) ? 1 + dice(w, 40) : 1,
        .edits_nr = 1 + (size_t)dice(w, 6),
    };
    switch (dice(w, 4)) {
    case 0:
        break;
    case 1:
        save.form = unknown_form;
        save.form_id = "unknown";
        break;
    default:
        save.form = w->forms[0].hash;
        save.form_id = w->forms[0].id;
    }
    if (save.first_seq == 1)
        save.seed = pool_copy(w->pool, "sixteen bytes ..", CHANGE_SALT_BYTES);
    struct edit *edits = pool_alloc(w->pool, save.edits_nr * sizeof *edits);
    for (size_t i = 0; i < save.edits_nr; i++) {
        edits[i].op = (enum change_op)(1 + dice(w, 12));
        edits[i].path = edits[i].op == CHANGE_CREATE ? "" : some_path(w);
        some_replaces(w, &save, i, &edits[i]);
        some_value(w, &edits[i]);
    }
    save.edits = edits;
    some_erasure(w, &save, edits);
    return save;
}

static void assert_same_bytes(const void *a, size_t a_bytes, const void *b,
                              size_t b_bytes)
{
    assert_int_equal(a_bytes, b_bytes);
    if (a_bytes > 0)
        assert_memory_equal(a, b, a_bytes);
}

static void assert_same_save(const struct save *a, const struct save *b)
{
    assert_true(stream_equal(&a->stream, &b->stream));
    assert_true(id_equal(&a->record, &b->record));
    assert_string_equal(a->kind, b->kind);
    assert_string_equal(a->author, b->author);
    assert_true(a->at_ms == b->at_ms && a->epoch == b->epoch);
    assert_int_equal(a->first_seq, b->first_seq);
    assert_same_bytes(a->seed, a->seed ? CHANGE_SALT_BYTES : 0, b->seed,
                      b->seed ? CHANGE_SALT_BYTES : 0);
    assert_same_bytes(a->form, a->form ? HASH_BYTES : 0, b->form,
                      b->form ? HASH_BYTES : 0);
    if (a->form != NULL)
        assert_string_equal(a->form_id, b->form_id);
    assert_int_equal(a->erased, b->erased);
    assert_int_equal(a->edits_nr, b->edits_nr);
    for (size_t i = 0; i < a->edits_nr; i++) {
        const struct edit *x = &a->edits[i], *y = &b->edits[i];
        assert_int_equal(x->op, y->op);
        assert_string_equal(x->path, y->path);
        assert_same_bytes(x->value, x->value_bytes, y->value, y->value_bytes);
        assert_same_bytes(x->commit, x->commit ? HASH_BYTES : 0, y->commit,
                          y->commit ? HASH_BYTES : 0);
        assert_same_bytes(x->salt, x->salt ? CHANGE_SALT_BYTES : 0, y->salt,
                          y->salt ? CHANGE_SALT_BYTES : 0);
        assert_int_equal(x->replaces_nr, y->replaces_nr);
        for (size_t k = 0; k < x->replaces_nr; k++)
            assert_true(x->replaces[k].epoch == y->replaces[k].epoch &&
                        x->replaces[k].seq == y->replaces[k].seq);
    }
}

static void every_save_comes_back_as_it_was(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        struct world w;
        struct save got;
        struct err e = ERR_INIT;
        bool more = false;
        set_up(&w, seed);
        struct pack_writer *writer = pack_writer_new(&w.shared);
        struct pack_reader *reader = pack_reader_new(&w.shared);
        for (unsigned frame = 0; frame < 10; frame++) {
            struct buf b = BUF_INIT(1 << 20);
            struct save saves[8];
            size_t nr = 1 + (size_t)dice(&w, ARR_NR(saves));
            for (size_t i = 0; i < nr; i++) {
                saves[i] = some_save(&w);
                size_t before = b.size;
                pack_write(writer, &saves[i], &b);
                assert_true(b.size - before <= 3 * pack_estimate(&saves[i]));
            }
            pack_read_begin(reader, b.data, b.size);
            for (size_t i = 0; i < nr; i++) {
                assert_true(pack_read(reader, &got, &more, &e));
                assert_true(more);
                assert_same_save(&saves[i], &got);
            }
            assert_true(pack_read(reader, &got, &more, &e));
            assert_false(more);
            buf_release(&b);
        }
        pack_writer_free(writer);
        pack_reader_free(reader);
        tear_down(&w);
    }
}

/* ---- sizes ---- */

static size_t size_of_next(struct pack_writer *writer, const struct save *save)
{
    struct buf b = BUF_INIT(1 << 20);
    pack_write(writer, save, &b);
    size_t n = b.size;
    buf_release(&b);
    return n;
}

static void an_edit_of_a_known_case_takes_few_bytes(void **state)
{
    (void)state;
    struct world w;
    set_up(&w, 3);
    struct pack_writer *writer = pack_writer_new(&w.shared);
    const struct dot before = {EPOCH_A, 4};
    const struct edit edit = {.op = CHANGE_SET,
                              .path = w.form->fields[w.form->paths[2]].path,
                              .value = "\x05\x01\x02",
                              .value_bytes = 3,
                              .replaces = &before,
                              .replaces_nr = 1};
    struct save save = {.stream = stream_of_id(STREAM_CASE, &w.ids[0]),
                        .record = w.ids[0],
                        .kind = "case",
                        .form = w.forms[0].hash,
                        .form_id = w.forms[0].id,
                        .author = "almaz",
                        .at_ms = INT64_C(1790000000000),
                        .edits = &edit,
                        .edits_nr = 1,
                        .epoch = EPOCH_A,
                        .first_seq = 5};
    assert_in_range(size_of_next(writer, &save), 1, 60);
    save.first_seq = 6;
    save.at_ms += 60000;
    /* flags, time, count, head, path, one dot back, value */
    assert_in_range(size_of_next(writer, &save), 1, 12);
    pack_writer_free(writer);
    tear_down(&w);
}

/* ---- bytes from outside ---- */

static void write_some(struct world *w, struct buf *b, size_t nr)
{
    struct pack_writer *writer = pack_writer_new(&w->shared);
    for (size_t i = 0; i < nr; i++) {
        struct save save = some_save(w);
        pack_write(writer, &save, b);
    }
    pack_writer_free(writer);
}

/* Reads to the end or to a refusal, looking at every byte that is given. */
static size_t read_all(struct world *w, const void *bytes, size_t n)
{
    struct err e = ERR_INIT;
    struct save save;
    bool more = true;
    size_t nr = 0, sum = 0;
    /* a copy of exactly that size, so that a tool sees one byte too far */
    void *copy = mem_alloc(n);
    memcpy(copy, bytes, n);
    struct pack_reader *reader = pack_reader_new(&w->shared);
    pack_read_begin(reader, copy, n);
    while (pack_read(reader, &save, &more, &e) && more) {
        nr++;
        sum += strlen(save.author) + strlen(save.kind);
        for (size_t i = 0; i < save.edits_nr; i++) {
            const uint8_t *value = save.edits[i].value;
            sum += strlen(save.edits[i].path);
            for (size_t k = 0; k < save.edits[i].value_bytes; k++)
                sum += value[k];
        }
    }
    if (more)
        assert_int_equal(e.code, ERR_PROTOCOL);
    pack_reader_free(reader);
    mem_free(copy);
    return nr + (sum == SIZE_MAX);
}

static void bytes_cut_anywhere_are_refused_or_end_between_saves(void **state)
{
    (void)state;
    struct world w;
    struct buf b = BUF_INIT(1 << 20);
    set_up(&w, 4);
    write_some(&w, &b, 12);
    assert_int_equal(read_all(&w, b.data, b.size), 12);
    for (size_t n = 0; n < b.size; n++)
        assert_in_range(read_all(&w, b.data, n), 0, 11);
    buf_release(&b);
    tear_down(&w);
}

static void bytes_changed_anywhere_do_no_harm(void **state)
{
    (void)state;
    for (uint64_t seed = 100; seed < 110; seed++) {
        struct world w;
        struct buf b = BUF_INIT(1 << 20);
        set_up(&w, seed);
        write_some(&w, &b, 8);
        for (unsigned i = 0; i < 3000; i++) {
            size_t at = (size_t)dice(&w, b.size);
            char was = b.data[at];
            b.data[at] = dice(&w, 2) ? (char)dice(&w, 256)
                                     : (char)(was ^ (1 << dice(&w, 8)));
            read_all(&w, b.data, b.size);
            if (dice(&w, 4) != 0) /* a quarter of the changes stay */
                b.data[at] = was;
        }
        buf_release(&b);
        tear_down(&w);
    }
}

static void refused(struct world *w, const char *bytes, size_t n)
{
    assert_int_equal(read_all(w, bytes, n), 0);
}

static void what_no_writer_writes_is_refused(void **state)
{
    (void)state;
    struct world w;
    set_up(&w, 5);
    refused(&w, "\x00", 1);         /* as before, and there is no before */
    refused(&w, "\xff", 1);         /* flags of a later version */
    refused(&w, "\x1f\x07", 2);     /* a chain that was not introduced */
    refused(&w, "\x1f\x00\x07", 3); /* an epoch that was not */
    refused(&w, "\x1f\x00\x01\x00\x09\x10", 6); /* a stream of no kind */
    refused(&w, "\x1f\x80\x00", 3);             /* an overlong varint */
    tear_down(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_save_comes_back_as_it_was),
        cmocka_unit_test(an_edit_of_a_known_case_takes_few_bytes),
        cmocka_unit_test(bytes_cut_anywhere_are_refused_or_end_between_saves),
        cmocka_unit_test(bytes_changed_anywhere_do_no_harm),
        cmocka_unit_test(what_no_writer_writes_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
