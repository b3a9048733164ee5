/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/hubkey.h"

#include <string.h>

#include "base/i18n.h"
#include "base/str.h"
#include "sync/lines_int.h"

#define MAGIC   "homeward-hub-key"
#define VERSION "1"
#define SSH     "ssh-ed25519 "

enum { HEX_BYTES = 2 * STORE_SIGN_BYTES + 1, SSH_LETTERS = 68 };

bool hubkey_is_ssh_line(const char *line)
{
    static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                 "abcdefghijklmnopqrstuvwxyz0123456789+/=";
    if (!str_starts(line, SSH))
        return false;
    const char *body = line + strlen(SSH);
    return strlen(body) == SSH_LETTERS && strspn(body, base64) == SSH_LETTERS;
}

void hubkey_print(const struct hubkey *k, struct buf *text)
{
    char hex[HEX_BYTES];
    str_hex(hex, k->sign, sizeof k->sign);
    buf_printf(text, MAGIC " " VERSION "\nhost %s\nsign %s\n", k->host, hex);
}

/* A public key as ssh-keygen and ssh-keyscan write it: "TYPE BASE64 [comment]",
 * perhaps with the host's name before it. */
static bool take_ssh_line(const char *text, struct hubkey *k)
{
    char line[sizeof k->host];
    const char *at = str_starts(text, SSH) ? text : strstr(text, " " SSH);
    if (at == NULL || memchr(text, '\n', (size_t)(at - text)) != NULL)
        return false;
    at += *at == ' ';
    size_t n = strlen(SSH) + strcspn(at + strlen(SSH), " \r\n");
    if (n >= sizeof line)
        return false;
    memcpy(line, at, n);
    line[n] = '\0';
    return hubkey_is_ssh_line(line) && str_copy(k->host, sizeof k->host, line);
}

bool hubkey_parse(const char *text, struct hubkey *k, struct err *e)
{
    char version[8], hex[HEX_BYTES];
    const char *at = text;
    *k = (struct hubkey){0};
    if (lines_take(&at, MAGIC, version, sizeof version) &&
        !str_equal(version, VERSION))
        return err_set(e, ERR_VERSION,
                       _("This hub key was written by a newer program: "
                         "install the new program on this PC"));
    if (at != text && lines_take(&at, "host", k->host, sizeof k->host) &&
        lines_take(&at, "sign", hex, sizeof hex) && *at == '\0' &&
        hubkey_is_ssh_line(k->host) &&
        str_unhex(k->sign, sizeof k->sign, hex)) {
        k->sign_known = true;
        return true;
    }
    *k = (struct hubkey){0};
    if (take_ssh_line(text, k))
        return true;
    return err_set(e, ERR_INPUT,
                   _("This is not a hub's key: ask the administrator for the "
                     "file \"hub-key\" of the hub"));
}
