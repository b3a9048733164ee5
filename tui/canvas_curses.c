/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The only file that sees curses. Keys are read from a pad of one cell, for
 * reading from a window paints it; bytes of a character are put together
 * here, for curses drops the half of one that arrives late on a slow line.
 * Waiting is poll, so that signals, child processes and the end of the line
 * are all heard at once.
 */
#include "tui/canvas_curses.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include <curses.h>
#include <term.h>
/* term.h gives common words to capabilities */
#undef bell
#undef columns

#include "base/arr.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/utf8.h"

enum {
    ESC_LOCAL_MS = 25,
    ESC_REMOTE_MS = 100,    /* a packet may part an arrow key in two */
    ESC_NO_F_KEYS_MS = 500, /* Esc and a digit typed by hand */
    RESTORE_BYTES = 256,
    LAST_WORDS_BYTES = 256,
    POLL_MAX = 8
};

/* What signal handlers may touch: nothing else in this room is global. */
static volatile sig_atomic_t stop_asked;
static int wake_fds[2] = {-1, -1};
static struct sigaction curses_winch;
static struct {
    char bytes[RESTORE_BYTES]; /* what puts the terminal back */
    size_t size;
    char words[LAST_WORDS_BYTES];
    struct termios tty;
} restore;

struct curses_canvas {
    struct canvas canvas;
    SCREEN *screen;
    WINDOW *keys; /* 1x1 pad, never drawn */
    int cursor_row, cursor_col;
    bool hung_up;
    bool line_gone;  /* output can no longer arrive */
    char partial[4]; /* bytes of a character not yet whole */
    size_t partial_nr;
    uint32_t pushed; /* a key read ahead behind Esc */
    attr_t attrs[ROLE_NR];
    short pairs[ROLE_NR];
    struct sigaction old_hup, old_term, old_abrt, old_pipe;
};

/* ---- signals ---- */

static void wake(void)
{
    int saved = errno;
    ssize_t ignored = write(wake_fds[1], "", 1);

    (void)ignored; /* a full pipe wakes as well */
    errno = saved;
}

static void on_stop(int signo)
{
    (void)signo;
    stop_asked = 1;
    wake();
}

static void on_winch(int signo)
{
    if (curses_winch.sa_handler != SIG_DFL &&
        curses_winch.sa_handler != SIG_IGN)
        curses_winch.sa_handler(signo);
    wake();
}

static void on_abort(int signo)
{
    ssize_t ignored = write(STDOUT_FILENO, restore.bytes, restore.size);

    tcsetattr(STDIN_FILENO, TCSANOW, &restore.tty);
    ignored = write(STDERR_FILENO, restore.words, strlen(restore.words));
    (void)ignored;
    signal(signo, SIG_DFL);
    raise(signo);
}

static int collect(int byte)
{
    if (restore.size < sizeof restore.bytes)
        restore.bytes[restore.size++] = (char)byte;
    return byte;
}

static void prepare_restore(void)
{
    static const char *const names[] = {"sgr0", "rmkx", "cnorm", "rmcup"};

    restore.size = 0;
    for (size_t i = 0; i < ARR_NR(names); i++) {
        const char *s = tigetstr(names[i]);

        if (s && s != (char *)-1)
            tputs(s, 1, collect);
    }
    /* TRANSLATORS: shown when the program ends itself after a fault */
    str_copy(restore.words, sizeof restore.words,
             _("Homeward had to stop. What was saved is safe; start it again "
               "to go on.\n"));
}

static void handle(int signo, void (*handler)(int), struct sigaction *old)
{
    struct sigaction act = {.sa_handler = handler};

    sigemptyset(&act.sa_mask);
    sigaction(signo, &act, old);
}

/* Before curses starts: it takes only signals nobody has taken. */
static bool signals_begin(struct curses_canvas *cc, struct err *e)
{
    if (pipe2(wake_fds, O_CLOEXEC | O_NONBLOCK) < 0)
        return err_errno(e, _("Making a pipe"));
    stop_asked = 0;
    handle(SIGHUP, on_stop, &cc->old_hup);
    handle(SIGTERM, on_stop, &cc->old_term);
    handle(SIGPIPE, SIG_IGN, &cc->old_pipe);
    return true;
}

