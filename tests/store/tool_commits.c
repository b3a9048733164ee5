/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A program that commits, to be run beside others of its kind, and killed.
 *
 *     tool_commits run PATH STEPS   makes the file if need be, goes on to
 *                                   transaction STEPS; after each commit prints
 *                                   its number and the digest of all rows
 *     tool_commits state PATH       checks the whole file, prints the same line
 *     tool_commits add PATH TIMES   so many commits of one row each
 *     tool_commits die PATH TIMES   the same, then is killed in a transaction
 *                                   whose pages have reached the disk
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "store/db.h"
#include "tests/store/support_workload.h"

static const uint8_t key[32] = "an invented key for the tests 01";

static bool print_state(struct db *db, int *last, struct err *e)
{
    uint64_t digest;
    if (!workload_state(db, last, &digest, e))
        return false;
    printf("%d %016llx\n", *last, (unsigned long long)digest);
    return fflush(stdout) == 0;
}

static bool run(struct db *db, int64_t steps, struct err *e)
{
    int last;
    uint64_t digest;
    bool ok = workload_begin(db, e) && workload_state(db, &last, &digest, e);
    while (ok && last < steps)
        ok = workload_step(db, last + 1, e) && print_state(db, &last, e);
    return ok;
}

static bool state(struct db *db, int64_t unused, struct err *e)
{
    int last;
    (void)unused;
    return db_check(db, e) && print_state(db, &last, e);
}

static bool add(struct db *db, int64_t times, struct err *e)
{
    bool ok = true;
    for (int64_t i = 0; ok && i < times; i++)
        ok = db_begin(db, e) && db_end(db,
                                       db_run(db,
                                              "INSERT INTO note(name, body)"
                                              " SELECT ?, count(*) FROM note",
                                              DB_BIND(db_int(getpid())), e),
                                       e);
    return ok;
}

static bool die(struct db *db, int64_t times, struct err *e)
{
    if (add(db, times, e) && workload_begin(db, e) && db_begin(db, e) &&
        workload_fill(db, 1000, e))
        raise(SIGKILL);
    return false;
}

static const struct verb {
    const char *name;
    bool (*fn)(struct db *db, int64_t number, struct err *e);
    bool creates;
} verbs[] = {{"run", run, true},
             {"state", state, false},
             {"add", add, false},
             {"die", die, false}};

static struct db *open_or_make(const struct verb *v, const char *path,
                               struct err *e)
{
    bool create = v->creates && access(path, F_OK) != 0;
    return db_open(path, key, create, e);
}

int main(int argc, char **argv)
{
    struct err e = ERR_INIT;
    const struct verb *v = NULL;
    int64_t number = 0;
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (argc > 2 && str_equal(argv[1], verbs[i].name))
            v = &verbs[i];
    if (!v || (argc > 3 && !str_to_int(argv[3], 0, 100000, &number))) {
        fputs("usage: tool_commits run|state|add|die PATH [NUMBER]\n", stderr);
        return 2;
    }
    struct db *db = open_or_make(v, argv[2], &e);
    bool ok = db && v->fn(db, number, &e);
    db_close(db);
    if (!ok)
        fprintf(stderr, "tool_commits: %s\n", e.text);
    return !ok;
}
