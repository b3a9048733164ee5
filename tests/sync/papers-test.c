/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: the papers of joining (an address, a hub's key, an enrolment) are
 * read only as they are written: every other spelling, and every enrolment
 * that was changed in any byte, is refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/arr.h"
#include "base/mem.h"
#include "sync/address.h"
#include "sync/enrol.h"
#include "sync/hubkey.h"
#include "tests/sync/support_pair.h"

#define SSH_LINE                                                               \
    "ssh-ed25519 "                                                             \
    "AAAAC3NzaC1lZDI1NTE5AAAAIIHqIxpwXRdMSYrBB4sJb3zBSF2lEx1qmnnwAak6c8FM"

static void an_address_is_read_strictly(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "",
        "hub.example.org",
        "ssh://",
        "ssh://hub.example.org",
        "ssh://@hub",
        "ssh://a@",
        "ssh://a@hub:",
        "ssh://a@hub:0",
        "ssh://a@hub:65536",
        "ssh://a@hub:022",
        "ssh://a@hub:22x",
        "ssh://a@hub/",
        "ssh://a@hub:22/",
        "ssh://A@hub",
        "ssh://-o@hub",
        "ssh://a@-oProxyCommand=x",
        "ssh://a@h b",
        "ssh://a@h;id",
        "ssh://a:b@hub",
        "ssh://a@[::1",
        "ssh://a@::1",
        "http://a@hub",
        "ssh://a@.hub",
        "ssh://a@hub\n",
        "ssh://a$(id)@hub",
    };
    struct address a;
    struct err e = ERR_INIT;
    for (size_t i = 0; i < ARR_NR(wrong); i++) {
        if (address_parse(wrong[i], &a, &e))
            fail_msg("taken: %s", wrong[i]);
        assert_int_equal(e.code, ERR_INPUT);
    }
    assert_true(address_parse("ssh://hub_1@hub-2.example.org:2222", &a, &e));
    assert_string_equal(a.user, "hub_1");
    assert_string_equal(a.host, "hub-2.example.org");
    assert_string_equal(a.port, "2222");
    assert_true(address_parse("ssh://h@10.0.0.7", &a, &e));
    assert_string_equal(a.port, "22");
    assert_true(address_parse("ssh://h@[fe80::1]:65535", &a, &e));
    assert_string_equal(a.host, "fe80::1");
}

static void a_hub_key_reads_back_and_nothing_like_it_does(void **state)
{
    (void)state;
    struct hubkey key = {.host = SSH_LINE, .sign = {1, 2, 3}}, got;
    struct buf text = BUF_INIT(1000);
    struct err e = ERR_INIT;
    hubkey_print(&key, &text);
    assert_true(hubkey_parse(buf_text(&text), &got, &e));
    assert_string_equal(got.host, key.host);
    assert_memory_equal(got.sign, key.sign, sizeof key.sign);
    for (size_t n = 0; n < text.size; n++) {
        char *cut = mem_copy_strn(text.data, n);
        assert_false(hubkey_parse(cut, &got, &e));
        mem_free(cut);
    }
    buf_add_str(&text, "more\n");
    assert_false(hubkey_parse(buf_text(&text), &got, &e));
    assert_int_equal(e.code, ERR_INPUT);
    assert_false(hubkey_parse("homeward-hub-key 2\n", &got, &e));
    assert_int_equal(e.code, ERR_VERSION);
    buf_release(&text);
}

static void the_public_key_alone_pins_the_host(void **state)
{
    static const char *const lines[] = {SSH_LINE " root@hub\n",
                                        "hub.example " SSH_LINE "\n", SSH_LINE};
    struct err e = ERR_INIT;
    struct hubkey k;
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        assert_true(hubkey_parse(lines[i], &k, &e));
        assert_string_equal(k.host, SSH_LINE);
        assert_false(k.sign_known);
    }
    assert_false(hubkey_parse("ssh-rsa AAAA\n", &k, &e));
    assert_false(hubkey_parse("x\n" SSH_LINE, &k, &e));
}

static void an_enrolment_is_taken_whole_or_not_at_all(void **state)
{
    (void)state;
    struct pair p;
    struct buf text = BUF_INIT(4096);
    struct peer_site site;
    struct err e = ERR_INIT;
    pair_open(&p, 1);
    struct pair_office *o = pair_add(&p, "Gasera ሴቶችና ማኅበራዊ", "ET041114/03");
    enrol_print(o->store, SSH_LINE, &text);
    if (!enrol_parse(buf_text(&text), &site, &e))
        fail_msg("%s", e.text);
    assert_true(id_equal(&site.id, store_site_id(o->store)));
    assert_string_equal(site.name, "Gasera ሴቶችና ማኅበራዊ");
    assert_string_equal(site.place, "ET041114/03");
    assert_string_equal(site.roles, "case-manager");
    assert_string_equal(site.ssh_key, SSH_LINE);
    assert_true(site.epoch == store_epoch(o->store));
    for (size_t i = 0; i < text.size; i++) {
        char was = text.data[i];
        text.data[i] ^= 1;
        assert_false(enrol_parse(buf_text(&text), &site, &e));
        text.data[i] = '\0';
        assert_false(enrol_parse(buf_text(&text), &site, &e));
        text.data[i] = was;
    }
    buf_add_str(&text, "\n");
    assert_false(enrol_parse(buf_text(&text), &site, &e));
    buf_release(&text);
    pair_close(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_is_read_strictly),
        cmocka_unit_test(a_hub_key_reads_back_and_nothing_like_it_does),
        cmocka_unit_test(the_public_key_alone_pins_the_host),
        cmocka_unit_test(an_enrolment_is_taken_whole_or_not_at_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
