/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/hubdir.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arr.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/str.h"
#include "store/peer.h"
#include "store/store.h"
#include "sync/hubkey.h"
#include "sync/line_ssh.h"

enum {
    PRIVATE_MODE = 0600,
    TEXT_MAX = 4096,
    ACCESS_MAX = 16 * 1024 * 1024,
};

/* ---- keys ---- */

static bool write_in(const char *dir, const char *name, const struct buf *bytes,
                     struct err *e)
{
    struct buf path = BUF_INIT(0);
    bool good = file_path(&path, dir, name, e) &&
                file_replace(buf_text(&path), bytes, PRIVATE_MODE, e);
    buf_release(&path);
    return good;
}

static bool has_file(const char *dir, const char *name)
{
    struct buf path = BUF_INIT(0);
    struct err ignored = ERR_INIT;
    struct stat st;
    bool there = file_path(&path, dir, name, &ignored) &&
                 stat(buf_text(&path), &st) == 0;
    buf_release(&path);
    return there;
}

bool hubdir_make_keys(struct store *s, struct err *e)
{
    struct buf private_text = BUF_INIT(TEXT_MAX);
    struct buf public_line = BUF_INIT(TEXT_MAX), text = BUF_INIT(TEXT_MAX);
    struct hubkey key = {.host = ""};
    if (has_file(store_dir(s), "host_key"))
        return true;
    bool good = line_ssh_keygen(&private_text, &public_line, e);
    if (good) {
        str_copy(key.host, sizeof key.host, buf_text(&public_line));
        memcpy(key.sign, store_sign_public(s), sizeof key.sign);
        hubkey_print(&key, &text);
        /* hub-key first: with host_key there, nothing is made again */
        good = write_in(store_dir(s), "hub-key", &text, e) &&
               write_in(store_dir(s), "host_key", &private_text, e);
    }
    buf_wipe(&private_text);
    buf_release(&public_line);
    buf_release(&text);
    return good;
}

/* ---- authorized_keys ---- */

/* The line goes through sshd's quoting and then a shell's: what could end
 * either is refused, not escaped. */
static bool is_plain_path(const char *path, struct err *e)
{
    if (path[strcspn(path, "'\"\\`$!\n\t")] == '\0')
        return true;
    return err_set(e, ERR_INPUT,
                   _("The path %s holds a quote, a dollar or the like: use a "
                     "plain folder name"),
                   path);
}

static void add_site(struct buf *b, const struct peer_site *site,
                     const char *program, const char *dir)
{
    if (site->state == PEER_ACTIVE)
        buf_printf(b,
                   "restrict,command=\"'%s' -d '%s' hub serve --site %" PRId64
                   "\" %s site-%" PRId64 "\n",
                   program, dir, site->no, site->ssh_key, site->no);
}

bool hubdir_write_access(struct store *s, const char *program, struct err *e)
{
    char dir[PATH_MAX], start[PATH_MAX];
    struct peer_site_list sites = {0};
    struct buf text = BUF_INIT(ACCESS_MAX);
    if (realpath(store_dir(s), dir) == NULL || realpath(program, start) == NULL)
        return err_errno(e, _("Finding %s"), program);
    bool good = is_plain_path(dir, e) && is_plain_path(start, e) &&
                peer_site_list_load(s, &sites, e);
    if (good) {
        buf_printf(&text, "# written by homeward hub admit: do not edit\n");
        for (size_t i = 0; i < sites.nr; i++)
            add_site(&text, &sites.items[i], start, dir);
        good = !buf_failed(&text)
                   ? write_in(dir, "authorized_keys", &text, e)
                   : err_set(e, ERR_FULL, _("This hub has too many sites"));
    }
    peer_site_list_release(&sites);
    buf_release(&text);
    return good;
}

/* ---- sshd_config ---- */

/* One algorithm of each kind, as the helper pins them; nothing but the forced
 * command. formats.md 8 says why so many may start at once. */
static const char fixed_lines[] = "AuthenticationMethods publickey\n"
                                  "PubkeyAuthentication yes\n"
                                  "PasswordAuthentication no\n"
                                  "KbdInteractiveAuthentication no\n"
                                  "UsePAM no\n"
                                  "KexAlgorithms curve25519-sha256\n"
                                  "HostKeyAlgorithms ssh-ed25519\n"
                                  "PubkeyAcceptedAlgorithms ssh-ed25519\n"
                                  "Ciphers chacha20-poly1305@openssh.com\n"
                                  "MACs hmac-sha2-256-etm@openssh.com\n"
                                  "Compression no\n"
                                  "DisableForwarding yes\n"
                                  "PermitTTY no\n"
                                  "PermitUserRC no\n"
                                  "PermitUserEnvironment no\n"
                                  "MaxAuthTries 2\n"
                                  "MaxSessions 1\n"
                                  "LoginGraceTime 60\n"
                                  "MaxStartups 400:30:500\n"
                                  "ClientAliveInterval 120\n"
                                  "ClientAliveCountMax 3\n"
                                  "UseDNS no\n"
                                  "PrintMotd no\n"
                                  "PrintLastLog no\n"
                                  "DebianBanner no\n"
                                  "LogLevel INFO\n";

/* sshd refuses keys under a folder that others may write to: then, and only
 * then, it is told not to look. */
static bool others_may_write(const char *dir)
{
    char path[PATH_MAX];
    struct stat st;
    snprintf(path, sizeof path, "%s", dir);
    for (;;) {
        char *slash = strrchr(path, '/');
        if (path[0] != '\0' && stat(path, &st) == 0 &&
            (st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
            return true;
        if (slash == NULL)
            return false;
        *slash = '\0';
    }
}

bool hubdir_write_sshd(const char *dir_given,
                       const struct hubdir_listen *listen, struct buf *text,
                       struct err *e)
{
    char dir[PATH_MAX];
    const struct passwd *who = getpwuid(geteuid());
    if (realpath(dir_given, dir) == NULL || who == NULL)
        return err_errno(e, _("Finding %s"), dir_given);
    if (!is_plain_path(dir, e))
        return false;
    buf_printf(text,
               "# The hub's own SSH server. Start it with\n"
               "#     /usr/sbin/sshd -f '%s/sshd_config'\n"
               "# (as root it needs the empty folder /run/sshd)\n"
               "Port %" PRId64 "\n"
               "HostKey \"%s/host_key\"\n"
               "AuthorizedKeysFile \"%s/authorized_keys\"\n"
               "PidFile \"%s/sshd.pid\"\n"
               "AllowUsers %s\n"
               "PermitRootLogin %s\n",
               dir, listen->port, dir, dir, dir, who->pw_name,
               who->pw_uid == 0 ? "forced-commands-only" : "no");
    if (listen->address != NULL)
        buf_printf(text, "ListenAddress %s\n", listen->address);
    if (others_may_write(dir))
        buf_add_str(text, "StrictModes no\n");
    buf_add_str(text, fixed_lines);
    return write_in(dir, "sshd_config", text, e);
}
