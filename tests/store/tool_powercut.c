/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: whatever moment the power fails at, or a process is killed, the next
 * opening finds every transaction that was acknowledged, and of the one under
 * way all or nothing.
 *
 * Two connections take turns on one device. The workload is cut at every event
 * (write, truncate, delete, sync) in each way a device knows; a third of the
 * cuts are followed by another one in the recovery. After a kill the surviving
 * connection rolls the journal back; after a power cut the one that was not
 * writing. Then: integrity, one right content, nothing acknowledged is missing,
 * and the next transaction goes through.
 *
 * The same is done first to SQLite alone: a harness that finds fault with that
 * is at fault itself.
 *
 *     tool_powercut [--cuts N] [--seed N]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/entropy.h"
#include "base/mem.h"
#include "base/str.h"
#include "store/db_int.h"
#include "store/vfs_int.h"
#include "tests/store/support_device.h"
#include "tests/store/support_workload.h"

enum { STEPS = 14, RECOVERY_EVENTS = 40 };

static const char path[] = "homeward.db";
static const uint8_t key[VFS_KEY_BYTES] = "an invented key for power cuts!";

struct bench {
    struct device *device;
    struct vfs *vfs[DEVICE_PROCESSES]; /* NULL in the control */
    struct db *db[DEVICE_PROCESSES];
    uint64_t digests[STEPS + 1]; /* right contents after n transactions */
    uint64_t events;             /* of a whole run */
    uint64_t dice;
    long cuts, commits, bad;
};

static uint64_t roll(struct bench *b, uint64_t sides)
{
    struct entropy_source s = entropy_seeded(&b->dice);
    return entropy_u64(&s) % sides;
}

static const char *vfs_of(const struct bench *b, int process)
{
    return b->vfs[process] ? vfs_name(b->vfs[process])
                           : device_vfs(b->device, process);
}

static bool connect(struct bench *b, int process, bool create)
{
    struct err e = ERR_INIT;
    b->db[process] = db_open_over(path, vfs_of(b, process), create, &e);
    return b->db[process] && workload_begin(b->db[process], &e);
}

static void disconnect(struct bench *b, int process)
{
    db_close(b->db[process]);
    b->db[process] = NULL;
}

/* One process makes the file, then both have it open. Not part of what is cut:
 * an office is made once, and made again when that was cut short. */
static bool prepare(struct bench *b)
{
    device_clear(b->device, roll(b, UINT64_MAX));
    return connect(b, 0, true) && connect(b, 1, false);
}

/* Transactions from first on, by turns, until one fails; returns the last that
 * was acknowledged. The idle connection looks in between, as screens do. */
static int run(struct bench *b, int first, int last)
{
    struct err e = ERR_INIT;
    for (int n = first; n <= last; n++) {
        int seen;
        uint64_t digest;
        if (!workload_step(b->db[n % 2], n, &e))
            return n - 1;
        if (!workload_state(b->db[1 - n % 2], &seen, &digest, &e))
            return n;
        if (seen != n || digest != b->digests[n])
            b->bad++; /* the other connection saw something else */
    }
    return last;
}

/* A run without a cut, for the right contents and the number of events. */
static bool rehearse(struct bench *b)
{
    struct err e = ERR_INIT;
    int seen;
    bool ok = prepare(b);
    uint64_t before = device_events(b->device);
    ok = ok && workload_state(b->db[0], &seen, &b->digests[0], &e);
    for (int n = 1; ok && n <= STEPS; n++)
        ok = workload_step(b->db[n % 2], n, &e) &&
             workload_state(b->db[n % 2], &seen, &b->digests[n], &e) &&
             seen == n;
    b->events = device_events(b->device) - before;
    disconnect(b, 0);
    disconnect(b, 1);
    return ok;
}

static bool report(const struct bench *b, const char *what, const struct err *e)
{
    printf("# cut %ld: %s: %s\n", b->cuts, what, e->text);
    return false;
}

/* The database as process sees it: whole, right, and nothing lost. */
static bool examine(struct bench *b, int process, int acknowledged, int *last)
{
    struct err e = ERR_INIT;
    uint64_t digest;
    struct db *db = b->db[process];
    if (!workload_state(db, last, &digest, &e))
        return report(b, "unreadable", &e);
    if (*last < acknowledged)
        return report(b, "an acknowledged transaction is lost", &e);
    if (*last > acknowledged + 1 || digest != b->digests[*last])
        return report(b, "half a transaction is there", &e);
    if (!db_check(db, &e))
        return report(b, "not whole", &e);
    return true;
}

