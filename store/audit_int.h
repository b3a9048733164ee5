/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_AUDIT_INT_H
#define STORE_AUDIT_INT_H
/*
 * What the parts of the traces share: audit.c (the queue and the way into the
 * log), audit_list.c (reading them), audit_tries.c (failed unlocks).
 */
#include "store/audit.h"

#define AUDIT_RECORD_KIND "trace" /* a row of kinds.csv */

enum { AUDIT_WORD_HEX = 16 }; /* letters of a hash of a searched word */

/* All traces about one stream are one record of the office's reading stream,
 * so that what was done with a case is found by its record. NULL: about
 * nothing. */
struct id audit_record_of(const struct id *site_id,
                          const struct stream *subject);

/* Hashes of the folded words of a text under the office's key, parted by
 * blanks, into out; "" for a blank text. Makes the key when there is none. */
bool audit_hash_words(struct store *s, const char *text,
                      char out[AUDIT_REASON_BYTES], struct err *e);

/* Puts a trace of a given moment in the queue. */
void audit_queue_add(struct store *s, const struct audit_event *x,
                     int64_t at_ms);

#endif
