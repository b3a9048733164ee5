/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The C library copies what a quantifier repeats, so "((x{200}){200}){200}" is
 * a few bytes that want gigabytes. The translator therefore counts how large
 * each part would become and refuses in time.
 */
#include "forms/pattern.h"

#include <ctype.h>
#include <locale.h>
#include <regex.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"

enum {
    GROUPS_MAX = 20,
    REPEAT_MAX = 255,
    SIZE_MAX_OF_PART = 5000,
    RANGE_MAX = 4096,
    POSIX_BYTES_MAX = 64 * 1024,
};

struct translator {
    const char *s; /* what is left */
    struct buf *out;
    size_t sums[GROUPS_MAX + 1]; /* size of each open group so far */
    size_t groups;
    size_t last; /* size of the part a quantifier would repeat; 0: none */
    struct err *e;
};

static bool refuse(struct translator *t, const char *why)
{
    return err_set(t->e, ERR_INPUT,
                   /* TRANSLATORS: why a pattern of regex() cannot be used */
                   _("the pattern cannot be used: %s"), why);
}

static bool begin_part(struct translator *t)
{
    t->sums[t->groups] += t->last;
    t->last = 1;
    return t->sums[t->groups] <= SIZE_MAX_OF_PART ||
           refuse(t, _("it is too large"));
}

/* ---- escapes ---- */

static const struct {
    char letter;
    const char *inside, *outside; /* of [ ]; NULL: not to be had there */
} escapes[] = {
    {'d', "0-9", "[0-9]"},
    {'D', NULL, "[^0-9]"},
    {'w', "A-Za-z0-9_", "[A-Za-z0-9_]"},
    {'W', NULL, "[^A-Za-z0-9_]"},
    {'s', " \t\r\n\f\v", "[ \t\r\n\f\v]"},
    {'S', NULL, "[^ \t\r\n\f\v]"},
    {'t', "\t", "\t"},
    {'n', "\n", "\n"},
    {'r', "\r", "\r"},
};

static bool translate_escape(struct translator *t)
{
    char c = t->s[1];

    if (c == '\0')
        return refuse(t, _("it ends with a backslash"));
    t->s += 2;
    for (size_t i = 0; i < sizeof escapes / sizeof *escapes; i++) {
        if (escapes[i].letter != c)
            continue;
        buf_add_str(t->out, escapes[i].outside);
        return begin_part(t);
    }
    if (isalnum((unsigned char)c))
        return refuse(t, _("only \\d \\w \\s \\D \\W \\S \\t \\n \\r are known "
                           "behind a backslash"));
    if (strchr(".[]()*+?{}|^$\\", c) != NULL)
        buf_add_byte(t->out, '\\');
    buf_add_byte(t->out, (uint8_t)c);
    return begin_part(t);
}

/* ---- [ ] ---- */

/* Between brackets POSIX knows no backslash: what would have a meaning there
 * is set aside and written where it has none. */
struct set {
    struct buf plain;
    bool negated, close, open, caret, dash;
    bool after_class; /* behind \d and the like no range begins */
    uint32_t last;    /* the last character, with which a range may begin */
};

static bool set_aside(struct set *set, char c)
{
    bool *flag = c == ']'   ? &set->close
                 : c == '[' ? &set->open
                 : c == '^' ? &set->caret
                 : c == '-' ? &set->dash
                            : NULL;

    if (flag == NULL)
        return false;
    *flag = true;
    return true;
}

static bool set_escape(struct translator *t, struct set *set)
{
    char c = t->s[1];

    if (c == '\0')
        return refuse(t, _("a closing ] is missing"));
    t->s += 2;
    set->after_class = false;
    set->last = (unsigned char)c;
    for (size_t i = 0; i < sizeof escapes / sizeof *escapes; i++) {
        if (escapes[i].letter != c || escapes[i].inside == NULL)
            continue;
        buf_add_str(&set->plain, escapes[i].inside);
        set->after_class = escapes[i].inside[1] != '\0';
        return true;
    }
    if (isalnum((unsigned char)c))
        return refuse(t, _("only \\d \\w \\s \\t \\n \\r are known between [ "
                           "and ]"));
    if (!set_aside(set, c))
        buf_add_byte(&set->plain, (uint8_t)c);
    return true;
}

/* The C library orders only ASCII without a country's rules, so other ranges
 * are written out, letter by letter. */
