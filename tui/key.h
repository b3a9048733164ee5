/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TUI_KEY_H
#define TUI_KEY_H
/*
 * Key numbers of our own, so that nothing but the canvas knows the terminal.
 * A key is a uint32_t: up to U+10FFFF it is the character typed (a control
 * character is Ctrl and a letter); above stand the keys without a character
 * and the events that come out of the same queue. The names begin with K_
 * because curses owns KEY_.
 *
 * Backspace, ^H and DEL are one key, so are Enter, ^M and ^J; Tab is ^I.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    K_NONE = 0,
    K_TAB = 9,
    K_ENTER = 13,
    K_ESC = 27,
    K_UP = 0x110000,
    K_DOWN,
    K_LEFT,
    K_RIGHT,
    K_HOME,
    K_END,
    K_PGUP,
    K_PGDN,
    K_INSERT,
    K_DELETE,
    K_BACKSPACE,
    K_BACKTAB,
    K_F1, /* K_F1 + 11 is F12 */
    K_F10 = K_F1 + 9,
    K_F12 = K_F1 + 11,
    K_RESIZE,  /* the window has a new size */
    K_HANGUP,  /* the line is gone or the system asks to stop: save and go */
    K_TIMEOUT, /* no key came in the time given */
    K_WATCH,   /* one of the watched descriptors is ready */
};

#define K_CTRL(letter) ((uint32_t)(letter)&0x1f)

enum { KEY_NAME_BYTES = 16 };

/* A character that may stand in a text: no control, no bidirectional
 * override, no key without a character. */
bool key_is_text(uint32_t key);

/* "F1", "^K", "PgUp", "Esc", "a": as on the keycaps, not translated. */
void key_print(uint32_t key, char out[KEY_NAME_BYTES]);

/* The key of that name, n bytes long; K_NONE when there is none. */
uint32_t key_parse(const char *name, size_t n);

#endif
