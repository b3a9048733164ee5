/* SPDX-License-Identifier: Apache-2.0 */
/* Only what is known for a sign is taken away: "age < 5", "x * y" and a line
 * of underscores to write on are text. */
#include "forms/markup.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/mem.h"
#include "forms/value.h"

enum { NAME_BYTES = 8, HEADING_MAX = 6 };

/* What an opening and a closing tag become. */
static const struct tag {
    const char *name, *begin, *end;
} tags[] = {
    {"a", "", ""},      {"b", "", ""},      {"big", "", ""},
    {"br", "\n", "\n"}, {"center", "", ""}, {"code", "", ""},
    {"div", "", "\n"},  {"em", "", ""},     {"font", "", ""},
    {"h1", "", "\n"},   {"h2", "", "\n"},   {"h3", "", "\n"},
    {"h4", "", "\n"},   {"h5", "", "\n"},   {"h6", "", "\n"},
    {"hr", "\n", ""},   {"i", "", ""},      {"li", "- ", "\n"},
    {"ol", "", ""},     {"p", "", "\n"},    {"s", "", ""},
    {"small", "", ""},  {"span", "", ""},   {"strong", "", ""},
    {"sub", "", ""},    {"sup", "", ""},    {"table", "", ""},
    {"td", "", " "},    {"tr", "", "\n"},   {"u", "", ""},
    {"ul", "", "\n"},
};

static const struct {
    const char *from, *to;
} entities[] = {
    {"&lt;", "<"},   {"&gt;", ">"},    {"&amp;", "&"},
    {"&nbsp;", " "}, {"&quot;", "\""}, {"&#39;", "'"},
};

static const struct tag *tag_of(const char *name, size_t n)
{
    for (size_t i = 0; i < ARR_NR(tags); i++)
        if (strlen(tags[i].name) == n &&
            strncasecmp(tags[i].name, name, n) == 0)
            return &tags[i];
    return NULL;
}

/* One blank line at most, and none at the start. */
static void add_byte(struct buf *out, char c)
{
    const char *so_far = buf_text(out);
    size_t n = out->size;

    if (c == '\n' &&
        (n == 0 || (n > 1 && so_far[n - 1] == '\n' && so_far[n - 2] == '\n')))
        return;
    buf_add_byte(out, (uint8_t)c);
}

static void add_str(struct buf *out, const char *s)
{
    while (*s != '\0')
        add_byte(out, *s++);
}

/* Bytes of a tag that begins here; 0: it is none. */
static size_t take_tag(const char *s, struct buf *out)
{
    bool ends = s[1] == '/';
    const char *name = s + 1 + ends;
    size_t n = 0;
    const struct tag *tag;
    const char *close;

    while (isalnum((unsigned char)name[n]))
        n++;
    tag = tag_of(name, n);
    if (*s != '<' || tag == NULL || strchr(" \t\n/>", name[n]) == NULL)
        return 0;
    close = strchr(name + n, '>');
    if (close == NULL)
        return 0;
    add_str(out, ends ? tag->end : tag->begin);
    return (size_t)(close + 1 - s);
}

static size_t take_entity(const char *s, struct buf *out)
{
    for (size_t i = 0; i < ARR_NR(entities); i++) {
        size_t n = strlen(entities[i].from);

        if (strncmp(s, entities[i].from, n) == 0) {
            buf_add_str(out, entities[i].to);
            return n;
        }
    }
    return 0;
}

/* "## " at the start of a line. */
static size_t take_heading(const char *s, const char *text)
{
    size_t n = strspn(s, "#");

    if (n == 0 || n > HEADING_MAX || s[n] != ' ' || (s > text && s[-1] != '\n'))
        return 0;
    return n + strspn(s + n, " ");
}

/* Whether two stars stand here, and no third. */
static bool is_pair(const char *s, const char *text)
{
    return *s == '*' && s[1] == '*' && s[2] != '*' &&
           (s == text || s[-1] != '*');
}

/* "**words**" in one line; where is the second pair? NULL: nowhere. */
static const char *end_of_bold(const char *s, const char *text)
{
    const char *end = s + 2;

    if (!is_pair(s, text) || *end == '\0' || isspace((unsigned char)*end))
        return NULL;
    for (; *end != '\0' && *end != '\n'; end++)
        if (is_pair(end, text) && !isspace((unsigned char)end[-1]))
            return end;
    return NULL;
}

/* "[words](http://...)": the words, and the address behind them. */
static size_t take_link(const char *s, struct buf *out)
{
    size_t words = strcspn(s, "]\n"), n;

    if (*s != '[' || strncmp(s + words, "](http", 6) != 0)
        return 0;
    n = strcspn(s + words, ")\n");
    if (s[words + n] != ')')
        return 0;
    buf_add(out, s + 1, words - 1);
    buf_add_str(out, " (");
    buf_add(out, s + words + 2, n - 2);
    buf_add_byte(out, ')');
    return words + n + 1;
}

static void strip(const char *text, struct buf *out)
{
    const char *bold = NULL;

    for (const char *s = text; *s != '\0';) {
        size_t n = take_heading(s, text);

        if (n == 0 && s == bold)
            n = 2;
        if (n == 0 && (bold == NULL || bold < s) &&
            (bold = end_of_bold(s, text)) != NULL)
            n = 2;
        if (n == 0)
            n = take_tag(s, out);
        if (n == 0)
            n = take_entity(s, out);
        if (n == 0)
            n = take_link(s, out);
        if (n == 0 && *s == '\\' && s[1] != '\0' && strchr("*_#<[\\", s[1]))
            s++;
        if (n == 0)
            add_byte(out, *s++);
        s += n;
    }
}

const char *markup_strip(const char *text, struct pool *pool)
{
    struct buf out = BUF_INIT(2 * VALUE_TEXT_BYTES_MAX);
    const char *stripped = text;

    if (strpbrk(text, "<&#*_[\\\n") == NULL)
        return text;
    strip(text, &out);
    while (out.size > 0 && out.data[out.size - 1] == '\n')
        out.size--;
    stripped = pool_strn(pool, buf_text(&out), out.size);
    buf_release(&out);
    return stripped;
}