static void signals_end(struct curses_canvas *cc)
{
    sigaction(SIGHUP, &cc->old_hup, NULL);
    sigaction(SIGTERM, &cc->old_term, NULL);
    sigaction(SIGPIPE, &cc->old_pipe, NULL);
    for (int i = 0; i < 2; i++) {
        close(wake_fds[i]);
        wake_fds[i] = -1;
    }
}

/* ---- drawing ---- */

static void curses_size(void *self, int *rows, int *cols)
{
    (void)self;
    getmaxyx(stdscr, *rows, *cols);
}

static void curses_erase(void *self)
{
    (void)self;
    erase(); /* clear would send the whole screen again */
}

static void curses_put(void *self, struct span at, enum role role,
                       const char *s, size_t n)
{
    const struct curses_canvas *cc = self;

    wattr_set(stdscr, cc->attrs[role], cc->pairs[role], NULL);
    mvwaddnstr(stdscr, at.row, at.col, s, (int)n);
}

static void curses_cursor(void *self, int row, int col)
{
    struct curses_canvas *cc = self;

    cc->cursor_row = row;
    cc->cursor_col = col;
}

static void curses_paint(void *self)
{
    const struct curses_canvas *cc = self;

    if (cc->line_gone)
        return;
    wmove(stdscr, cc->cursor_row, cc->cursor_col);
    wnoutrefresh(stdscr);
    doupdate();
}

static void curses_repaint(void *self)
{
    clearok(curscr, TRUE);
    curses_paint(self);
}

/* E3 is what terminals with a scroll-back call it; curses does not know it. */
static void curses_forget(void *self)
{
    const struct curses_canvas *cc = self;
    const char *scrollback = tigetstr("E3");

    if (cc->line_gone)
        return;
    clearok(curscr, TRUE);
    wnoutrefresh(stdscr);
    doupdate();
    if (scrollback && scrollback != (const char *)-1)
        putp(scrollback);
    fflush(stdout);
}

static void curses_bell(void *self)
{
    if (!((const struct curses_canvas *)self)->line_gone)
        beep();
}

/* ---- keys ---- */

static uint32_t from_curses(int code)
{
    static const struct {
        int code;
        uint32_t key;
    } map[] = {
        {KEY_UP, K_UP},
        {KEY_DOWN, K_DOWN},
        {KEY_LEFT, K_LEFT},
        {KEY_RIGHT, K_RIGHT},
        {KEY_HOME, K_HOME},
        {KEY_FIND, K_HOME}, /* what a vt220 has in their place */
        {KEY_END, K_END},
        {KEY_SELECT, K_END},
        {KEY_PPAGE, K_PGUP},
        {KEY_NPAGE, K_PGDN},
        {KEY_IC, K_INSERT},
        {KEY_DC, K_DELETE},
        {KEY_BACKSPACE, K_BACKSPACE},
        {KEY_BTAB, K_BACKTAB},
        {KEY_ENTER, K_ENTER},
        {KEY_RESIZE, K_RESIZE},
        {KEY_A1, K_HOME},
        {KEY_A3, K_PGUP},
        {KEY_C1, K_END},
        {KEY_C3, K_PGDN},
    };

    if (code >= KEY_F(1) && code <= KEY_F(12))
        return K_F1 + (uint32_t)(code - KEY_F(1));
    for (size_t i = 0; i < ARR_NR(map); i++)
        if (map[i].code == code)
            return map[i].key;
    return K_NONE;
}

static size_t utf8_length(unsigned char first)
{
    return first < 0x80    ? 1
           : first >= 0xF0 ? 4
           : first >= 0xE0 ? 3
           : first >= 0xC0 ? 2
                           : 0;
}

