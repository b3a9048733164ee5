/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_RIGHT_GATE_INT_H
#define STORE_RIGHT_GATE_INT_H
/*
 * What the gate asks of rights.
 *
 * Of a local save each edit is asked about by the class of its field: as
 * create in a record that begins with it, as edit in one that stands.
 *
 * Of a received save a hub asks what it can hold an office to. An office
 * signs, not a person: the login a save bears is the office's word. So the
 * role of the author must allow it, as the office's own list of people has it,
 * and one of the roles the office was admitted with; how near the case is to
 * that person is for the office's own gate, and the office's scope has been
 * asked before. The office's records about itself and its people are its own.
 * What comes from a hub is signed by it, and was asked about there.
 */
#include <stdbool.h>

#include "base/err.h"
#include "store/change.h"

struct store;
struct peer_site;

/* ERR_DENIED says who may. */
bool right_gate_local(struct store *s, const struct save *save, struct err *e);

bool right_gate_received(struct store *s, const struct peer_site *site,
                         const struct save *save, bool *allowed, struct err *e);

#endif
