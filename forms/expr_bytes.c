/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Functions of the bytes of a text: digests and base 64. The digests come from
 * nettle, for the sake of forms written for other programs: no form counted
 * for this one uses them, and nothing here keeps a secret by them. What keeps
 * secrets is libsodium, in store/.
 */
#include <assert.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

#include <nettle/base16.h>
#include <nettle/base64.h>
#include <nettle/nettle-meta.h>

#include "base/arr.h"
#include "base/i18n.h"
#include "base/utf8.h"
#include "forms/expr_int.h"

/* ---- base 64 ---- */

static const char *to_base64(struct pool *pool, const uint8_t *bytes, size_t n)
{
    char *text = pool_alloc(pool, BASE64_ENCODE_RAW_LENGTH(n) + 1);

    base64_encode_raw(text, n, bytes);
    return text;
}

static bool call_base64_encode(struct expr_call *c, struct expr_value *out,
                               struct err *e)
{
    const char *s = expr_arg_string(c, 0);
    size_t n = strlen(s);

    if (!expr_spend(c->run, BASE64_ENCODE_RAW_LENGTH(n) + 1, e))
        return false;
    *out = expr_string(to_base64(c->run->pool, (const uint8_t *)s, n));
    return true;
}

/* The value of a letter of base 64; -1 when it is none. */
static int sextet(char c)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnop"
                                  "qrstuvwxyz0123456789+/";
    const char *at = c != '\0' ? strchr(letters, c) : NULL;

    return at != NULL ? (int)(at - letters) : -1;
}

/* What is no text comes out as nothing. Read by hand: nettle refuses a text
 * without its "=" and one whose last bits are not zero, others take both. */
static bool call_base64_decode(struct expr_call *c, struct expr_value *out,
                               struct err *e)
{
    const char *s = expr_arg_string(c, 0);
    size_t n = 0;
    uint32_t bits = 0;
    unsigned held = 0;
    char *text;

    if (!expr_spend(c->run, strlen(s) + 1, e))
        return false;
    text = pool_alloc(c->run->pool, strlen(s) + 1);
    for (; sextet(*s) >= 0; s++) {
        bits = bits << 6 | (uint32_t)sextet(*s);
        held += 6;
        if (held < 8)
            continue;
        held -= 8;
        text[n++] = (char)(bits >> held & 0xFF);
    }
    if (s[strspn(s, "= \t\r\n")] != '\0' || !utf8_is_valid(text, n))
        text[0] = '\0';
    *out = expr_string(text);
    return true;
}

/* ---- digests ---- */

enum { CONTEXT_BYTES_MAX = 256, DIGEST_BYTES_MAX = 64 };

static const char algorithms[] = "MD5, SHA-1, SHA-256, SHA-384, SHA-512";
static const char codings[] = "base64, hex";

static const struct digest {
    const char *name;
    const struct nettle_hash *hash;
} digests[] = {
    {"MD5", &nettle_md5},        {"SHA-1", &nettle_sha1},
    {"SHA-256", &nettle_sha256}, {"SHA-384", &nettle_sha384},
    {"SHA-512", &nettle_sha512},
};

static size_t digest_bytes(const struct nettle_hash *h, const char *text,
                           uint8_t out[DIGEST_BYTES_MAX])
{
    _Alignas(max_align_t) uint8_t context[CONTEXT_BYTES_MAX];

    assert(h->context_size <= sizeof context &&
           h->digest_size <= DIGEST_BYTES_MAX);
    h->init(context);
    h->update(context, strlen(text), (const uint8_t *)text);
    h->digest(context, h->digest_size, out);
    return h->digest_size;
}

uint64_t expr_bytes_seed(const char *text)
{
    uint8_t bytes[DIGEST_BYTES_MAX];
    uint64_t seed = 0;

    digest_bytes(&nettle_sha256, text, bytes);
    for (int i = 0; i < 8; i++)
        seed = seed << 8 | bytes[i];
    return seed;
}

static const struct nettle_hash *find_hash(const char *name)
{
    for (size_t i = 0; i < ARR_NR(digests); i++)
        if (strcasecmp(digests[i].name, name) == 0)
            return digests[i].hash;
    return NULL;
}

static bool is_coding(const char *name)
{
    return strcasecmp(name, "base64") == 0 || strcasecmp(name, "hex") == 0;
}

static bool not_known(const char *what, const char *known, struct err *e)
{
    return err_set(e, ERR_INPUT,
                   _("%s() does not know \"%.40s\"; known are %s"), "digest",
                   what, known);
}

/* digest(text, algorithm[, "base64" or "hex"]) */
static bool call_digest(struct expr_call *c, struct expr_value *out,
                        struct err *e)
{
    const struct nettle_hash *hash = find_hash(expr_arg_string(c, 1));
    const char *coding = c->nr > 2 ? expr_arg_string(c, 2) : "base64";
    uint8_t bytes[DIGEST_BYTES_MAX];
    char *hex;
    size_t n;

    if (hash == NULL)
        return not_known(expr_arg_string(c, 1), algorithms, e);
    if (!is_coding(coding))
        return not_known(coding, codings, e);
    n = digest_bytes(hash, expr_arg_string(c, 0), bytes);
    if (strcasecmp(coding, "base64") == 0) {
        *out = expr_string(to_base64(c->run->pool, bytes, n));
        return true;
    }
    hex = pool_alloc(c->run->pool, BASE16_ENCODE_LENGTH(n) + 1);
    base16_encode_update(hex, n, bytes);
    *out = expr_string(hex);
    return true;
}

/* An argument as it is written; NULL when it is computed or left out. */
static const char *written(const struct expr_node *call, size_t i)
{
    const struct expr_node *arg = i < call->args_nr ? call->args[i] : NULL;

    return arg != NULL && arg->kind == EXPR_LITERAL &&
                   arg->literal.type == EXPR_STRING
               ? arg->literal.string
               : NULL;
}

static bool check_digest(const struct expr_node *call, struct err *e)
{
    const char *algorithm = written(call, 1), *coding = written(call, 2);

    if (algorithm != NULL && find_hash(algorithm) == NULL)
        return not_known(algorithm, algorithms, e);
    return coding == NULL || is_coding(coding) || not_known(coding, codings, e);
}

static const struct expr_func items[] = {
    {.name = "base64-decode", 1, 1, .call = call_base64_decode},
    {.name = "base64-encode", 1, 1, .call = call_base64_encode},
    {.name = "digest", 2, 3, .call = call_digest, .check = check_digest},
};

const struct expr_func_table expr_bytes_table = {items, ARR_NR(items)};
