/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: messages come off a line as they were put on it, in pieces of any
 * size; and a message of no known type, or longer than its type may be, is
 * refused as soon as its first bytes are there.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "sync/wire.h"

static void messages_come_off_byte_by_byte(void **state)
{
    (void)state;
    struct buf line = BUF_INIT(4096), in = BUF_INIT(4096);
    struct wire_msg m;
    struct err e = ERR_INIT;
    char long_payload[300];
    bool whole = true;
    size_t seen = 0;
    memset(long_payload, 'x', sizeof long_payload);
    wire_put(&line, MSG_HUB_END, NULL, 0);
    wire_put(&line, MSG_OFFICE_CHANGES, long_payload, sizeof long_payload);
    wire_put(&line, MSG_HUB_ACK, "\x07", 1);
    static const size_t sizes[] = {0, sizeof long_payload, 1};
    static const enum msg_type types[] = {MSG_HUB_END, MSG_OFFICE_CHANGES,
                                          MSG_HUB_ACK};
    for (size_t i = 0; i < line.size; i++) {
        buf_add_byte(&in, (uint8_t)line.data[i]);
        assert_true(wire_look(&in, &m, &whole, &e));
        if (!whole)
            continue;
        assert_int_equal(m.type, types[seen]);
        assert_int_equal(m.size, sizes[seen]);
        assert_int_equal(m.whole, in.size);
        buf_drop(&in, m.whole);
        seen++;
    }
    assert_int_equal(seen, 3);
    buf_release(&line);
    buf_release(&in);
}

static bool looks(const char *bytes, size_t n, bool *whole)
{
    struct buf in = BUF_INIT(4096);
    struct wire_msg m;
    struct err e = ERR_INIT;
    buf_add(&in, bytes, n);
    bool good = wire_look(&in, &m, whole, &e);
    assert_int_equal(e.code, good ? ERR_NONE : ERR_PROTOCOL);
    buf_release(&in);
    return good;
}

static void what_cannot_be_a_message_is_refused_at_once(void **state)
{
    (void)state;
    bool whole = true;
    assert_false(looks("\x7f", 1, &whole));                 /* no such type */
    assert_false(looks("\x22\x21", 2, &whole));             /* END over 32 */
    assert_false(looks("\x01\xff\xff\xff\x7f", 5, &whole)); /* 256 MB */
    assert_false(
        looks("\x22\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80", 12, &whole));
    assert_true(looks("\x01\xff", 2, &whole)); /* may still be right */
    assert_false(whole);
    assert_true(looks("", 0, &whole));
    assert_false(whole);
}

static void each_type_has_a_name(void **state)
{
    (void)state;
    assert_string_equal(wire_name(MSG_HUB_ANSWER), "HUB_ANSWER");
    assert_string_equal(wire_name((enum msg_type)0x7f), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_come_off_byte_by_byte),
        cmocka_unit_test(what_cannot_be_a_message_is_refused_at_once),
        cmocka_unit_test(each_type_has_a_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