static bool set_range(struct translator *t, struct set *set)
{
    size_t n;
    uint32_t end = utf8_decode(t->s + 1, strlen(t->s + 1), &n);
    char letter[4];

    if (end < set->last)
        return refuse(t, _("a range goes backwards"));
    if (end - set->last > RANGE_MAX)
        return refuse(t, _("a range has too many letters"));
    for (uint32_t c = set->last + 1; c <= end; c++)
        buf_add(&set->plain, letter, utf8_encode(c, letter));
    t->s += 1 + n;
    set->after_class = true;
    return true;
}

static bool set_item(struct translator *t, struct set *set)
{
    const char *end;
    char c = *t->s;
    size_t n;
    uint32_t character = utf8_decode(t->s, strlen(t->s), &n);
    bool is_range =
        c == '-' && set->plain.size > 0 && !set->after_class && t->s[1] != ']';

    if (c == '\\')
        return set_escape(t, set);
    if (c == '[' && t->s[1] == ':' && (end = strstr(t->s, ":]")) != NULL) {
        buf_add(&set->plain, t->s, (size_t)(end + 2 - t->s));
        t->s = end + 2;
        set->after_class = true;
        return true;
    }
    if (is_range && (set->last >= 0x80 || (unsigned char)t->s[1] >= 0x80))
        return set_range(t, set);
    if (is_range || !set_aside(set, c))
        buf_add(&set->plain, t->s, n);
    t->s += n;
    set->after_class = false;
    set->last = character;
    return true;
}

static void write_set(struct buf *out, const struct set *set)
{
    bool only_caret = set->caret && !set->negated && !set->close &&
                      !set->open && set->plain.size == 0;

    if (only_caret && !set->dash) {
        buf_add_str(out, "\\^");
        return;
    }
    buf_add_str(out, set->negated ? "[^" : "[");
    if (set->close)
        buf_add_byte(out, ']');
    buf_add(out, buf_text(&set->plain), set->plain.size);
    if (set->open)
        buf_add_byte(out, '[');
    /* a dash in front of a caret keeps the caret from negating */
    if (only_caret)
        buf_add_str(out, "-^");
    else if (set->caret)
        buf_add_byte(out, '^');
    if (set->dash && !only_caret)
        buf_add_byte(out, '-');
    buf_add_byte(out, ']');
}

static bool translate_set(struct translator *t)
{
    struct set set = {.plain = BUF_INIT(POSIX_BYTES_MAX)};
    bool ok = true;

    t->s++;
    if (*t->s == '^') {
        set.negated = true;
        t->s++;
    }
    while (ok && *t->s != ']' && *t->s != '\0')
        ok = set_item(t, &set);
    if (ok && *t->s == '\0')
        ok = refuse(t, _("a closing ] is missing"));
    if (ok && set.plain.size == 0 && !set.close && !set.open && !set.caret &&
        !set.dash)
        ok = refuse(t, _("there is nothing between [ and ]"));
    if (ok) {
        t->s++;
        write_set(t->out, &set);
        ok = begin_part(t);
    }
    buf_release(&set.plain);
    return ok;
}

/* ---- groups and quantifiers ---- */

static bool open_group(struct translator *t)
{
    if (t->groups == GROUPS_MAX)
        return refuse(t, _("it has too many parentheses"));
    if (t->s[1] == '?' && t->s[2] != ':')
        return refuse(t, _("look-around and named groups are not known"));
    t->s += t->s[1] == '?' ? 3 : 1;
    buf_add_byte(t->out, '(');
    if (!begin_part(t))
        return false;
    t->groups++;
    t->sums[t->groups] = t->last = 0;
    return true;
}

static bool close_group(struct translator *t)
{
    if (t->groups == 0)
        return refuse(t, _("a ( is missing"));
    t->s++;
    buf_add_byte(t->out, ')');
    t->last += t->sums[t->groups] + 1;
    t->groups--;
    return true;
}

/* "*", "+", "?", "{2}", "{2,}", "{2,5}": how often at most, and its length. */
static bool read_quantifier(struct translator *t, size_t *times, size_t *n)
{
    size_t low, high;
    const char *s = t->s + 1;

    *n = 1;
    *times = *t->s == '?' ? 1 : 2;
    if (*t->s != '{')
        return true;
    low = strspn(s, "0123456789");
    high = s[low] == ',' ? strspn(s + low + 1, "0123456789") : 0;
    *n = 2 + low + (s[low] == ',') + high;
    if (low == 0 || low > 3 || high > 3 || t->s[*n - 1] != '}')
        return refuse(t, _("write repetitions as {2}, {2,} or {2,5}"));
    for (*times = 0; *s != '}' && (*s != ',' || s[1] != '}'); s++)
        *times = *s == ',' ? 0 : 10 * *times + (size_t)(*s - '0');
    return *times <= REPEAT_MAX ||
           refuse(t, _("it repeats more than 255 times"));
}

