/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/prompt.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/utf8.h"

enum {
    FILE_BYTES = 4096,
    ANSWER_BYTES = 64,
    CTRL_C = 3,
    TRIES = 3,
    COLUMNS_MIN = 40,
    COLUMNS_USUAL = 80 /* of a terminal that does not say */
};

static void say(int tty, const char *text)
{
    size_t n = strlen(text);

    while (n) {
        ssize_t written = write(tty, text, n);

        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return;
        text += written;
        n -= (size_t)written;
    }
}

size_t prompt_columns(int fd)
{
    struct winsize size = {0};

    if (!isatty(fd))
        return 0;
    if (ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col < COLUMNS_MIN)
        return COLUMNS_USUAL;
    return size.ws_col;
}

/* A sentence, broken between words where the terminal is too narrow. */
static void say_broken(int fd, const char *sentence)
{
    size_t columns = prompt_columns(fd), n = strlen(sentence), end;
    struct buf text = BUF_INIT(2 * ERR_TEXT_BYTES);

    for (size_t at = 0; at < n; at = end + strspn(sentence + end, " ")) {
        end = at + (columns ? utf8_line(sentence + at, n - at, columns) : n);
        buf_printf(&text, "%s%.*s", at ? "\n" : "", (int)(end - at),
                   sentence + at);
    }
    say(fd, buf_text(&text));
    buf_release(&text);
}

void prompt_fault(const char *sentence)
{
    char text[ERR_TEXT_BYTES + 16];

    snprintf(text, sizeof text, "homeward: %s.", sentence);
    say_broken(STDERR_FILENO, text);
    say(STDERR_FILENO, "\n");
}

static bool too_long(size_t size, struct err *e)
{
    return err_set(e, ERR_INPUT, _("The passphrase may have at most %zu bytes"),
                   size - 1);
}

/* One line without its newline. */
static bool read_line(int tty, char *out, size_t size, struct err *e)
{
    bool fits = true;
    size_t n = 0;

    for (;;) {
        ssize_t got;
        char c;

        do
            got = read(tty, &c, 1);
        while (got < 0 && errno == EINTR);
        if (got <= 0 || c == CTRL_C)
            return err_set(e, ERR_CANCELLED, _("Stopped; nothing was done"));
        if (c == '\n')
            break;
        if (n + 1 < size)
            out[n++] = c;
        else
            fits = false;
    }
    out[n] = '\0';
    return fits || too_long(size, e);
}

/* Reads a line while the terminal shows nothing. No key may stop the program
 * meanwhile, or the person's shell would be left blind: Ctrl-C ends the line
 * instead and is read as a letter. */
static bool read_hidden(int tty, const char *question, char *out, size_t size,
                        struct err *e)
{
    struct termios shown, hidden;
    bool done;

    if (tcgetattr(tty, &shown) != 0)
        return err_errno(e, _("Cannot hide what is typed"));
    hidden = shown;
    hidden.c_lflag &= ~(tcflag_t)(ECHO | ISIG);
    hidden.c_cc[VEOL] = CTRL_C;
    if (tcsetattr(tty, TCSAFLUSH, &hidden) != 0)
        return err_errno(e, _("Cannot hide what is typed"));
    say(tty, question);
    say(tty, ": ");
    done = read_line(tty, out, size, e);
    tcsetattr(tty, TCSAFLUSH, &shown);
    say(tty, "\n");
    return done;
}

/* Asks until two entries agree, a few times. */
static bool ask_twice(int tty, const char *question, char *out, size_t size,
                      struct err *e)
{
    char *again = mem_alloc(size);
    bool agreed = false;
    int tries;

    for (tries = 0; tries < TRIES && !agreed; tries++) {
        if (tries)
            say(tty, _("The two entries differ. Please try again.\n"));
        if (!read_hidden(tty, question, out, size, e) ||
            !read_hidden(tty, _("Once more, to be sure"), again, size, e))
            goto out;
        agreed = str_equal(out, again);
    }
    if (!agreed)
        err_set(e, ERR_INPUT,
                _("The two entries differed %d times; nothing was done"),
                TRIES);
out:
    mem_wipe(again, size);
    mem_free(again);
    return agreed;
}

static bool ask_tty(const char *question, bool confirm, char *out, size_t size,
                    struct err *e)
{
    int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    bool done;

    if (tty < 0)
        return err_set(e, ERR_INPUT,
                       _("There is nobody to type the passphrase: give "
                         "--passphrase-file FILE"));
    done = confirm ? ask_twice(tty, question, out, size, e)
                   : read_hidden(tty, question, out, size, e);
    close(tty);
    return done;
}

static bool first_line(const char *path, char *out, size_t size, struct err *e)
{
    struct buf b = BUF_INIT(FILE_BYTES);
    bool done = false;
    size_t n;

    if (!buf_read_file(&b, path, e)) {
        err_wrap(e, _("Reading the passphrase"));
        goto out;
    }
    n = strcspn(buf_text(&b), "\r\n");
    if (n >= size) {
        too_long(size, e);
        goto out;
    }
    memcpy(out, buf_text(&b), n);
    out[n] = '\0';
    done = true;
out:
    buf_wipe(&b);
    return done;
}

static bool prompt_passphrase(void *arg, const char *question, bool confirm,
                              char *out, size_t size, struct err *e)
{
    const struct prompt *p = arg;
    const char *path = p->passphrase_file;
    bool done;

    if (!path)
        path = getenv("HOMEWARD_PASSPHRASE_FILE");
    done = path ? first_line(path, out, size, e)
                : ask_tty(question, confirm, out, size, e);
    if (!done)
        mem_wipe(out, size);
    return done;
}

/* Never the file that opened the office: two people have two passphrases. */
static bool prompt_new_passphrase(void *arg, const char *question,
                                  const char *path, char *out, size_t size,
                                  struct err *e)
{
    bool done;

    (void)arg;
    done = path ? first_line(path, out, size, e)
                : ask_tty(question, true, out, size, e);
    if (!done)
        mem_wipe(out, size);
    return done;
}

static bool prompt_confirm(void *arg, const char *question)
{
    int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    char answer[ANSWER_BYTES];
    struct err e = ERR_INIT;
    bool yes;

    (void)arg;
    if (tty < 0)
        return false;
    say_broken(tty, question);
    /* TRANSLATORS: the letters typed for yes and no; the large one is taken
     * when nothing is typed */
    say(tty, _(" [y/N] "));
    /* TRANSLATORS: the letter and the word that say yes, as typed */
    yes = read_line(tty, answer, sizeof answer, &e) &&
          (str_equal(answer, "y") || str_equal(answer, "yes") ||
           str_equal(answer, _("y")) || str_equal(answer, _("yes")));
    close(tty);
    return yes;
}

/* Only for eyes: a script that keeps standard error wants faults alone. */
static void prompt_progress(void *arg, const char *sentence)
{
    (void)arg;
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "%s\n", sentence);
}

/* No terminal, as in a script or under cron. */
static bool is_alone(void)
{
    int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);

    if (tty >= 0)
        close(tty);
    return tty < 0;
}

struct cmd_host prompt_host(struct prompt *p)
{
    return (struct cmd_host){.passphrase = prompt_passphrase,
                             .new_passphrase = prompt_new_passphrase,
                             .confirm = prompt_confirm,
                             .progress = prompt_progress,
                             .alone = is_alone(),
                             .arg = p};
}

bool prompt_is_silent(const struct cmd_host *h)
{
    const struct prompt *p = h->arg;

    return h->passphrase == prompt_passphrase &&
           (p->passphrase_file || getenv("HOMEWARD_PASSPHRASE_FILE"));
}
