/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TUI_DESK_H
#define TUI_DESK_H
/*
 * What all screens of one sitting share: the office on this PC, open or
 * locked, whose language and calendar the screens speak, and the program's own
 * path, to start a sync with. cmd_screens owns the desk; views borrow it and
 * never outlive the unlocked office: locking closes them first.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/home.h"
#include "forms/calendar.h"
#include "store/store.h"

struct buf;
struct tui;
struct verify_new;

struct desk {
    struct tui *tui;
    struct store *store;       /* NULL while locked */
    const char *dir, *program; /* borrowed */
    struct store_env env;
    char lang[HOME_LANG_BYTES]; /* "am" */
    enum calendar calendar;
    struct verify_new *proof; /* of what came since the last one; NULL: done */
    bool unproved;            /* the office was just opened */
};

/* Opens the office and takes over the person's language and calendar
 * (settings ui.lang and ui.calendar; else what the environment asks for, and
 * the Ethiopian one). Errors as of store_open. */
bool desk_unlock(struct desk *d, const char *passphrase, struct err *e);

/* The same when the store is open already; the desk owns it then. */
void desk_take(struct desk *d, struct store *s);

/* Closes the office and wipes its keys; nothing when it is closed. */
void desk_lock(struct desk *d);

/* What waits while the office is open: traces go to the disk when they are two
 * seconds old (audit.h), and what came since the last proof of the file is
 * proved a little at a time (verify.h); a break is laid over the screen. For
 * tui_on_turn. */
int64_t desk_turn(struct desk *d);

/* The next of the languages, the other calendar; kept for the next sitting
 * while the office is open. */
bool desk_next_language(struct desk *d, struct err *e);
bool desk_next_calendar(struct desk *d, struct err *e);

/* The name of the calendar as headings show it: "E.C.". */
const char *desk_calendar_mark(const struct desk *d);

enum { DESK_WHEN_BYTES = 96 };

/* "2019-03-12", for columns; "12 Hidar 2019"; "12 Hidar 2019, 14:03". */
void desk_print_day(const struct desk *d, int64_t at_ms,
                    char out[CALENDAR_TEXT_BYTES]);
void desk_print_date(const struct desk *d, int64_t at_ms,
                     char out[CALENDAR_WORDS_BYTES]);
void desk_print_when(const struct desk *d, int64_t at_ms,
                     char out[DESK_WHEN_BYTES]);

/* "today", "40 days ago": between local calendar days, never negative. */
void desk_print_age(const struct desk *d, int64_t at_ms,
                    char out[DESK_WHEN_BYTES]);

#endif
