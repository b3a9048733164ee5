/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TUI_PROMPT_H
#define TUI_PROMPT_H
/*
 * Talks to the person at the command line, for commands that need a passphrase
 * or a yes (the screens have their own ways). Questions go to the terminal
 * itself, so that what a command prints can be piped away; a passphrase typed
 * there is not shown. Without a terminal nobody is there: passphrases come
 * from a file or not at all, and every question is answered no.
 */
#include "base/cmd.h"

struct prompt {
    const char *passphrase_file; /* its first line is the passphrase; NULL:
                                    $HOMEWARD_PASSPHRASE_FILE, else typed */
};

/* The host that hands these to a command. p stays the caller's and must live
 * as long as the host is used. Failing is ERR_INPUT (nobody to ask, two
 * entries that differ, too long), ERR_CANCELLED (Ctrl-C), or the file's. */
struct cmd_host prompt_host(struct prompt *p);

/* Whether a passphrase will come without anybody being asked: h is such a
 * host, and a file was named. */
bool prompt_is_silent(const struct cmd_host *h);

/* How wide lines for a person are at this descriptor; 0 where a program or a
 * file reads them, which get each sentence whole. */
size_t prompt_columns(int fd);

/* Why the command failed, on standard error. */
void prompt_fault(const char *sentence);

#endif