/* After the cut: the dead are buried, power is back, the healer opens (or,
 * living still, goes on). True: it came through without another cut. */
static bool recover(struct bench *b, int healer, bool again,
                    enum device_cut how)
{
    int seen;
    uint64_t digest;
    struct err e = ERR_INIT;
    int victim = device_victim(b->device);
    bool killed = how == DEVICE_KILL;
    disconnect(b, victim);
    if (!killed)
        disconnect(b, 1 - victim);
    device_boot(b->device);
    if (again)
        device_plan_cut(b->device, 1 + roll(b, RECOVERY_EVENTS),
                        (enum device_cut)roll(b, DEVICE_KILL));
    bool ok = b->db[healer] || connect(b, healer, false);
    ok = ok && workload_state(b->db[healer], &seen, &digest, &e);
    device_plan_cut(b->device, 0, how);
    return ok || !device_is_cut(b->device);
}

static void cut_at(struct bench *b, uint64_t nth, enum device_cut how)
{
    int last = 0;
    b->cuts++;
    if (!prepare(b)) {
        b->bad++;
        return;
    }
    device_plan_cut(b->device, nth, how);
    int acknowledged = run(b, 1, STEPS);
    if (device_is_cut(b->device)) {
        int healer = 1 - device_victim(b->device);
        if (!recover(b, healer, roll(b, 3) == 0, how))
            recover(b, 1 - device_victim(b->device), false, DEVICE_SUBSET);
    }
    for (int i = 0; i < DEVICE_PROCESSES; i++)
        if (!b->db[i])
            connect(b, i, false);
    bool good = b->db[0] && b->db[1] &&
                examine(b, nth % 2, acknowledged, &last) &&
                (last == STEPS || run(b, last + 1, last + 1) == last + 1);
    b->commits += acknowledged;
    b->bad += !good;
    disconnect(b, 0);
    disconnect(b, 1);
}

/* All events in all ways; or, when more than the wanted cuts, a fair share of
 * the events, begun at a place of the seed's choosing. */
static uint64_t cut_everywhere(struct bench *b, uint64_t cuts)
{
    uint64_t stride = (b->events * DEVICE_CUTS + cuts - 1) / cuts;
    uint64_t points = 0;
    if (stride < 1)
        stride = 1;
    for (uint64_t n = 1 + roll(b, stride); n <= b->events; n += stride) {
        points++;
        for (int how = 0; how < DEVICE_CUTS; how++)
            cut_at(b, n, (enum device_cut)how);
    }
    return points;
}

static long simulate(const char *name, bool sealed, uint64_t cuts,
                     uint64_t seed)
{
    struct err e = ERR_INIT;
    struct bench b = {.device = device_new(seed), .dice = seed};
    uint64_t points = 0;
    for (int i = 0; i < DEVICE_PROCESSES && sealed; i++)
        b.vfs[i] = vfs_new_over(key, device_vfs(b.device, i), &e);
    if (rehearse(&b))
        points = cut_everywhere(&b, cuts);
    else
        b.bad++;
    printf("%s: %llu distinct cut points, %ld cuts, %ld commits checked, "
           "%ld bad\n",
           name, (unsigned long long)points, b.cuts, b.commits, b.bad);
    fflush(stdout);
    for (int i = 0; i < DEVICE_PROCESSES; i++)
        vfs_free(b.vfs[i]);
    device_free(b.device);
    return b.bad;
}

int main(int argc, char **argv)
{
    int64_t cuts = 100000, seed = 1;
    for (int i = 1; i < argc; i += 2) {
        bool known =
            i + 1 < argc && ((str_equal(argv[i], "--cuts") &&
                              str_to_int(argv[i + 1], 1, INT32_MAX, &cuts)) ||
                             (str_equal(argv[i], "--seed") &&
                              str_to_int(argv[i + 1], 0, INT64_MAX, &seed)));
        if (!known) {
            fputs("usage: tool_powercut [--cuts N] [--seed N]\n", stderr);
            return 2;
        }
    }
    long bad = simulate("control", false, (uint64_t)cuts, (uint64_t)seed);
    bad += simulate("sealed", true, (uint64_t)cuts, (uint64_t)seed);
    return bad != 0;
}
