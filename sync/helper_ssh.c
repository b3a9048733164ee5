/* SPDX-License-Identifier: Apache-2.0 */
/*
 * homeward-ssh: the only program of Homeward that speaks SSH. It carries bytes
 * between a socket its parent holds and a command on the hub, and knows
 * nothing of what they mean. What it is asked and what it reports: helper.h.
 *
 * One algorithm of each kind, no configuration files, no agent, no known-hosts
 * file: the hub's key is the one the parent names, compared before anything is
 * said that only this office could say.
 */
#include <errno.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <libssh/libssh.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/reader.h"
#include "base/str.h"
#include "sync/helper.h"

enum { DATA = 0, REPORT = 1, STEP_BYTES = 16 * 1024, LENGTH_BYTES = 4 };

#define KEY_TYPE "ssh-ed25519"

struct request {
    struct pool *pool;
    const char *fields[HELPER_FIELDS];
};

/* ---- reporting ---- */

/* The detail may come from outside: one line of plain letters. */
static int report(const char *reason, const char *detail)
{
    char line[300];
    snprintf(line, sizeof line, "failed %s %s", reason, detail);
    for (char *c = line; *c != '\0'; c++)
        if ((unsigned char)*c < ' ' || (unsigned char)*c > '~')
            *c = ' ';
    dprintf(REPORT, "%s\n", line);
    return 1;
}

static int report_ssh(const char *reason, ssh_session ssh)
{
    return report(reason, ssh_get_error(ssh));
}

/* What failed for want of a line is a lost line, whatever was being done. */
static int report_failed(const char *reason, ssh_session ssh)
{
    return report_ssh(ssh_is_connected(ssh) ? reason : HELPER_LOST, ssh);
}

static void report_bytes(ssh_session ssh)
{
    struct tcp_info info = {0};
    socklen_t size = sizeof info;
    if (getsockopt(ssh_get_fd(ssh), IPPROTO_TCP, TCP_INFO, &info, &size) == 0)
        dprintf(REPORT, "bytes %llu %llu\n",
                (unsigned long long)info.tcpi_bytes_sent,
                (unsigned long long)info.tcpi_bytes_received);
}

/* Getting connected may hang in name servers or half-open lines. */
static void on_alarm(int number)
{
    static const char line[] = "failed " HELPER_UNREACHABLE " time is over\n";
    (void)number;
    if (write(REPORT, line, sizeof line - 1) > 0)
        _exit(1);
    _exit(2);
}

/* ---- what this process may do ---- */

static const struct {
    int resource;
    rlim_t value;
} limits[] = {
    {RLIMIT_CORE, 0},
    {RLIMIT_NOFILE, 32},
    {RLIMIT_FSIZE, 0},
#ifndef HOMEWARD_SANITIZED
    {RLIMIT_AS, 256 * 1024 * 1024},
#endif
};

static void confine(void)
{
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        setrlimit(limits[i].resource,
                  &(struct rlimit){limits[i].value, limits[i].value});
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGALRM, on_alarm);
}

/* ---- the request ---- */

static bool read_all(void *to, size_t n)
{
    char *at = to;
    while (n > 0) {
        ssize_t got = read(DATA, at, n);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        at += got;
        n -= (size_t)got;
    }
    return true;
}

static bool write_all(const void *from, size_t n)
{
    const char *at = from;
    while (n > 0) {
        ssize_t put = write(DATA, at, n);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return false;
        at += put;
        n -= (size_t)put;
    }
    return true;
}

static bool read_request(struct request *q)
{
    uint8_t length[LENGTH_BYTES];
    if (!read_all(length, sizeof length))
        return false;
    struct reader lr = reader_of(length, sizeof length);
    size_t size = reader_be32(&lr);
    if (size > HELPER_REQUEST_MAX)
        return false;
    char *body = pool_alloc(q->pool, size);
    if (!read_all(body, size))
        return false;
    struct reader r = reader_of(body, size);
    for (size_t i = 0; i < HELPER_FIELDS; i++) {
        size_t n = 0;
        const uint8_t *bytes = reader_block(&r, HELPER_REQUEST_MAX, &n);
        if (bytes == NULL)
            return false;
        q->fields[i] = pool_strn(q->pool, (const char *)bytes, n);
    }
    return reader_done(&r);
}

/* ---- connecting ---- */

static const struct {
    enum ssh_options_e option;
    const char *value;
} pinned[] = {
    {SSH_OPTIONS_KEY_EXCHANGE, "curve25519-sha256"},
    {SSH_OPTIONS_HOSTKEYS, KEY_TYPE},
    {SSH_OPTIONS_PUBLICKEY_ACCEPTED_TYPES, KEY_TYPE},
    {SSH_OPTIONS_CIPHERS_C_S, "chacha20-poly1305@openssh.com"},
    {SSH_OPTIONS_CIPHERS_S_C, "chacha20-poly1305@openssh.com"},
    {SSH_OPTIONS_HMAC_C_S, "hmac-sha2-256-etm@openssh.com"},
    {SSH_OPTIONS_HMAC_S_C, "hmac-sha2-256-etm@openssh.com"},
    {SSH_OPTIONS_COMPRESSION_C_S, "none"},
    {SSH_OPTIONS_COMPRESSION_S_C, "none"},
    {SSH_OPTIONS_KNOWNHOSTS, "/dev/null"},
    {SSH_OPTIONS_GLOBAL_KNOWNHOSTS, "/dev/null"},
};

