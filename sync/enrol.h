/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_ENROL_H
#define SYNC_ENROL_H
/*
 * An enrolment: what an office claims to be, signed with its own signing key,
 * so that `hub admit` takes it only whole. Text, in this order:
 *
 *     homeward-enrolment 1
 *     site UUID
 *     name ...
 *     place PCODE or PCODE/KEBELE
 *     roles one or more role ids, separated by blanks
 *     epoch 16 hexadecimal digits
 *     ssh ssh-ed25519 AAAA...
 *     sign 64 hexadecimal digits, the public signing key
 *     signature 128 hexadecimal digits, over all lines before
 *
 * The signature proves that whoever wrote the file holds the signing key; who
 * that is, the administrator decides by where the file came from.
 */
#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "store/peer.h"

struct store;

/* This office's SSH key, public line into public_line; made and kept in its
 * file the first time. */
enum { ENROL_KEY_BYTES_MAX = 16 * 1024 };
bool enrol_own_key(struct store *s, struct buf *public_line, struct err *e);

/* This office's enrolment with an SSH key, appended to text. */
void enrol_print(const struct store *s, const char *ssh_key, struct buf *text);

/* Checks and reads one into *site (no, state and counters left zero).
 * ERR_INPUT when it is none, was changed, or names what cannot be. */
bool enrol_parse(const char *text, struct peer_site *site, struct err *e);

#endif
