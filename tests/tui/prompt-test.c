/* SPDX-License-Identifier: Apache-2.0 */
/* Claim: a passphrase typed at the terminal is never shown, Ctrl-C leaves the
 * terminal as it was, and without a terminal nothing waits for an answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "base/buf.h"
#include "tui/prompt.h"

enum { SECRET_BYTES = 32 };

/* What the child at the terminal does; it prints what came of it. */
typedef void deed(struct cmd_host *host);

static void ask_once(struct cmd_host *host)
{
    char secret[SECRET_BYTES];
    struct err e = ERR_INIT;

    if (host->passphrase(host->arg, "Passphrase", false, secret, sizeof secret,
                         &e))
        printf("<%d letters, last %c>\n", (int)strlen(secret),
               secret[strlen(secret) - 1]);
    else
        printf("<%s>\n", err_code_name(e.code));
}

static void ask_confirmed(struct cmd_host *host)
{
    char secret[SECRET_BYTES];
    struct err e = ERR_INIT;

    printf("<%s>\n",
           host->passphrase(host->arg, "New", true, secret, sizeof secret, &e)
               ? "agreed"
               : err_code_name(e.code));
}

static void ask_yes(struct cmd_host *host)
{
    printf("<%s>\n", host->confirm(host->arg, "Really?") ? "yes" : "no");
}

static void at_terminal(deed *d)
{
    struct prompt p = {NULL};
    struct cmd_host host = prompt_host(&p);
    struct termios after;

    unsetenv("HOMEWARD_PASSPHRASE_FILE");
    d(&host);
    tcgetattr(STDIN_FILENO, &after);
    printf("<%s>\n", after.c_lflag & ECHO && after.c_lflag & ISIG
                         ? "terminal as before"
                         : "terminal spoilt");
    fflush(stdout);
}

/* Waits for the question, then types one of the answers; returns all that the
 * terminal showed. */
static void talk(deed *d, const char *const *answers, size_t nr,
                 struct buf *shown)
{
    int terminal, status;
    pid_t child = forkpty(&terminal, NULL, NULL, NULL);
    size_t asked = 0, i = 0;

    assert_true(child >= 0);
    if (child == 0) {
        at_terminal(d);
        _exit(0);
    }
    for (;;) {
        char bytes[256];
        ssize_t n = read(terminal, bytes, sizeof bytes);
        const char *question;

        if (n <= 0)
            break;
        buf_add(shown, bytes, (size_t)n);
        question = strpbrk(buf_text(shown) + asked, ":]");
        if (question && question[1] == ' ' && i < nr) {
            asked = shown->size;
            n = (ssize_t)strlen(answers[i]);
            assert_int_equal(write(terminal, answers[i++], (size_t)n), n);
        }
    }
    close(terminal);
    waitpid(child, &status, 0);
    assert_int_equal(status, 0);
}

static bool conversation(deed *d, const char *const *answers, size_t nr,
                         const char *wanted)
{
    struct buf shown = BUF_INIT(10000);
    bool found;

    talk(d, answers, nr, &shown);
    found = strstr(buf_text(&shown), wanted) &&
            strstr(buf_text(&shown), "<terminal as before>") &&
            !strstr(buf_text(&shown), "hidden");
    if (!found)
        print_message("# %s\n", buf_text(&shown));
    buf_release(&shown);
    return found;
}

static void what_is_typed_is_not_shown(void **state)
{
    static const char *const typed[] = {"hidden words\n"};
    static const char *const endless[] = {
        "hidden hidden hidden hidden hidden hidden\n"};

    (void)state;
    assert_true(conversation(ask_once, typed, 1, "<12 letters, last s>"));
    assert_true(conversation(ask_once, endless, 1, "<input>"));
}

static void a_new_one_is_asked_until_two_agree(void **state)
{
    static const char *const second[] = {"hidden1\n", "hidden2\n", "hidden3\n",
                                         "hidden3\n"};
    static const char *const never[] = {"1\n", "2\n", "3\n",
                                        "4\n", "5\n", "6\n"};

    (void)state;
    assert_true(conversation(ask_confirmed, second, 4, "<agreed>"));
    assert_true(conversation(ask_confirmed, never, 6, "<input>"));
}

static void ctrl_c_stops_and_leaves_the_terminal_well(void **state)
{
    static const char *const stop[] = {"hid\x03"};

    (void)state;
    assert_true(conversation(ask_once, stop, 1, "<cancelled>"));
}

static void only_a_yes_is_a_yes(void **state)
{
    static const char *const yes[] = {"yes\n"}, *const y[] = {"y\n"},
                             *const nothing[] = {"\n"},
                             *const other[] = {"yellow\n"};

    (void)state;
    assert_true(conversation(ask_yes, yes, 1, "<yes>"));
    assert_true(conversation(ask_yes, y, 1, "<yes>"));
    assert_true(conversation(ask_yes, nothing, 1, "<no>"));
    assert_true(conversation(ask_yes, other, 1, "<no>"));
}

static void write_file(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");

    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void a_file_answers_with_its_first_line(void **state)
{
    char path[256], secret[SECRET_BYTES];
    struct prompt p = {path}, none = {NULL};
    struct cmd_host host = prompt_host(&p), from_env = prompt_host(&none);
    struct err e = ERR_INIT;

    (void)state;
    snprintf(path, sizeof path, "%s/passphrase", getenv("TMPDIR"));
    write_file(path, "words of ሰላም\r\nsecond\n");
    assert_true(host.passphrase(host.arg, "P", true, secret, 32, &e));
    assert_string_equal(secret, "words of ሰላም");
    assert_false(host.passphrase(host.arg, "P", true, secret, 8, &e));
    assert_int_equal(e.code, ERR_INPUT);
    setenv("HOMEWARD_PASSPHRASE_FILE", path, 1);
    assert_true(from_env.passphrase(from_env.arg, "P", false, secret, 32, &e));
    assert_string_equal(secret, "words of ሰላም");
    unsetenv("HOMEWARD_PASSPHRASE_FILE");
    unlink(path);
    assert_false(host.passphrase(host.arg, "P", false, secret, 32, &e));
    assert_int_equal(e.code, ERR_NOT_FOUND);
}

/* As cron starts it: no controlling terminal. */
static void with_nobody_there_nothing_waits(void **state)
{
    int status;
    pid_t child = fork();

    (void)state;
    assert_true(child >= 0);
    if (child == 0) {
        struct prompt p = {NULL};
        struct cmd_host host = prompt_host(&p);
        struct err e = ERR_INIT;
        char secret[SECRET_BYTES];
        bool right;

        setsid();
        unsetenv("HOMEWARD_PASSPHRASE_FILE");
        right = !host.confirm(host.arg, "Really?") &&
                !host.passphrase(host.arg, "P", false, secret, 32, &e) &&
                e.code == ERR_INPUT && strstr(e.text, "--passphrase-file");
        _exit(right ? 0 : 1);
    }
    waitpid(child, &status, 0);
    assert_int_equal(status, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_typed_is_not_shown),
        cmocka_unit_test(a_new_one_is_asked_until_two_agree),
        cmocka_unit_test(ctrl_c_stops_and_leaves_the_terminal_well),
        cmocka_unit_test(only_a_yes_is_a_yes),
        cmocka_unit_test(a_file_answers_with_its_first_line),
        cmocka_unit_test(with_nobody_there_nothing_waits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
