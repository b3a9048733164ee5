/* SPDX-License-Identifier: Apache-2.0 */
/* Claim: a command is found by its longest name, its words are taken apart as
 * the descriptor says, every mistake is told with its cure, and the help is
 * made from the descriptor. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/cmd.h"
#include "base/i18n.h"

static const struct cmd_option init_options[] = {
    {"site", "NAME", N_("name of the office"), true},
    {"place", "PCODE[/KEBELE]", N_("where the office stands"), false},
    {"user", "NAME",
     N_("the first person who may unlock it, who can then let in as many "
        "others as the office has"),
     false},
    {"force", NULL, N_("also when a hub is here"), false},
    {0}};

static const struct cmd screens = {.name = ""};
static const struct cmd hub = {.name = "hub"};
static const struct cmd hub_init = {
    .name = "hub init",
    .args = "FILE [TEXT]",
    .summary = N_("make a hub in the folder"),
    .detail = N_("A hub keeps what the offices send and passes on to each what "
                 "it may know.\n\nFor example:\n\n    homeward hub init --site "
                 "Adama F\n    homeward hub sites\nEnd."),
    .options = init_options,
    .args_min = 1,
    .args_max = 2};
static const struct cmd list = {.name = "list", .summary = N_("all cases")};
static const struct cmd *const table[] = {&screens, &hub, &hub_init, &list};

/* Splits at single blanks; the words live until the next call. */
static size_t split(const char *line, char *words[20])
{
    static char text[200];
    char *at = text;
    size_t nr = 0;

    memset(text, 0, sizeof text);
    memcpy(text, line, strlen(line));
    while (*at) {
        size_t n = strcspn(at, " ");

        words[nr++] = at;
        at += n;
        if (*at)
            *at++ = '\0';
    }
    return nr;
}

static const struct cmd *find(const char *line, size_t *used)
{
    char *words[20];
    size_t nr = split(line, words);

    return cmd_match(table, ARR_NR(table), words, nr, used);
}

static void the_longest_name_wins(void **state)
{
    size_t used;

    (void)state;
    assert_ptr_equal(find("hub init F", &used), &hub_init);
    assert_int_equal(used, 2);
    assert_ptr_equal(find("hub", &used), &hub);
    assert_int_equal(used, 1);
    assert_ptr_equal(find("hub initial", &used), &hub);
    assert_null(find("lis", &used));
    assert_null(find("lists", &used));
    assert_null(find(" ", &used));
    assert_ptr_equal(find("", &used), &screens);
    assert_ptr_equal(find("--mono", &used), &screens);
    assert_int_equal(used, 0);
}

static bool parse(struct cmd_call *call, const char *line, struct err *e)
{
    char *words[20];
    size_t nr = split(line, words);

    *call = (struct cmd_call){.cmd = &hub_init};
    *e = (struct err)ERR_INIT;
    return cmd_parse(call, words, nr, e);
}

static void options_and_arguments_come_in_any_order(void **state)
{
    struct cmd_call c;
    struct err e;

    (void)state;
    assert_true(parse(&c, "F --site Adama --force --place=ET0401 text", &e));
    assert_int_equal(c.args_nr, 2);
    assert_string_equal(c.args[0], "F");
    assert_string_equal(c.args[1], "text");
    assert_string_equal(cmd_option(&c, "site"), "Adama");
    assert_string_equal(cmd_option(&c, "place"), "ET0401");
    assert_true(cmd_has(&c, "force"));
    assert_string_equal(cmd_option(&c, "force"), "");
    assert_false(cmd_has(&c, "user"));
    assert_null(cmd_option(&c, "user"));
    assert_true(parse(&c, "--site= - -- --force", &e));
    assert_string_equal(cmd_option(&c, "site"), "");
    assert_string_equal(c.args[0], "-");
    assert_string_equal(c.args[1], "--force");
    assert_true(parse(&c, "--site --force F", &e));
    assert_string_equal(cmd_option(&c, "site"), "--force");
}

static void every_mistake_names_its_cure(void **state)
{
    static const struct {
        const char *line, *says;
    } mistakes[] = {
        {"F", "--site NAME"},
        {"--site A", "homeward hub init FILE [TEXT]"},
        {"--site A F G H", "\"H\""},
        {"--site A F --colour", "--colour"},
        {"--site A F --site B", "twice"},
        {"--site A F --force=yes", "--force"},
        {"F --site", "--site NAME"},
        {"--site A F -x", "-x"},
    };
    struct cmd_call c;
    struct err e;
    size_t i;

    (void)state;
    for (i = 0; i < ARR_NR(mistakes); i++) {
        assert_false(parse(&c, mistakes[i].line, &e));
        assert_int_equal(e.code, ERR_USAGE);
        if (!strstr(e.text, mistakes[i].says))
            fail_msg("%s: %s", mistakes[i].line, e.text);
    }
}

