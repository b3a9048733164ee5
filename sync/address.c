/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/address.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/str.h"

#define LOWER   "abcdefghijklmnopqrstuvwxyz"
#define UPPER   "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS  "0123456789"
#define SCHEME  "ssh://"
#define PORT_22 "22"

/* Takes a run of allowed letters off the front; false when it is empty or does
 * not fit. */
static bool take_run(const char **at, const char *allowed, char *out,
                     size_t out_bytes)
{
    size_t n = strspn(*at, allowed);
    if (n == 0 || n >= out_bytes)
        return false;
    memcpy(out, *at, n);
    out[n] = '\0';
    *at += n;
    return true;
}

static bool take_host(const char **at, struct address *a)
{
    if (**at != '[')
        return take_run(at, LOWER UPPER DIGITS ".-", a->host, sizeof a->host) &&
               a->host[0] != '-' && a->host[0] != '.';
    (*at)++;
    return take_run(at, DIGITS "abcdefABCDEF:.", a->host, sizeof a->host) &&
           *(*at)++ == ']';
}

static bool take_port(const char **at, struct address *a)
{
    int64_t port = 0;
    if (**at != ':') {
        snprintf(a->port, sizeof a->port, PORT_22);
        return true;
    }
    (*at)++;
    return **at != '0' && take_run(at, DIGITS, a->port, sizeof a->port) &&
           str_to_int(a->port, 1, 65535, &port);
}

bool address_parse(const char *text, struct address *a, struct err *e)
{
    const char *at = text;
    *a = (struct address){0};
    if (str_starts(at, SCHEME)) {
        at += strlen(SCHEME);
        if (strchr(LOWER "_", *at) != NULL && *at != '\0' &&
            take_run(&at, LOWER DIGITS "_-", a->user, sizeof a->user) &&
            *at++ == '@' && take_host(&at, a) && take_port(&at, a) &&
            *at == '\0')
            return true;
    }
    return err_set(e, ERR_INPUT,
                   _("\"%.80s\" is not a hub's address: write it like "
                     "ssh://homeward@hub.example.org:22"),
                   text);
}
