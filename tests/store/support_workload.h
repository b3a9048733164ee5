/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_STORE_SUPPORT_WORKLOAD_H
#define TESTS_STORE_SUPPORT_WORKLOAD_H
/*
 * Numbered transactions whose outcome is known: transaction n always does the
 * same to the same rows, so a database after n of them has one right content.
 * They insert, change and delete rows of very different length, free pages and
 * use them again, and are larger than the small cache they run with, so that
 * pages reach the disk in the middle of them. In each a part is taken back.
 */
#include <stdbool.h>
#include <stdint.h>

#include "store/db.h"

/* Stands in every row; no sealed file may hold it. */
#define WORKLOAD_CANARY "Almaz, an invented canary"

/* An existing or new database made ready: small cache, tables. */
bool workload_begin(struct db *db, struct err *e);

/* Transaction n, committed; n counts from 1 and all before it are done. */
bool workload_step(struct db *db, int n, struct err *e);

/* The same without its commit; the caller ends it. */
bool workload_fill(struct db *db, int n, struct err *e);

/* How many transactions the database holds, and a digest of every row. */
bool workload_state(struct db *db, int *last, uint64_t *digest, struct err *e);

#endif