static bool set_options(ssh_session ssh, const struct request *q)
{
    const bool no = false;
    const int yes = 1, quiet = SSH_LOG_NOLOG;
    const long connect_s = HELPER_CONNECT_S;
    for (size_t i = 0; i < sizeof pinned / sizeof *pinned; i++)
        if (ssh_options_set(ssh, pinned[i].option, pinned[i].value) != SSH_OK)
            return false;
    return ssh_options_set(ssh, SSH_OPTIONS_PROCESS_CONFIG, &no) == SSH_OK &&
           ssh_options_set(ssh, SSH_OPTIONS_LOG_VERBOSITY, &quiet) == SSH_OK &&
           ssh_options_set(ssh, SSH_OPTIONS_NODELAY, &yes) == SSH_OK &&
           ssh_options_set(ssh, SSH_OPTIONS_TIMEOUT, &connect_s) == SSH_OK &&
           ssh_options_set(ssh, SSH_OPTIONS_HOST, q->fields[HELPER_HOST]) ==
               SSH_OK &&
           ssh_options_set(ssh, SSH_OPTIONS_PORT_STR, q->fields[HELPER_PORT]) ==
               SSH_OK &&
           ssh_options_set(ssh, SSH_OPTIONS_USER, q->fields[HELPER_USER]) ==
               SSH_OK;
}

/* "ssh-ed25519 AAAA..." of a key, into line. */
static bool key_line(ssh_key key, struct buf *line)
{
    char *text = NULL;
    if (ssh_pki_export_pubkey_base64(key, &text) != SSH_OK)
        return false;
    buf_add_str(line, KEY_TYPE " ");
    buf_add_str(line, text);
    ssh_string_free_char(text);
    return !buf_failed(line);
}

static bool host_line(ssh_session ssh, struct buf *line)
{
    ssh_key key = NULL;
    if (ssh_get_server_publickey(ssh, &key) != SSH_OK)
        return false;
    bool good = ssh_key_type(key) == SSH_KEYTYPE_ED25519 && key_line(key, line);
    ssh_key_free(key);
    return good;
}

static int check_host(ssh_session ssh, const struct request *q)
{
    struct buf line = BUF_INIT(1024);
    bool same = host_line(ssh, &line) &&
                str_equal(buf_text(&line), q->fields[HELPER_HOST_KEY]);
    buf_release(&line);
    return same ? 0 : report(HELPER_WRONG_HOST, "");
}

static int log_in(ssh_session ssh, const struct request *q)
{
    ssh_key key = NULL;
    if (ssh_pki_import_privkey_base64(q->fields[HELPER_PRIVATE_KEY], NULL, NULL,
                                      NULL, &key) != SSH_OK)
        return report(HELPER_BAD_KEY, "");
    int got = ssh_userauth_publickey(ssh, NULL, key);
    ssh_key_free(key);
    if (got == SSH_AUTH_SUCCESS)
        return 0;
    return report_failed(HELPER_NO_ACCESS, ssh);
}

/* ---- mode "run" ---- */

/* Hub to parent: everything that is there now. False: the line is at its
 * end, *code says whether well. */
static bool carry_down(ssh_channel channel, bool *moved, int *code)
{
    char step[STEP_BYTES];
    for (;;) {
        int n = ssh_channel_read_nonblocking(channel, step, sizeof step, 0);
        if (n == SSH_ERROR) {
            *code = report(HELPER_LOST, "");
            return false;
        }
        if (n <= 0)
            return !ssh_channel_is_eof(channel) &&
                   !ssh_channel_is_closed(channel);
        *moved = true;
        if (!write_all(step, (size_t)n))
            return false;
    }
}

/* Parent to hub, as much as the hub's window takes. False: the parent has
 * said all it has to say, or the line broke. */
static bool carry_up(ssh_channel channel, uint32_t window, int *code)
{
    char step[STEP_BYTES];
    size_t room = window < sizeof step ? window : sizeof step;
    ssize_t n = read(DATA, step, room);
    if (n < 0 && errno == EINTR)
        return true;
    if (n <= 0)
        return false;
    if (ssh_channel_write(channel, step, (uint32_t)n) == (int)n)
        return true;
    *code = report(HELPER_LOST, "");
    return false;
}