static bool translate_quantifier(struct translator *t)
{
    size_t times, n;

    if (t->last == 0)
        return refuse(t, _("there is nothing to repeat"));
    if (!read_quantifier(t, &times, &n))
        return false;
    buf_add(t->out, t->s, n);
    t->s += n;
    t->last *= times == 0 ? 1 : times;
    if (t->last > SIZE_MAX_OF_PART)
        return refuse(t, _("it is too large"));
    if (*t->s == '?') /* lazy: of no meaning where the whole text counts */
        t->s++;
    if (*t->s != '\0' && strchr("*+?{", *t->s) != NULL)
        return refuse(t, _("one repetition stands behind another"));
    return true;
}

static bool translate_one(struct translator *t)
{
    switch (*t->s) {
    case '\\':
        return translate_escape(t);
    case '[':
        return translate_set(t);
    case '(':
        return open_group(t);
    case ')':
        return close_group(t);
    case '*':
    case '+':
    case '?':
    case '{':
        return translate_quantifier(t);
    case '|':
    case '^':
    case '$':
        t->sums[t->groups] += t->last;
        t->last = 0;
        break;
    default: /* the bytes of one character count as one */
        if (((unsigned char)*t->s & 0xC0) != 0x80 && !begin_part(t))
            return false;
    }
    buf_add_byte(t->out, (uint8_t)*t->s++);
    return true;
}

static bool translate(const char *pattern, struct buf *out, struct err *e)
{
    struct translator t = {.s = pattern, .out = out, .e = e};

    if (strnlen(pattern, PATTERN_BYTES_MAX + 1) > PATTERN_BYTES_MAX)
        return refuse(&t, _("it is longer than 512 bytes"));
    buf_add_str(out, "^(");
    while (*t.s != '\0')
        if (!translate_one(&t))
            return false;
    buf_add_str(out, ")$");
    if (t.groups != 0)
        return refuse(&t, _("a ) is missing"));
    return !buf_failed(out) || refuse(&t, _("it is too large"));
}

/* ---- using ---- */

/* glibc's regcomp frees twice when memory runs out in it. What it may take is
 * asked for before, so that the program ends with its own sentence. */
static void ask_for_room(void)
{
    enum { REGCOMP_BYTES = 1 << 20 };

    mem_free(mem_alloc(REGCOMP_BYTES));
}

/* Characters, not bytes, whatever language the program speaks. */
static bool use_pattern(const char *posix, const char *subject, bool *matches,
                        struct err *e)
{
    locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    locale_t before = utf8 != (locale_t)0 ? uselocale(utf8) : (locale_t)0;
    regex_t r;
    int rc;
    bool ok = true;

    ask_for_room();
    rc = regcomp(&r, posix, REG_EXTENDED | REG_NOSUB);

    if (rc != 0) {
        char why[100];
        regerror(rc, &r, why, sizeof why);
        ok = err_set(e, ERR_INPUT, _("the pattern cannot be used: %s"), why);
    } else {
        if (subject != NULL)
            *matches = regexec(&r, subject, 0, NULL, 0) == 0;
        regfree(&r);
    }
    if (utf8 != (locale_t)0) {
        uselocale(before);
        freelocale(utf8);
    }
    return ok;
}

static bool match(const char *pattern, const char *subject, bool *matches,
                  struct err *e)
{
    struct buf posix = BUF_INIT(POSIX_BYTES_MAX);
    bool ok = translate(pattern, &posix, e) &&
              use_pattern(buf_text(&posix), subject, matches, e);

    buf_release(&posix);
    return ok;
}

bool pattern_check(const char *pattern, struct err *e)
{
    bool ignored;

    return match(pattern, NULL, &ignored, e);
}

bool pattern_match(const char *pattern, const char *subject, bool *matches,
                   struct err *e)
{
    size_t n = strnlen(subject, PATTERN_SUBJECT_BYTES_MAX + 1);

    if (n > PATTERN_SUBJECT_BYTES_MAX)
        return err_set(e, ERR_FULL,
                       _("this text is too long to be compared with a "
                         "pattern"));
    return match(pattern, subject, matches, e);
}
