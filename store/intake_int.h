/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_INTAKE_INT_H
#define STORE_INTAKE_INT_H
/* The questions of the gate that work set aside is asked again (aside.h). */
#include <stdbool.h>

#include "base/err.h"
#include "store/change.h"

struct store;
struct peer_site;

/* *reason NULL: nothing stands against what that site sent (NULL: what came
 * from the hub); else the word it is set aside under. */
bool intake_reason_against(struct store *s, const struct peer_site *site,
                           const struct save *save, const char **reason,
                           struct err *e);

/* What no one person does: a purge, merging two cases, parting them. *approved:
 * the request of two people that the save names is in the log. */
bool intake_is_approved(struct store *s, const struct save *save,
                        bool *approved, struct err *e);

#endif