/* One more byte; K_NONE until the character is whole. Stray bytes go. */
static uint32_t from_byte(struct curses_canvas *cc, unsigned char byte)
{
    size_t len;
    uint32_t c;

    if (cc->partial_nr > 0 && (byte & 0xC0) != 0x80)
        cc->partial_nr = 0;
    if (cc->partial_nr == 0 && utf8_length(byte) == 0)
        return K_NONE;
    cc->partial[cc->partial_nr++] = (char)byte;
    if (cc->partial_nr < utf8_length((unsigned char)cc->partial[0]))
        return K_NONE;
    c = utf8_decode(cc->partial, cc->partial_nr, &len);
    if (len != cc->partial_nr)
        c = K_NONE;
    cc->partial_nr = 0;
    if (c == '\n' || c == '\r')
        return K_ENTER;
    return c == 0x7f || c == '\b' ? K_BACKSPACE : c;
}

/* A key that waits already; K_TIMEOUT when none does. */
static uint32_t read_one(struct curses_canvas *cc)
{
    uint32_t key = K_NONE;

    while (key == K_NONE) {
        int code = wgetch(cc->keys);

        if (code == ERR)
            return K_TIMEOUT;
        key = code > 0xFF ? from_curses(code)
                          : from_byte(cc, (unsigned char)code);
    }
    return key;
}

/* Esc and a digit stand for a function key. */
static uint32_t read_waiting(struct curses_canvas *cc)
{
    uint32_t key = cc->pushed ? cc->pushed : read_one(cc), next;

    cc->pushed = K_NONE;
    if (key != K_ESC)
        return key;
    wtimeout(cc->keys, get_escdelay());
    next = read_one(cc);
    wtimeout(cc->keys, 0);
    if (next >= '0' && next <= '9')
        return next == '0' ? K_F10 : K_F1 + next - '1';
    if (next != K_TIMEOUT)
        cc->pushed = next;
    return K_ESC;
}

static uint32_t hang_up(struct curses_canvas *cc, bool line_gone)
{
    cc->hung_up = true;
    cc->line_gone = cc->line_gone || line_gone;
    return K_HANGUP;
}

/* After poll: K_NONE means look for a key again. */
static uint32_t what_woke(struct curses_canvas *cc, const struct pollfd *fds)
{
    char drain[64];
    int bytes = 0;

    while (fds[1].revents && read(wake_fds[0], drain, sizeof drain) > 0)
        continue;
    if (fds[0].revents & (POLLHUP | POLLERR | POLLNVAL))
        return hang_up(cc, true);
    /* readable, but nothing to read: the end of the input */
    if ((fds[0].revents & POLLIN) &&
        (ioctl(STDIN_FILENO, FIONREAD, &bytes) < 0 || bytes == 0))
        return hang_up(cc, true);
    return K_NONE;
}

static bool any_ready(struct pollfd *watch, size_t nr, const struct pollfd *got)
{
    bool ready = false;

    for (size_t i = 0; i < nr; i++) {
        watch[i].revents = got[i].revents;
        ready = ready || got[i].revents;
    }
    return ready;
}

static uint32_t curses_key(void *self, int timeout_ms, struct pollfd *watch,
                           size_t nr)
{
    struct curses_canvas *cc = self;
    struct pollfd fds[2 + POLL_MAX] = {{STDIN_FILENO, POLLIN, 0},
                                       {wake_fds[0], POLLIN, 0}};

    if (nr > POLL_MAX)
        nr = POLL_MAX;
    if (nr > 0)
        memcpy(fds + 2, watch, nr * sizeof *watch);
    for (;;) {
        uint32_t key;
        int ready;

        if (cc->hung_up || stop_asked)
            return hang_up(cc, false);
        key = read_waiting(cc);
        if (key != K_TIMEOUT)
            return key;
        ready = poll(fds, 2 + nr, timeout_ms);
        if (ready == 0)
            return K_TIMEOUT;
        if (ready < 0)
            continue; /* a signal: its flag or KEY_RESIZE is seen above */
        key = what_woke(cc, fds);
        if (key != K_NONE)
            return key;
        if (!fds[0].revents && any_ready(watch, nr, fds + 2))
            return K_WATCH;
    }
}

