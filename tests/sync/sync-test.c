/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: the screens can start a sync without a passphrase: the key goes over
 * an inherited descriptor, opens this office's file and no other key does; and
 * what the sync prints as progress is read back as it was.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/mem.h"
#include "store/store.h"
#include "sync/sync.h"

enum { KEY_BYTES = 32 };

struct office {
    char dir[200], program[4096];
    uint8_t key[KEY_BYTES];
};

static void make_office(struct office *o)
{
    const struct store_new n = {.site_name = "Gasera woreda",
                                .place = "ET041114",
                                .login = "almaz",
                                .role = "case-manager"};
    const char *top = getenv("TMPDIR"), *build = getenv("BUILD");
    struct err e = ERR_INIT;
    snprintf(o->dir, sizeof o->dir, "%s/sync-test-XXXXXX", top ? top : "/tmp");
    snprintf(o->program, sizeof o->program, "%s/homeward",
             build ? build : "build");
    if (access(o->program, X_OK) != 0)
        skip();
    assert_non_null(mkdtemp(o->dir));
    setenv("HOMEWARD_KDF_COST", "least", 1);
    struct store *s = NULL;
    if (store_create(o->dir, &n, "a long enough phrase", store_env_system(),
                     &e))
        s = store_open(o->dir, "a long enough phrase", store_env_system(), &e);
    if (s == NULL)
        fail_msg("%s", e.text);
    store_copy_key(s, o->key);
    store_close(s);
}

static void remove_office(const struct office *o)
{
    static const char *const names[] = {"homeward.db", "homeward.db-journal",
                                        "homeward.keys", "sync.lock"};
    char path[300];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", o->dir, names[i]);
        unlink(path);
    }
    rmdir(o->dir);
}

/* Runs the sync with a key on descriptor 5; what it says on standard error. */
static int run_sync(const struct office *o, const uint8_t *key,
                    struct buf *said)
{
    int keys[2], text[2], status = 0;
    char step[512];
    ssize_t n;
    assert_int_equal(pipe(keys), 0);
    assert_int_equal(pipe(text), 0);
    pid_t child = fork();
    if (child == 0) {
        dup2(text[1], STDERR_FILENO);
        dup2(keys[0], 5);
        close(keys[1]);
        execl(o->program, "homeward", "-d", o->dir, "sync", "--progress",
              "--key-fd", "5", (char *)NULL);
        _exit(127);
    }
    close(text[1]);
    close(keys[0]);
    assert_int_equal(write(keys[1], key, KEY_BYTES), KEY_BYTES);
    assert_int_equal(write(keys[1], "almaz", 5), 5);
    close(keys[1]);
    while ((n = read(text[0], step, sizeof step)) > 0)
        buf_add(said, step, (size_t)n);
    close(text[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void the_key_over_a_descriptor_opens_the_office(void **state)
{
    (void)state;
    struct office o;
    struct buf said = BUF_INIT(4096);
    make_office(&o);
    /* opened, and so far as to know that there is no hub */
    assert_int_equal(run_sync(&o, o.key, &said), 1);
    assert_non_null(strstr(buf_text(&said), "join"));
    buf_clear(&said);
    o.key[7] ^= 1;
    run_sync(&o, o.key, &said);
    assert_null(strstr(buf_text(&said), "join"));
    buf_release(&said);
    remove_office(&o);
}

static void progress_is_read_as_it_was_told(void **state)
{
    (void)state;
    const struct session_count count = {.changes_sent = 3,
                                        .changes_received = 70000,
                                        .bytes_sent = 123,
                                        .bytes_received = INT64_C(1) << 40};
    struct sync_progress p;
    char line[SYNC_PROGRESS_BYTES];
    sync_progress_print(&count, line);
    assert_true(sync_progress_read(line, &p));
    assert_true(p.sent_changes == 3 && p.received_changes == 70000);
    assert_true(p.sent_bytes == 123 && p.received_bytes == INT64_C(1) << 40);
    assert_false(sync_progress_read("changes sent: 3", &p));
    assert_false(sync_progress_read("progress 1 2", &p));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_key_over_a_descriptor_opens_the_office),
        cmocka_unit_test(progress_is_read_as_it_was_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