static int carry(ssh_session ssh, ssh_channel channel)
{
    int code = 0;
    ssh_set_blocking(ssh, 0);
    for (;;) {
        bool moved = false;
        if (!carry_down(channel, &moved, &code))
            break;
        bool pending = (ssh_get_poll_flags(ssh) & SSH_WRITE_PENDING) != 0;
        uint32_t window = pending ? 0 : ssh_channel_window_size(channel);
        struct pollfd fds[2] = {
            {.fd = ssh_get_fd(ssh),
             .events = (short)(POLLIN | (pending ? POLLOUT : 0))},
            {.fd = window > 0 ? DATA : -1, .events = POLLIN}};
        int ready = poll(fds, 2, moved ? 0 : HELPER_IDLE_S * 1000);
        if (ready == 0 && !moved) {
            code = report(HELPER_SILENT, "");
            break;
        }
        if (pending && fds[0].revents & POLLOUT)
            ssh_blocking_flush(ssh, 1);
        if (ready > 0 && fds[1].revents != 0 &&
            !carry_up(channel, window, &code))
            break;
    }
    if (code == 0)
        ssh_blocking_flush(ssh, HELPER_IDLE_S * 1000);
    return code;
}

static int run(ssh_session ssh, const struct request *q)
{
    int code = check_host(ssh, q);
    if (code == 0)
        code = log_in(ssh, q);
    if (code != 0)
        return code;
    ssh_channel channel = ssh_channel_new(ssh);
    if (channel == NULL || ssh_channel_open_session(channel) != SSH_OK ||
        ssh_channel_request_exec(channel, q->fields[HELPER_COMMAND]) != SSH_OK)
        return report_failed(HELPER_NOT_STARTED, ssh);
    alarm(0);
    return carry(ssh, channel);
}

/* ---- modes "scan" and "keygen": a result of two blocks ---- */

static int give_blocks(const struct buf *first, const char *second)
{
    struct buf out = BUF_INIT(HELPER_RESULT_MAX);
    buf_add_block(&out, first->data, first->size);
    buf_add_block(&out, second, strlen(second));
    bool good = write_all(out.data, out.size);
    buf_wipe(&out);
    return good ? 0 : 1;
}

static int scan(ssh_session ssh, const struct request *q)
{
    ssh_key key = NULL;
    unsigned char *hash = NULL;
    size_t hash_bytes = 0;
    struct buf line = BUF_INIT(1024);
    (void)q;
    if (!host_line(ssh, &line) ||
        ssh_get_server_publickey(ssh, &key) != SSH_OK ||
        ssh_get_publickey_hash(key, SSH_PUBLICKEY_HASH_SHA256, &hash,
                               &hash_bytes) != 0)
        return report_ssh(HELPER_WRONG_HOST, ssh);
    char *print =
        ssh_get_fingerprint_hash(SSH_PUBLICKEY_HASH_SHA256, hash, hash_bytes);
    int code = give_blocks(&line, print);
    ssh_string_free_char(print);
    ssh_clean_pubkey_hash(&hash);
    ssh_key_free(key);
    buf_release(&line);
    return code;
}

static int keygen(void)
{
    ssh_key key = NULL;
    char *private_text = NULL;
    struct buf public_line = BUF_INIT(1024), text = BUF_INIT(HELPER_RESULT_MAX);
    int code = 1;
    if (ssh_pki_generate(SSH_KEYTYPE_ED25519, 0, &key) == SSH_OK &&
        ssh_pki_export_privkey_base64(key, NULL, NULL, NULL, &private_text) ==
            SSH_OK &&
        key_line(key, &public_line)) {
        buf_add_str(&text, private_text);
        code = give_blocks(&text, buf_text(&public_line));
    }
    if (private_text != NULL) {
        mem_wipe(private_text, strlen(private_text));
        ssh_string_free_char(private_text);
    }
    ssh_key_free(key);
    buf_wipe(&text);
    buf_release(&public_line);
    return code == 0 ? 0 : report(HELPER_BAD_KEY, "");
}

/* ---- */

static int with_hub(const struct request *q,
                    int (*deed)(ssh_session ssh, const struct request *q))
{
    ssh_session ssh = ssh_new();
    if (ssh == NULL || !set_options(ssh, q))
        return report(HELPER_BAD_SETUP, ssh != NULL ? ssh_get_error(ssh) : "");
    alarm(HELPER_SETUP_S);
    if (ssh_connect(ssh) != SSH_OK)
        return report_ssh(HELPER_UNREACHABLE, ssh);
    int code = deed(ssh, q);
    report_bytes(ssh);
    ssh_silent_disconnect(ssh); /* a goodbye would cost bytes and say nothing */
    ssh_free(ssh);
    return code;
}

int main(void)
{
    struct request q = {.pool = pool_new()};
    int code = 0;
    confine();
    if (!read_request(&q))
        return report(HELPER_BAD_SETUP, "request");
    if (str_equal(q.fields[HELPER_MODE], "run"))
        code = with_hub(&q, run);
    else if (str_equal(q.fields[HELPER_MODE], "scan"))
        code = with_hub(&q, scan);
    else if (str_equal(q.fields[HELPER_MODE], "keygen"))
        code = keygen();
    else
        code = report(HELPER_BAD_SETUP, "mode");
    pool_free(q.pool);
    return code;
}
