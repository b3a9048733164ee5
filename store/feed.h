/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_FEED_H
#define STORE_FEED_H
/*
 * Whole saves in log order from a position on: what an office has not sent
 * yet, or what a hub has for one site. Positions are those of this store's own
 * log; a cursor is one position. The scope filter (formats.md 5) is applied
 * here, at the moment of sending, and nowhere else. Each save comes with the
 * head of its chain behind it, which is what a frame signs.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "store/change.h"

struct store;
struct feed;

/* Own saves of this office's epochs, after a position. */
struct feed *feed_own(struct store *s, int64_t after);

/* At a hub: what site number site_no may see and did not write itself. */
struct feed *feed_for_site(struct store *s, int64_t site_no, int64_t after);

void feed_free(struct feed *f); /* NULL is fine */

/* Traces of reading (audit.h) go last, once so many wait or the oldest is so
 * many days old; until then no feed of own saves holds them. */
enum { FEED_READS_NR = 64, FEED_READS_DAYS = 7 };
bool feed_reads_due(struct store *s, bool *due, struct err *e);

/* Position of the last trace an own feed gave out; 0 when there was none. The
 * positions that feed_next gives with traces are those of the work before. */
int64_t feed_reads(const struct feed *f);

/* The next save, valid until the next call; *position is that of its last
 * change. *more false: no further save; then *position is the end of the log,
 * up to which nothing more concerns the receiver. A feed reads in short
 * queries and may stay open while others write. */
bool feed_next(struct feed *f, struct save *save, int64_t *position, bool *more,
               struct err *e);

/* Where the log ends now. */
bool feed_end(struct store *s, int64_t *position, struct err *e);

/* 8 bytes that differ when the log below a position differs (H over this
 * store's epoch, the position and the head of the change there); zeros for
 * position 0. found false: the log has no such position. */
bool feed_mark(struct store *s, int64_t position,
               uint8_t mark[HASH_SHORT_BYTES], bool *found, struct err *e);

/* Saves of this office after a position, but for traces of reading: for
 * "about 9 KB to send". */
bool feed_waiting(struct store *s, int64_t after, int64_t *saves,
                  int64_t *value_bytes, struct err *e);

/* Whether a site at site_place that opened the case or not may hold a stream
 * whose place is stream_place. Pure. */
bool feed_in_scope(enum stream_kind kind, const char *stream_place,
                   const char *site_place, bool opened_by_site,
                   bool is_own_site_stream);

#endif
