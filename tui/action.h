/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TUI_ACTION_H
#define TUI_ACTION_H
/*
 * What a person can do with a key: one table. The enum, the keys, the key
 * bar, the help screen and the manual's list of keys are all made from it. A
 * new action is a line here and a case in the view that takes it.
 *
 * Every function key has a second way, for desktop terminals eat some of
 * them and old ones lack some. A key that is a character counts only where
 * no text is being typed. ^S and ^Q belong to the line.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/i18n.h"

/* X(symbol, name in settings and manual, keys, word on the key bar ("": not
 * shown there), help) */
#define ACTION_TABLE(X)                                                        \
    X(HELP, "help", "F1 ^G ?", N_("Help"),                                     \
      N_("Shows what this screen is for and what its keys do"))                \
    X(MENU, "menu", "F9 ^]", "",                                               \
      N_("Lists what can be done here, to choose from"))                       \
    X(BACK, "back", "Esc ^C q", N_("Back"),                                    \
      N_("Leaves this screen; asks if something is unsaved"))                  \
    X(QUIT, "quit", "F10 ^X Q", N_("Quit"), N_("Leaves Homeward"))             \
    X(REDRAW, "redraw", "^L", "",                                              \
      N_("Draws the screen again, if the line has spoilt it"))                 \
    X(SUSPEND, "suspend", "^Z", "",                                            \
      N_("Back to the shell for a while; fg returns"))                         \
    X(UP, "up", "Up k", "", N_("One line up"))                                 \
    X(DOWN, "down", "Down j", "", N_("One line down"))                         \
    X(PAGE_UP, "page-up", "PgUp b", "", N_("One page up"))                     \
    X(PAGE_DOWN, "page-down", "PgDn Space", "", N_("One page down"))           \
    X(FIRST, "first", "Home g", "", N_("To the first line"))                   \
    X(LAST, "last", "End G", "", N_("To the last line"))                       \
    X(OPEN, "open", "Enter Right l", N_("Open"), N_("Opens the chosen line"))  \
    X(MARK, "mark", "Space x", N_("Mark"),                                     \
      N_("Marks the chosen line, or takes its mark away"))                     \
    X(FIND, "find", "F3 ^F /", N_("Find"),                                     \
      N_("Narrows the list to what is typed; Esc shows all"))                  \
    X(FIND_NEXT, "find-next", "n", N_("Next"), N_("The next place found"))     \
    X(ORDER, "order", "o", N_("Order"),                                        \
      N_("Lists by name, number, last change or day of opening"))              \
    X(ONLY, "only", "y", N_("Only"),                                           \
      N_("Lists only some cases: of a place, mine, not visited"))              \
    X(NEW, "new", "F6 ^N n", N_("New"), N_("Begins a new record"))             \
    X(SAVE, "save", "F2 ^O", N_("Save"), N_("Saves what was entered"))         \
    X(SYNC, "sync", "F5 ^T s", N_("Sync"),                                     \
      N_("Sends and fetches changes, if there is a line"))                     \
    X(LOCK, "lock", "^\\ L", N_("Lock"),                                       \
      N_("Closes the office at once; the passphrase opens it again"))          \
    X(CALENDAR, "calendar", "E", "",                                           \
      N_("Dates in the other calendar, Ethiopian or Gregorian"))               \
    X(CONFLICTS, "conflicts", "c", N_("Clashes"),                              \
      N_("Shows values that clash, to choose which one stands"))               \
    X(REQUESTS, "requests", "r", N_("Requests"),                               \
      N_("Shows what waits for a second person's decision"))                   \
    X(ASK, "ask", "r", N_("Ask"),                                              \
      N_("Asks a second person: purge, hold, the same child, part"))           \
    X(DRAFTS, "drafts", "d", N_("Drafts"),                                     \
      N_("Goes on with a form that was left unfinished"))                      \
    X(VISIT, "visit", "v", N_("Visit"), N_("Writes down a new visit"))         \
    X(CHECKLIST, "checklist", "t", N_("Checklist"),                            \
      N_("Fills the checklist of the child"))                                  \
    X(OTHER_FORM, "other-form", "f", N_("Form"),                               \
      N_("Lists all forms about the child, to fill one"))                      \
    X(PLACE_FACTS, "place-facts", "p", N_("Place"),                            \
      N_("Fills a checklist about a place, for all children there"))           \
    X(PEOPLE, "people", "u", N_("People"),                                     \
      N_("Shows who may open this office, to add or to shut out"))             \
    X(ROLE, "role", "r", N_("Role"), N_("Gives the chosen person a role"))     \
    X(PASSPHRASE, "passphrase", "p", N_("Passphrase"),                         \
      N_("Gives the chosen person, or yourself, a new passphrase"))            \
    X(SHUT_OUT, "shut-out", "X", N_("Shut out"),                               \
      N_("Takes the way in from a person who left, and changes the key"))      \
    X(ENVELOPE, "envelope", "e", N_("Envelope"),                               \
      N_("Makes the passphrase that is kept sealed for an emergency"))         \
    X(UNSETTLE, "unsettle", "u", N_("Undo"),                                   \
      N_("Takes back what you settled last; it clashes again"))                \
    X(BACKUP, "backup", "B", N_("Backup"),                                     \
      N_("Writes one sealed file from which the office can be restored"))      \
    X(WHO, "who", "w", N_("Who"), N_("Says who gave this answer, and when"))   \
    X(UNSEAL, "unseal", "u", N_("Unseal"),                                     \
      N_("Opens what is sealed, with a reason that is kept"))                  \
    X(ASSIGN, "assign", "a", N_("Worker"),                                     \
      N_("Names who works on the case, or ends it"))                           \
    X(TRACES, "traces", "T", N_("Traces"),                                     \
      N_("Shows who opened, searched, printed and exported what"))             \
    X(PICK, "pick", "F4 ^P", N_("List"),                                       \
      N_("Opens the list of answers; ? in an empty field too"))                \
    X(REPEAT, "repeat", "F7 ^R", N_("Repeat"),                                 \
      N_("Takes the answer of the record before"))                             \
    X(ALIKE, "alike", "F5 ^T", N_("Alike"),                                    \
      N_("Shows the cases that look like the child being registered"))         \
    X(ADD_ROW, "add-row", "F6 ^N + Space", N_("Add"),                          \
      N_("Adds one more to the list within the form"))                         \
    X(DROP_ROW, "drop-row", "F5 ^T -", N_("Take out"),                         \
      N_("Takes one out of the list within the form"))                         \
    X(ETHIOPIC, "ethiopic", "F8 ^V", N_("Ethiopic"),                           \
      N_("Latin letters typed become Ethiopic ones, or no longer"))            \
    X(NEXT_FIELD, "next-field", "Tab Enter Down", "", N_("To the next field")) \
    X(PREV_FIELD, "previous-field", "S-Tab Up", "", N_("To the field before")) \
    X(LANGUAGE, "language", "^B Ins", N_("Language"),                          \
      N_("Shows everything in the next language"))                             \
    X(LEFT, "left", "Left", "", N_("One character to the left"))               \
    X(RIGHT, "right", "Right", "", N_("One character to the right"))           \
    X(LINE_UP, "line-up", "Up", "", N_("One line up in the text"))             \
    X(LINE_DOWN, "line-down", "Down", "", N_("One line down in the text"))     \
    X(LINE_START, "line-start", "Home ^A", "", N_("To the start of the line")) \
    X(LINE_END, "line-end", "End ^E", "", N_("To the end of the line"))        \
    X(NEW_LINE, "new-line", "Enter", "", N_("Begins a new line"))              \
    X(ERASE_BACK, "erase-back", "Backspace", "",                               \
      N_("Erases the character before the cursor"))                            \
    X(ERASE, "erase", "Del ^D", "",                                            \
      N_("Erases the character under the cursor"))                             \
    X(ERASE_WORD, "erase-word", "^W", "",                                      \
      N_("Erases the word before the cursor"))                                 \
    X(CUT_END, "cut-end", "^K", "",                                            \
      N_("Cuts from the cursor to the end of the line"))                       \
    X(CUT_ALL, "cut-all", "^U", "", N_("Cuts everything before the cursor"))   \
    X(PASTE, "paste", "^Y", "", N_("Puts in what was cut last"))               \
    X(UNDO, "undo", "F11 ^_", N_("Undo"), N_("Takes the last change back"))    \
    X(REDO, "redo", "F12 ^^", "",                                              \
      N_("Makes the change again that was taken back"))

enum action {
    ACTION_NONE, /* also ends a list of actions */
#define ACTION_ENUM(symbol, name, keys, label, help) ACTION_##symbol,
    ACTION_TABLE(ACTION_ENUM)
#undef ACTION_ENUM
        ACTION_NR
};

/* What every screen takes besides its own. */
#define ACTION_GLOBALS                                                         \
    ACTION_HELP, ACTION_MENU, ACTION_BACK, ACTION_QUIT, ACTION_REDRAW,         \
        ACTION_SUSPEND, ACTION_LOCK, ACTION_LANGUAGE, ACTION_CALENDAR

struct action_info {
    const char *name;  /* "page-down" */
    const char *keys;  /* "PgDn Space", the first is shown on the key bar */
    const char *label; /* N_(), or "" */
    const char *help;  /* N_() */
};

/* One key press, and what it means where it was pressed. */
struct press {
    uint32_t key;
    enum action action;
};

const struct action_info *action_info(enum action a);

/* ACTION_NONE when there is none of that name. */
enum action action_find(const char *name);

#endif
