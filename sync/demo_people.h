/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_DEMO_PEOPLE_H
#define SYNC_DEMO_PEOPLE_H
/*
 * Invented children for the demonstration: names put together from lists, ages,
 * journeys and answers drawn from a seed, so that the same seed gives the same
 * people. None of them lives. Every record says so in its notes.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/id.h"

struct store;

/* Opens a case for invented child number i, who belongs to place. */
bool demo_people_register(struct store *s, uint64_t seed, size_t i,
                          const char *place, struct id *case_id, struct err *e);

/* A visit to the child, done some weeks ago. */
bool demo_people_visit(struct store *s, uint64_t seed, size_t i,
                       const struct id *case_id, struct err *e);

/* A few community or structural answers for a place. */
bool demo_people_place(struct store *s, const char *kind, const char *place,
                       struct err *e);

#endif
