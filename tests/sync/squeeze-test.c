/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: pieces come back as they were, later ones cheaper for what earlier
 * ones held, also after a piece that travelled as it is; and a piece from
 * outside never unfolds beyond its caps, nor is a broken one believed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/arr.h"
#include "base/entropy.h"
#include "base/mem.h"
#include "sync/squeeze.h"

static void noise(uint64_t seed, char *to, size_t n)
{
    const struct entropy_source s = entropy_seeded(&seed);
    entropy_fill(&s, to, n);
}

static size_t round_trip(struct squeeze *packer, struct squeeze *unpacker,
                         const void *bytes, size_t n)
{
    struct buf piece = BUF_INIT(SQUEEZE_PIECE_MAX), whole = BUF_INIT(0);
    struct err e = ERR_INIT;
    squeeze_pack(packer, bytes, n, &piece);
    if (!squeeze_unpack(unpacker, piece.data, piece.size, &whole, &e))
        fail_msg("%s", e.text);
    assert_int_equal(whole.size, n);
    assert_memory_equal(whole.data, bytes, n);
    size_t size = piece.size;
    buf_release(&piece);
    buf_release(&whole);
    return size;
}

static void pieces_come_back_and_later_ones_are_cheaper(void **state)
{
    (void)state;
    struct squeeze *p = squeeze_new_packer(), *u = squeeze_new_unpacker();
    static const char text[] = "the child goes to school and helps with goats";
    char *random = mem_alloc(100000);
    noise(1, random, 100000);
    size_t first = round_trip(p, u, text, sizeof text);
    assert_true(round_trip(p, u, text, sizeof text) < first / 3);
    /* noise travels as it is: one byte more, and is remembered too */
    assert_int_equal(round_trip(p, u, random, 5000), 5001);
    assert_true(round_trip(p, u, random, 5000) < 100);
    assert_in_range(round_trip(p, u, random, 100000), 90000, 100001);
    assert_true(round_trip(p, u, random + 90000, 10000) < 200);
    for (size_t n = 1; n < 300; n++)
        round_trip(p, u, random + n, n);
    mem_free(random);
    squeeze_free(p);
    squeeze_free(u);
}

static bool takes(const void *piece, size_t n, enum err_code *code)
{
    struct squeeze *u = squeeze_new_unpacker();
    struct buf whole = BUF_INIT(0);
    struct err e = ERR_INIT;
    bool good = squeeze_unpack(u, piece, n, &whole, &e);
    assert_true(whole.size <= SQUEEZE_WHOLE_MAX + 32 * 1024);
    *code = e.code;
    buf_release(&whole);
    squeeze_free(u);
    return good;
}

/* Zeros pack a thousandfold. */
static void a_piece_that_unfolds_too_far_is_refused(void **state)
{
    (void)state;
    static const struct {
        size_t zeros;
        bool fits;
    } sizes[] = {{200 * 1024, true},
                 {SQUEEZE_WHOLE_FREE + 20000, false},
                 {SQUEEZE_WHOLE_MAX + 1, false},
                 {64 * SQUEEZE_WHOLE_MAX, false}};
    for (size_t i = 0; i < ARR_NR(sizes); i++) {
        enum err_code code = ERR_NONE;
        struct squeeze *p = squeeze_new_packer();
        struct buf piece = BUF_INIT(SQUEEZE_PIECE_MAX);
        void *zeros = mem_alloc(sizes[i].zeros);
        squeeze_pack(p, zeros, sizes[i].zeros, &piece);
        assert_int_equal(takes(piece.data, piece.size, &code), sizes[i].fits);
        assert_int_equal(code, sizes[i].fits ? ERR_NONE : ERR_PROTOCOL);
        mem_free(zeros);
        buf_release(&piece);
        squeeze_free(p);
    }
}

static void what_packs_less_well_may_be_as_large_as_a_frame(void **state)
{
    (void)state;
    struct squeeze *p = squeeze_new_packer(), *u = squeeze_new_unpacker();
    const size_t n = 750 * 1024;
    char *text = mem_alloc(n);
    noise(2, text, n);
    for (size_t i = 0; i < n; i++)
        text[i] = (char)('a' + (text[i] & 3)); /* four to one */
    assert_in_range(round_trip(p, u, text, n), 1, SQUEEZE_PIECE_MAX);
    mem_free(text);
    squeeze_free(p);
    squeeze_free(u);
}

static void broken_pieces_are_refused(void **state)
{
    (void)state;
    enum err_code code = ERR_NONE;
    char *large = mem_alloc(SQUEEZE_PIECE_MAX + 1);
    large[0] = 1;
    assert_false(takes("", 0, &code));
    assert_false(takes("\x00", 1, &code));
    assert_false(takes("\x02xyz", 4, &code));
    /* the last block of a stream: nothing may follow, so no writer sends it */
    assert_false(takes("\x00\x03\x00", 3, &code));
    assert_false(takes("\x00\x07zz", 4, &code));
    assert_false(takes(large, SQUEEZE_PIECE_MAX + 1, &code));
    assert_int_equal(code, ERR_PROTOCOL);
    mem_free(large);
}

static void changed_bytes_do_no_harm(void **state)
{
    (void)state;
    struct squeeze *p = squeeze_new_packer();
    struct buf piece = BUF_INIT(SQUEEZE_PIECE_MAX);
    static const char text[] = "one two three one two three four five six";
    enum err_code code;
    uint64_t seed = 3;
    const struct entropy_source s = entropy_seeded(&seed);
    squeeze_pack(p, text, sizeof text, &piece);
    for (unsigned i = 0; i < 5000; i++) {
        size_t at = entropy_u64(&s) % piece.size;
        char was = piece.data[at];
        piece.data[at] = (char)entropy_u64(&s);
        takes(piece.data, piece.size, &code);
        if (i % 3 != 0)
            piece.data[at] = was;
    }
    buf_release(&piece);
    squeeze_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_come_back_and_later_ones_are_cheaper),
        cmocka_unit_test(a_piece_that_unfolds_too_far_is_refused),
        cmocka_unit_test(what_packs_less_well_may_be_as_large_as_a_frame),
        cmocka_unit_test(broken_pieces_are_refused),
        cmocka_unit_test(changed_bytes_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
