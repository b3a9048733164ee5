/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_HOME_H
#define BASE_HOME_H
/*
 * Where things stand on this computer: the program itself, the office's folder,
 * the message catalogues. Asked once, by main.c; everything else is handed the
 * paths.
 */
#include <limits.h>
#include <stdbool.h>

struct buf;
struct err;

/* The path of the running program, so that it can start itself again; called
 * is argv[0], for a system without /proc. */
void home_program(const char *called, char out[PATH_MAX]);

/* The office's folder into b: given (from -d) if there is one, else
 * $HOMEWARD_DIR, $XDG_DATA_HOME/homeward, ~/.local/share/homeward. ERR_USAGE
 * when none of them is there. The folder itself may not exist yet. */
bool home_dir(const char *given, struct buf *b, struct err *e);

/* Speaks the person's language from here on. Catalogues lie beside a program
 * just built (build/locale), else where `make install` puts them. */
void home_language(const char *program);

enum { HOME_LANG_BYTES = 8 };

/* The language the environment asks for: "am"; "en" when it names none. */
void home_asked_language(char out[HOME_LANG_BYTES]);

/* Speaks another language from here on: "am". It works whatever the locale:
 * gettext obeys $LANGUAGE in every locale but C and POSIX, so where messages
 * are in one of those they move to C.UTF-8, which changes nothing else. */
void home_speak(const char *lang);

#endif
