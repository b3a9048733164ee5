/* SPDX-License-Identifier: Apache-2.0 */
/* Claim: memory is zeroed where promised, aligned, never overlaps, is freed
 * whole; and when there is none left the program says so and stops. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arr.h"
#include "base/mem.h"

static void alloc_is_zeroed_and_never_null(void **state)
{
    char *p = mem_alloc(100);
    int i;

    (void)state;
    for (i = 0; i < 100; i++)
        assert_int_equal(p[i], 0);
    mem_free(p);
    p = mem_alloc(0);
    assert_non_null(p);
    mem_free(p);
    mem_free(NULL);
}

static void strings_are_copied(void **state)
{
    char *a = mem_copy_str("whole"), *b = mem_copy_strn("whole", 3);

    (void)state;
    assert_string_equal(a, "whole");
    assert_string_equal(b, "who");
    mem_free(a);
    mem_free(b);
}

static void wiping_leaves_zeros(void **state)
{
    char secret[8] = "secret!";

    (void)state;
    mem_wipe(secret, sizeof secret);
    assert_memory_equal(secret, "\0\0\0\0\0\0\0\0", 8);
    mem_wipe(NULL, 0);
}

enum { EXIT_CARRIED = 77 };

/* Runs the deed in a child that handles SIGABRT so; true when it said why on
 * standard error. How it ended goes to *status. */
static bool gives_up(void (*deed)(void), void (*on_abort)(int), int *status)
{
    int ends[2];
    char said[512];
    ssize_t n;
    pid_t child;

    assert_int_equal(pipe(ends), 0);
    child = fork();
    if (child == 0) {
        struct rlimit none = {0, 0};

        setrlimit(RLIMIT_CORE, &none);
        signal(SIGABRT, on_abort);
        dup2(ends[1], STDERR_FILENO);
        deed();
        _exit(0);
    }
    close(ends[1]);
    n = read(ends[0], said, sizeof said);
    close(ends[0]);
    waitpid(child, status, 0);
    return n > 0 && memmem(said, (size_t)n, "no memory left", 14);
}

static void overflow_in_resize(void)
{
    mem_resize(NULL, SIZE_MAX / 2, 3);
}

static void overflow_in_pool(void)
{
    static struct pool *volatile p; /* still held at the end */

    p = pool_new();
    pool_alloc(p, SIZE_MAX - 1);
}

static void what_cannot_be_had_stops_with_a_sentence(void **state)
{
    int status;

    (void)state;
    assert_true(gives_up(overflow_in_resize, SIG_DFL, &status));
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == EXIT_FAILURE);
    assert_true(gives_up(overflow_in_pool, SIG_DFL, &status));
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == EXIT_FAILURE);
}

static void gives_the_terminal_back(int signo)
{
    (void)signo;
    _exit(EXIT_CARRIED);
}

static void screens_are_told_that_there_is_no_memory(void **state)
{
    int status;

    (void)state;
    assert_true(gives_up(overflow_in_resize, gives_the_terminal_back, &status));
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == EXIT_CARRIED);
}

enum { THINGS = 2000 };

static void things_in_a_pool_keep_their_bytes(void **state)
{
    struct pool *p = pool_new();
    unsigned char *things[THINGS];
    size_t i, j;

    (void)state;
    for (i = 0; i < THINGS; i++) {
        size_t size = i % 7 == 0 ? i * 3 : i % 50;

        things[i] = pool_alloc(p, size);
        assert_int_equal((uintptr_t)things[i] % _Alignof(max_align_t), 0);
        for (j = 0; j < size; j++)
            assert_int_equal(things[i][j], 0);
        memset(things[i], (int)(i & 0xff), size);
    }
    for (i = 0; i < THINGS; i++) {
        size_t size = i % 7 == 0 ? i * 3 : i % 50;

        for (j = 0; j < size; j++)
            assert_int_equal(things[i][j], i & 0xff);
    }
    pool_free(p);
    pool_free(NULL);
}

static void a_pool_wastes_little(void **state)
{
    struct pool *p = pool_new();
    size_t i, wanted = 0;

    (void)state;
    for (i = 0; i < 5000; i++, wanted += 48)
        pool_alloc(p, 48);
    for (i = 0; i < 20; i++, wanted += 20000)
        pool_alloc(p, 20000);
    assert_true(pool_size_bytes(p) >= wanted);
    assert_true(pool_size_bytes(p) < wanted + wanted / 5);
    pool_free(p);
}

static void a_pool_copies_and_prints(void **state)
{
    struct pool *p = pool_new();
    char *a = pool_str(p, "one"), *b = pool_strn(p, "twofold", 3),
         *c = pool_printf(p, "%s-%d", "three", 3), *d = pool_copy(p, "x", 2);

    (void)state;
    assert_string_equal(a, "one");
    assert_string_equal(b, "two");
    assert_string_equal(c, "three-3");
    assert_string_equal(d, "x");
    pool_free(p);
}

struct number_list {
    int *items;
    size_t nr, alloc;
};

static void arrays_grow(void **state)
{
    struct number_list l = {0};
    int i;

    (void)state;
    for (i = 0; i < 1000; i++)
        ARR_PUSH(&l) = i;
    assert_int_equal(l.nr, 1000);
    for (i = 0; i < 1000; i++)
        assert_int_equal(l.items[i], i);
    ARR_RELEASE(&l);
    assert_null(l.items);
    assert_int_equal(l.nr, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(alloc_is_zeroed_and_never_null),
        cmocka_unit_test(strings_are_copied),
        cmocka_unit_test(wiping_leaves_zeros),
        cmocka_unit_test(what_cannot_be_had_stops_with_a_sentence),
        cmocka_unit_test(screens_are_told_that_there_is_no_memory),
        cmocka_unit_test(things_in_a_pool_keep_their_bytes),
        cmocka_unit_test(a_pool_wastes_little),
        cmocka_unit_test(a_pool_copies_and_prints),
        cmocka_unit_test(arrays_grow),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
