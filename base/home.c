/* SPDX-License-Identifier: Apache-2.0 */
#include "base/home.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/str.h"

void home_program(const char *called, char out[PATH_MAX])
{
    ssize_t n = readlink("/proc/self/exe", out, PATH_MAX - 1);

    if (n < 0)
        str_copy(out, PATH_MAX, called);
    else
        out[n] = '\0';
}

bool home_dir(const char *given, struct buf *b, struct err *e)
{
    const char *home = getenv("HOME"), *data = getenv("XDG_DATA_HOME");

    if (!given || !*given)
        given = getenv("HOMEWARD_DIR");
    if (given && *given)
        buf_add_str(b, given);
    else if (data && *data == '/') /* a relative one is to be ignored */
        buf_printf(b, "%s/homeward", data);
    else if (home && *home)
        buf_printf(b, "%s/.local/share/homeward", home);
    else
        return err_set(e, ERR_USAGE,
                       _("This account has no home folder: give -d DIR"));
    if (buf_failed(b))
        return err_set(e, ERR_USAGE, _("The path of the folder is too long"));
    return true;
}

void home_language(const char *program)
{
    const char *slash = strrchr(program, '/');
    int n = slash ? (int)(slash - program) : 0;
    struct buf b = BUF_INIT(2 * PATH_MAX);

    setlocale(LC_ALL, "");
    setlocale(LC_NUMERIC, "C"); /* files and the line know one decimal point */
    buf_printf(&b, "%.*s/locale", n, program);
    if (access(buf_text(&b), X_OK) != 0) {
        buf_clear(&b);
        buf_printf(&b, "%.*s/../share/locale", n, program);
    }
    bindtextdomain("homeward", buf_text(&b));
    bind_textdomain_codeset("homeward", "UTF-8");
    textdomain("homeward");
    buf_release(&b);
}

void home_asked_language(char out[HOME_LANG_BYTES])
{
    static const char *const names[] = {"LANGUAGE", "LC_ALL", "LC_MESSAGES",
                                        "LANG"};
    const char *asked = NULL;

    for (size_t i = 0; i < ARR_NR(names) && (!asked || !*asked); i++)
        asked = getenv(names[i]);
    str_copy(out, HOME_LANG_BYTES, asked ? asked : "");
    out[strcspn(out, "_.@:")] = '\0';
    if (!*out || str_equal(out, "C") || str_equal(out, "POSIX"))
        str_copy(out, HOME_LANG_BYTES, "en");
}

void home_speak(const char *lang)
{
    const char *locale = setlocale(LC_MESSAGES, NULL);

    if (str_equal(locale, "C") || str_equal(locale, "POSIX"))
        setlocale(LC_MESSAGES, "C.UTF-8");
    setenv("LANGUAGE", lang, 1);
    textdomain("homeward"); /* so that catalogues are looked for anew */
}