static int64_t curses_clock_ms(void *self)
{
    struct timespec now;

    (void)self;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* The whole group stops, or a make or sudo above would hold the shell. The
 * handler of curses gives the terminal back, and takes it again. */
static void curses_suspend(void *self)
{
    (void)self;
    kill(0, SIGTSTP);
}

/* ---- opening and closing ---- */

static bool set_up_tty(struct err *e)
{
    struct termios tty;

    if (tcgetattr(STDIN_FILENO, &tty) < 0)
        return err_errno(e, _("Asking the terminal for its settings"));
    tty.c_cc[VINTR] = _POSIX_VDISABLE;
    tty.c_cc[VQUIT] = _POSIX_VDISABLE;
    tty.c_cc[VSUSP] = _POSIX_VDISABLE;
    tty.c_lflag &= ~(tcflag_t)IEXTEN; /* ^V is a key too */
    tcsetattr(STDIN_FILENO, TCSADRAIN, &tty);
    def_prog_mode();
    return true;
}

static void set_up_styles(struct curses_canvas *cc, bool mono)
{
    bool colour = !mono && !getenv("NO_COLOR") && has_colors() &&
                  start_color() == OK && use_default_colors() == OK;

    for (int i = 0; i < ROLE_NR; i++) {
        const struct theme_style *s = theme_style((enum role)i);

        cc->attrs[i] = (s->bold ? A_BOLD : 0) | (s->reverse ? A_REVERSE : 0);
        if (!colour || s->colour == THEME_DEFAULT)
            continue;
        cc->pairs[i] = (short)(i + 1);
        init_pair(cc->pairs[i], (short)s->colour, -1);
    }
}

static int esc_delay(void)
{
    const char *wanted = getenv("ESCDELAY");
    const char *f10 = tigetstr("kf10");
    int64_t ms;

    if (wanted && str_to_int(wanted, 0, 10000, &ms))
        return (int)ms;
    if (!f10 || f10 == (char *)-1)
        return ESC_NO_F_KEYS_MS;
    return getenv("SSH_CONNECTION") ? ESC_REMOTE_MS : ESC_LOCAL_MS;
}

static SCREEN *start_as(const char *term)
{
    return term && *term ? newterm(term, stdout, stdin) : NULL;
}

static bool start(struct curses_canvas *cc, struct err *e)
{
    static const char *const stand_ins[] = {"vt100", "ansi"};
    const char *term = getenv("TERM");
    const char *place;

    cc->screen = start_as(term);
    for (size_t i = 0; !cc->screen && i < ARR_NR(stand_ins); i++) {
        cc->screen = start_as(stand_ins[i]);
        cc->canvas.notice = _("The kind of this terminal is not known here; "
                              "it is treated as a vt100. If the picture is "
                              "wrong, set TERM.");
    }
    if (!cc->screen)
        return err_set(e, ERR_IO,
                       _("The list of terminals is missing on this computer; "
                         "install the package ncurses-base"));
    place = tigetstr("cup");
    if (place && place != (char *)-1)
        return true;
    endwin();
    delscreen(cc->screen);
    return err_set(e, ERR_IO,
                   _("This terminal (%s) cannot place its cursor; use another "
                     "one, or set TERM"),
                   term ? term : "");
}

/* Consoles with an Ethiopic font have no line-drawing characters in it. */
static bool wants_ascii(void)
{
    const char *term = getenv("TERM");

    return !term || str_starts(term, "linux") || str_starts(term, "vt") ||
           str_starts(term, "ansi");
}

static void curses_close(void *self)
{
    struct curses_canvas *cc = self;

    if (!cc->line_gone) {
        wmove(stdscr, LINES - 1, 0);
        endwin();
    }
    sigaction(SIGABRT, &cc->old_abrt, NULL);
    sigaction(SIGWINCH, &curses_winch, NULL);
    delwin(cc->keys);
    delscreen(cc->screen);
    signals_end(cc);
    mem_free(cc);
}

static const struct canvas_ops curses_ops = {
    .size = curses_size,
    .erase = curses_erase,
    .put = curses_put,
    .cursor = curses_cursor,
    .paint = curses_paint,
    .repaint = curses_repaint,
    .forget = curses_forget,
    .key = curses_key,
    .clock_ms = curses_clock_ms,
    .suspend = curses_suspend,
    .bell = curses_bell,
    .close = curses_close,
};

/* What nearly every terminal of today sends, whatever its description says:
 * TERM is often wrong, and a vt100 has no page keys. */
static void define_common_keys(void)
{
    static const struct {
        const char *bytes;
        int code;
    } common[] = {
        {"\033[A", KEY_UP},      {"\033OA", KEY_UP},
        {"\033[B", KEY_DOWN},    {"\033OB", KEY_DOWN},
        {"\033[C", KEY_RIGHT},   {"\033OC", KEY_RIGHT},
        {"\033[D", KEY_LEFT},    {"\033OD", KEY_LEFT},
        {"\033[H", KEY_HOME},    {"\033OH", KEY_HOME},
        {"\033[1~", KEY_HOME},   {"\033[7~", KEY_HOME},
        {"\033[F", KEY_END},     {"\033OF", KEY_END},
        {"\033[4~", KEY_END},    {"\033[8~", KEY_END},
        {"\033[2~", KEY_IC},     {"\033[3~", KEY_DC},
        {"\033[5~", KEY_PPAGE},  {"\033[6~", KEY_NPAGE},
        {"\033[Z", KEY_BTAB},    {"\033[[A", KEY_F(1)},
        {"\033[[B", KEY_F(2)},   {"\033[[C", KEY_F(3)},
        {"\033[[D", KEY_F(4)},   {"\033[[E", KEY_F(5)},
        {"\033OP", KEY_F(1)},    {"\033OQ", KEY_F(2)},
        {"\033OR", KEY_F(3)},    {"\033OS", KEY_F(4)},
        {"\033[11~", KEY_F(1)},  {"\033[12~", KEY_F(2)},
        {"\033[13~", KEY_F(3)},  {"\033[14~", KEY_F(4)},
        {"\033[15~", KEY_F(5)},  {"\033[17~", KEY_F(6)},
        {"\033[18~", KEY_F(7)},  {"\033[19~", KEY_F(8)},
        {"\033[20~", KEY_F(9)},  {"\033[21~", KEY_F(10)},
        {"\033[23~", KEY_F(11)}, {"\033[24~", KEY_F(12)},
    };

    for (size_t i = 0; i < ARR_NR(common); i++)
        if (key_defined(common[i].bytes) <= 0)
            define_key(common[i].bytes, common[i].code);
}

static void set_up_keys(struct curses_canvas *cc)
{
    set_escdelay(esc_delay());
    cc->keys = newpad(1, 1);
    keypad(cc->keys, TRUE);
    define_common_keys();
    wtimeout(cc->keys, 0);
    handle(SIGWINCH, on_winch, &curses_winch);
    handle(SIGABRT, on_abort, &cc->old_abrt);
}

struct canvas *canvas_curses_open(const struct canvas_curses_options *options,
                                  struct err *e)
{
    struct curses_canvas *cc;

    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
        err_set(e, ERR_IO,
                _("The screens need a terminal; for scripts there are "
                  "commands, see homeward --help"));
        return NULL;
    }
    cc = mem_alloc(sizeof *cc);
    cc->canvas.ops = &curses_ops;
    cc->canvas.self = cc;
    cc->canvas.plain = !str_equal(nl_langinfo(CODESET), "UTF-8");
    cc->canvas.ascii_frames = options->ascii || wants_ascii();
    tcgetattr(STDIN_FILENO, &restore.tty);
    if (!signals_begin(cc, e))
        goto fail;
    if (!start(cc, e))
        goto fail_signals;
    prepare_restore();
    cbreak();
    noecho();
    nonl();
    if (!set_up_tty(e))
        goto fail_screen;
    set_up_styles(cc, options->mono);
    set_up_keys(cc);
    return &cc->canvas;

fail_screen:
    endwin();
    delscreen(cc->screen);
fail_signals:
    signals_end(cc);
fail:
    mem_free(cc);
    return NULL;
}
