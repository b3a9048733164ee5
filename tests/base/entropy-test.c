/* SPDX-License-Identifier: Apache-2.0 */
/* Claim: the seeded source repeats its run on every machine, the system's does
 * not, and both fill exactly what was asked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <string.h>

#include "base/entropy.h"

static void a_seed_gives_the_published_sequence(void **state)
{
    /* the first numbers of SplitMix64 from 1234567, as its authors give them */
    static const uint64_t wanted[] = {
        UINT64_C(6457827717110365317), UINT64_C(3203168211198807973),
        UINT64_C(9817491932198370423), UINT64_C(4593380528125082431),
        UINT64_C(16408922859458223821)};
    uint64_t seed = 1234567;
    struct entropy_source s = entropy_seeded(&seed);
    size_t i;

    (void)state;
    for (i = 0; i < 5; i++)
        assert_true(entropy_u64(&s) == wanted[i]);
}

static void exactly_the_bytes_asked_for_are_filled(void **state)
{
    uint64_t seed = 3;
    struct entropy_source sources[2] = {entropy_seeded(&seed),
                                        entropy_system()};
    int which;
    size_t n, i;

    (void)state;
    for (which = 0; which < 2; which++) {
        for (n = 0; n <= 40; n++) {
            uint8_t bytes[48];
            bool changed[48] = {false};
            int tries;

            for (tries = 0; tries < 12; tries++) {
                memset(bytes, 0xA5, sizeof bytes);
                entropy_fill(&sources[which], bytes, n);
                for (i = 0; i < sizeof bytes; i++)
                    changed[i] |= bytes[i] != 0xA5;
            }
            for (i = 0; i < sizeof bytes; i++)
                assert_int_equal(changed[i], i < n);
        }
    }
}

static void the_system_does_not_repeat_itself(void **state)
{
    struct entropy_source s = entropy_system();

    (void)state;
    assert_true(entropy_u64(&s) != entropy_u64(&s));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_seed_gives_the_published_sequence),
        cmocka_unit_test(exactly_the_bytes_asked_for_are_filled),
        cmocka_unit_test(the_system_does_not_repeat_itself),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
