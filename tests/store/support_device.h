/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_STORE_SUPPORT_DEVICE_H
#define TESTS_STORE_SUPPORT_DEVICE_H
/*
 * A disk in memory that fails on command, as SQLite VFSes to put under the
 * page VFS. It keeps what programs see apart from what has reached the platter:
 * a write is pending until its file is synced. Two processes share it, each
 * through a VFS of its own, with SQLite's locks between them; a process loses
 * its locks on a file when it closes any descriptor of it, as POSIX has it.
 *
 * Every write, truncate, delete and sync is an event. When power fails at an
 * event, pending writes (that one included) reach the platter as the cut says;
 * everything then refuses to work until device_boot. A killed process leaves
 * what it wrote, loses its locks, and can do nothing more; the other one lives.
 */
#include <stdbool.h>
#include <stdint.h>

enum { DEVICE_PROCESSES = 2, DEVICE_SECTOR = 512 };

enum device_cut {
    DEVICE_PREFIX, /* the first few pending writes arrive, in order */
    DEVICE_SUBSET, /* any of them */
    DEVICE_TORN,   /* any sectors of any of them, some filled with garbage */
    DEVICE_KILL,   /* no power cut: the process at that event is killed */
    DEVICE_CUTS
};

struct device;

struct device *device_new(uint64_t seed);
void device_free(struct device *d); /* all its files must be closed */

/* Empty again, no plan, and dice that begin at seed. */
void device_clear(struct device *d, uint64_t seed);

const char *device_vfs(const struct device *d, int process);

/* Events since the device was last cleared. */
uint64_t device_events(const struct device *d);

/* Plans for the nth event from now (1 is the next; 0 is never). */
void device_plan_cut(struct device *d, uint64_t nth, enum device_cut how);

/* The nth event fails with SQLite's code and does nothing, once, or (lasting)
 * so does every later write until the plan is taken back with nth 0. */
void device_plan_error(struct device *d, uint64_t nth, int code, bool lasting);

bool device_is_cut(const struct device *d);
int device_victim(const struct device *d); /* process of the event; -1 none */

/* After a cut, with every file of the dead closed: power is back, or the dead
 * may live again. */
void device_boot(struct device *d);

/* Whether the bytes lie anywhere on it, platter and pending. */
bool device_holds(const struct device *d, const void *what, unsigned n);

#endif
