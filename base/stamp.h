/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_STAMP_H
#define BASE_STAMP_H
/*
 * Points in time, in milliseconds since 1970-01-01T00:00Z, 64 bit everywhere.
 * A source hands them out, so that a test can fix the clock. Times order the
 * screen and never decide which of two values stands.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct stamp_source {
    int64_t (*now_ms)(void *arg);
    void *arg;
};

/* The system's clock; or, when HOMEWARD_NOW holds an ISO time, that moment
 * (tests, demonstrations and screenshots). */
struct stamp_source stamp_system(void);

/* A clock that stands at *now_ms, which the test moves. */
struct stamp_source stamp_fixed(int64_t *now_ms);

int64_t stamp_now_ms(const struct stamp_source *s);

/* Days since 1970-01-01 of the local calendar day at that moment. */
int64_t stamp_local_day(int64_t at_ms);

/* Minutes that the local clock is ahead of UTC at that moment. */
int stamp_zone_minutes(int64_t at_ms);

enum { STAMP_ISO_BYTES = 32 };

/* "2026-11-21T14:03:05.120Z"; and back from a date, or date and time with Z or
 * +hh:mm (a date alone is local midnight). */
void stamp_print_iso(int64_t at_ms, char out[STAMP_ISO_BYTES]);
bool stamp_parse_iso(const char *s, int64_t *at_ms);

/* Local "2026-11-21 17:03", for people. */
void stamp_print_local(int64_t at_ms, char out[STAMP_ISO_BYTES]);

#endif
