/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_STORE_SUPPORT_COMMAND_H
#define TESTS_STORE_SUPPORT_COMMAND_H
/*
 * The commands of the store, run as main.c runs them, with a host that answers
 * from fields: what is typed where, and whether a question is answered yes.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/id.h"
#include "tests/store/support_disk.h"

struct store;

enum { COMMAND_NAMES = 9 };

struct command_desk {
    const char *folder;               /* of the office: -d; @/ in a line */
    const char *names[COMMAND_NAMES]; /* what @1, @2 ... stand for in a line */
    const char *typed, *fresh;        /* a passphrase; one that is to hold */
    bool says_no, json;
    int64_t now_ms;
    uint64_t seed;    /* of what is drawn: goes on from line to line */
    struct buf shown; /* what the last line reported */
    bool findings;    /* of the last line: exit code 4 */
};

/* Words with blanks between them; a line that says no command fails the test.
 * False with e as the command or the reading of its options has it. */
bool command_run(struct command_desk *d, const char *line, struct err *e);

/* An office on a disk of its own, for those who call commands in it: almaz, a
 * case manager, opens it with COMMAND_PHRASE; whoever is added gets
 * COMMAND_OTHER.  to  are the numbers. */
#define COMMAND_PHRASE "a long enough phrase"
#define COMMAND_OTHER  "another phrase as long"

struct command_office {
    struct disk d;
    struct command_desk c;
    char numbers[COMMAND_NAMES][ID_TEXT_BYTES];
};

/* It stays where it is: what is run in it points into it. */
void command_office_begin(struct command_office *k);
void command_office_end(struct command_office *k);

/* Opens it as almaz, past the commands; the caller closes the store. */
struct store *command_office_enter(struct command_office *k);

/* A text beside it. */
void command_office_write(struct command_office *k, const char *name,
                          const char *text);

#endif