static void into_buf(void *arg, const char *bytes, size_t n)
{
    buf_add(arg, bytes, n);
}

static void help_is_made_from_the_descriptor(void **state)
{
    struct buf b = BUF_INIT(10000);
    struct report *r = report_new(false, into_buf, &b);

    (void)state;
    cmd_help(&hub_init, r);
    cmd_help(&list, r);
    report_free(r);
    assert_string_equal(
        buf_text(&b),
        "usage: homeward hub init --site NAME [--place PCODE[/KEBELE]] "
        "[--user NAME]\n"
        "    [--force] FILE [TEXT]\n"
        "make a hub in the folder\n"
        "\n"
        "  --site NAME             name of the office\n"
        "  --place PCODE[/KEBELE]  where the office stands\n"
        "  --user NAME             the first person who may unlock it, who can "
        "then let\n"
        "                          in as many others as the office has\n"
        "  --force                 also when a hub is here\n"
        "\n"
        "A hub keeps what the offices send and passes on to each what it may "
        "know.\n"
        "\n"
        "For example:\n"
        "\n"
        "    homeward hub init --site Adama F\n"
        "    homeward hub sites\n"
        "End.\n"
        "usage: homeward list\n"
        "all cases\n");
    buf_release(&b);
}

static void options_of_every_command_stand_anywhere(void **state)
{
    char *words[20];
    size_t nr =
        split("-d D show --json X --passphrase-file=F -- --json", words);
    struct cmd_globals g = {0};
    struct err e = ERR_INIT;

    (void)state;
    assert_true(cmd_take_globals(&g, words, &nr, &e));
    assert_string_equal(g.dir, "D");
    assert_string_equal(g.passphrase_file, "F");
    assert_true(g.json);
    assert_false(g.help);
    assert_int_equal(nr, 4);
    assert_string_equal(words[0], "show");
    assert_string_equal(words[1], "X");
    assert_string_equal(words[2], "--");
    assert_string_equal(words[3], "--json");
    nr = split("--help show -h --version --passphrase-file F", words);
    assert_true(cmd_take_globals(&g, words, &nr, &e));
    assert_true(g.help && g.version);
    assert_int_equal(nr, 1);
    nr = split("show -d", words);
    assert_false(cmd_take_globals(&g, words, &nr, &e));
    assert_int_equal(e.code, ERR_USAGE);
}

static void the_list_names_every_command(void **state)
{
    static const struct cmd office = {.name = "",
                                      .summary = N_("open the screens")};
    static const struct cmd *const two[] = {&office, &hub_init};
    struct buf b = BUF_INIT(10000);
    struct report *r = report_new(false, into_buf, &b);

    (void)state;
    cmd_overview(two, 2, r);
    report_free(r);
    assert_non_null(strstr(buf_text(&b),
                           "\n  (none)                  open the screens\n"
                           "  hub init                make a hub in the "
                           "folder\n"));
    assert_non_null(strstr(buf_text(&b), "\n  -d DIR                  the "));
    assert_non_null(strstr(buf_text(&b), "\n  --json                  "));
    buf_release(&b);
}

static void lines_are_as_long_as_a_screen_allows(void **state)
{
    /* 39 + 1 + 38 columns fit, 39 + 1 + 39 do not; Ethiopic counts as one */
    static const struct cmd wide = {
        .name = "wide",
        .summary = "ሰሰሰሰሰሰሰሰሰሰሰሰሰሰሰሰሰሰሰሰሰሰሰሰሰሰሰሰሰሰሰሰሰሰሰሰሰሰሰ "
                   "12345678901234567890123456789012345678",
        .detail = "123456789012345678901234567890123456789 "
                  "123456789012345678901234567890123456789"};
    struct buf b = BUF_INIT(1000);
    struct report *r = report_new(false, into_buf, &b);

    (void)state;
    cmd_help(&wide, r);
    report_free(r);
    assert_non_null(strstr(buf_text(&b), "ሰ 12345678901234567890123456789"));
    assert_non_null(strstr(buf_text(&b), "6789\n123456789"));
    buf_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_longest_name_wins),
        cmocka_unit_test(options_and_arguments_come_in_any_order),
        cmocka_unit_test(every_mistake_names_its_cure),
        cmocka_unit_test(help_is_made_from_the_descriptor),
        cmocka_unit_test(lines_are_as_long_as_a_screen_allows),
        cmocka_unit_test(options_of_every_command_stand_anywhere),
        cmocka_unit_test(the_list_names_every_command),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
