/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_ADDRESS_H
#define SYNC_ADDRESS_H
/*
 * Where a hub is: ssh://user@host:port. The port may be left out (22). Read
 * strictly: nothing in it ever reaches a shell or an SSH configuration, and
 * what is unusual is refused here rather than guessed at.
 */
#include <stdbool.h>

#include "base/err.h"

enum {
    ADDRESS_USER_BYTES = 33,
    ADDRESS_HOST_BYTES = 200,
    ADDRESS_PORT_BYTES = 6
};

struct address {
    char user[ADDRESS_USER_BYTES]; /* a-z 0-9 _ -, not first a digit or - */
    char host[ADDRESS_HOST_BYTES]; /* a name, or an address; IPv6 without
                                      its brackets */
    char port[ADDRESS_PORT_BYTES]; /* 1 to 65535 */
};

/* ERR_INPUT says how an address is written. */
bool address_parse(const char *text, struct address *a, struct err *e);

#endif
