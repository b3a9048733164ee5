/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_CMD_H
#define BASE_CMD_H
/*
 * A command of the command line: one descriptor beside its noun, listed in
 * main.c. Usage, --help and the check of options are made from the descriptor.
 *
 * A command never prints and never asks: it fills the report and, where it
 * needs a passphrase or a yes, calls the host that main.c (or a test) gave.
 * To add one: write store/cmd_NAME.c (or sync/, forms/) with a
 * `const struct cmd cmd_NAME` at its top, and add NAME to the table in main.c
 * (which declares it) and a line to man/homeward.1.
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/entropy.h"
#include "base/err.h"
#include "base/report.h"
#include "base/stamp.h"

enum { CMD_OPTIONS_MAX = 10, CMD_ARGS_MAX = 6 };

struct cmd_option {
    const char *name;  /* "site": given as --site VALUE or --site=VALUE */
    const char *value; /* "NAME"; NULL when it is a switch */
    const char *help;  /* N_("name of the office") */
    bool required;
};

struct cmd_host {
    /* A passphrase typed or read from where the person said; confirm asks
     * twice. Fills at most size bytes with the NUL; false on end of input. */
    bool (*passphrase)(void *arg, const char *prompt, bool confirm, char *out,
                       size_t size, struct err *e);
    /* A passphrase that is to hold from now on: the first line of a file, or
     * (path NULL) typed twice at the terminal by the person it belongs to. */
    bool (*new_passphrase)(void *arg, const char *prompt, const char *path,
                           char *out, size_t size, struct err *e);
    /* A yes-or-no question; false when the answer is no or nobody is there. */
    bool (*confirm)(void *arg, const char *question);
    /* Progress of long work, a sentence with numbers; may be NULL. */
    void (*progress)(void *arg, const char *sentence);
    /* Nobody is at a terminal: no question can be asked (a script). */
    bool alone;
    void *arg;
};

struct cmd;

struct cmd_call {
    const struct cmd *cmd;
    const char *program;            /* path of this program, to start again */
    const char *dir;                /* the office's folder, from -d and so on */
    const char *args[CMD_ARGS_MAX]; /* what stands beside the options */
    size_t args_nr;
    const char *options[CMD_OPTIONS_MAX]; /* by index in cmd->options; NULL:
                                             not given; "" for a switch given */
    struct report *report;
    struct cmd_host host;
    struct stamp_source stamp;
    struct entropy_source entropy;
    bool findings; /* set by the command: done, but see what it says (exit 4) */
};

struct cmd {
    const char *name;    /* "hub init": may be two words */
    const char *args;    /* "FILE", "HUB-ADDRESS", "[--] TEXT", or NULL */
    const char *summary; /* N_("one line for the list of commands") */
    const char *detail; /* N_("paragraphs for homeward NAME --help"), or NULL */
    const struct cmd_option *options; /* ends with a NULL name; may be NULL */
    size_t args_min, args_max;
    bool (*run)(struct cmd_call *call, struct err *e);
};

/* Finds the longest command name that the words begin with (two words before
 * one); *used is how many words it took. The command named "" is found when
 * no word names one: nothing at all, or options first. NULL: none. */
const struct cmd *cmd_match(const struct cmd *const *table, size_t nr,
                            char *const *words, size_t words_nr, size_t *used);

/* Takes options and arguments from the words after the name; an unknown
 * option, a missing value, a missing required option or a wrong count of
 * arguments is ERR_USAGE and names the cure. "--" ends the options. */
bool cmd_parse(struct cmd_call *call, char *const *words, size_t words_nr,
               struct err *e);

/* The value of an option by name; NULL when not given. Asking for a name that
 * the descriptor does not list is a programmer's error. */
const char *cmd_option(const struct cmd_call *call, const char *name);
bool cmd_has(const struct cmd_call *call, const char *name);

/* What may stand before or after every command. */
struct cmd_globals {
    const char *dir;             /* -d DIR; NULL when not given */
    const char *passphrase_file; /* --passphrase-file FILE; NULL */
    bool json, help, version;
};

/* Takes these out of the words before a "--" and closes the gaps; a missing
 * value is ERR_USAGE. */
bool cmd_take_globals(struct cmd_globals *g, char **words, size_t *words_nr,
                      struct err *e);

/* The list of all commands, and the help of one, as text into the report. */
void cmd_overview(const struct cmd *const *table, size_t nr, struct report *r);
void cmd_help(const struct cmd *cmd, struct report *r);

#endif
