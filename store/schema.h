/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_SCHEMA_H
#define STORE_SCHEMA_H
/*
 * Every table of the file, in words: schema.c. Three sorts stand there under
 * headings: the log (truth, only appended to), computed tables (dropped and
 * made again by rebuild) and what belongs to this PC alone.
 *
 * To change it: add a step to the migrations in schema.c, raise
 * STORE_SCHEMA_VERSION, and keep a file of the old version as a test.
 */
#include <stdbool.h>

#include "base/err.h"

struct db;

/* Makes all tables in an empty database. */
bool schema_create(struct db *db, struct err *e);

/* Brings an older file up to date; ERR_VERSION when it is newer than this
 * program, ERR_CORRUPT when it holds no version at all. */
bool schema_migrate(struct db *db, struct err *e);

/* Empties the computed tables. */
bool schema_clear_computed(struct db *db, struct err *e);

#endif
