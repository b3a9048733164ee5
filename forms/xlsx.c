/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A package is a zip of parts. Which part is which stands in relationship
 * files: the package's own names the workbook, the workbook's names shared
 * strings, styles and worksheets by the ids that the list of sheets uses.
 * Names of files mean nothing.
 */
#include "forms/xlsx.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arr.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/utf8.h"
#include "forms/xlsx_int.h"

enum { FIRST_OWN_FORMAT = 164 };

/* The sheets a form can have; further, any whose name begins with _ or x_. */
static const char *const form_sheets[] = {
    "survey", "choices", "settings", "entities", "external_choices",
};

struct relation {
    const char *id, *type, *path; /* path of the part in the zip */
};

struct package {
    struct xlsx_reading *r;
    const char *folder; /* of the part whose relations are read */
    struct {
        struct relation *items;
        size_t nr, alloc;
    } relations;
    struct {
        const char **items; /* by place in book->items: relation id */
        size_t nr, alloc;
    } ids;
    struct {
        unsigned *items; /* numbers of own formats that show dates */
        size_t nr, alloc;
    } date_formats;
    bool in_cell_styles;
    bool in_text, in_phonetic;
};

/* ---- texts ---- */

static void add_character(struct xlsx_reading *r, char *to, size_t *n,
                          uint32_t c)
{
    size_t len;

    if (c == 0xA0)
        c = ' ';
    len = utf8_encode(c, to + *n);
    if (utf8_is_clean(to + *n, len))
        *n += len;
    else
        r->dropped += c != '\r';
}

/* "_x000D_" is how the format writes what XML cannot hold. */
static bool take_escape(const char *s, uint32_t *c)
{
    uint32_t n = 0;

    if (s[0] != '_' || s[1] != 'x' || strnlen(s, 7) < 7 || s[6] != '_')
        return false;
    for (int i = 2; i < 6; i++) {
        if (!isxdigit((unsigned char)s[i]))
            return false;
        n = 16 * n +
            (isdigit((unsigned char)s[i])
                 ? (uint32_t)(s[i] - '0')
                 : (uint32_t)(tolower((unsigned char)s[i]) - 'a' + 10));
    }
    *c = n;
    return n < 0xD800 || n > 0xDFFF;
}

static size_t clean(struct xlsx_reading *r, const char *from, size_t size,
                    char *to)
{
    size_t n = 0, len;

    for (size_t i = 0; i < size; i += len) {
        uint32_t c;
        if (take_escape(from + i, &c))
            len = 7;
        else
            c = utf8_decode(from + i, size - i, &len);
        add_character(r, to, &n, c);
    }
    to[n] = '\0';
    return n;
}

static bool is_plain(const char *text, size_t n)
{
    return utf8_is_clean(text, n) && strstr(text, "_x") == NULL &&
           strstr(text, "\xC2\xA0") == NULL;
}

bool xlsx_take_text(struct xlsx_reading *r, const char **out, struct err *e)
{
    const char *text = buf_text(&r->text);
    size_t n = r->text.size;

    if (n > r->text_left)
        return err_set(e, ERR_FULL,
                       _("The workbook holds more than %d megabytes of text"),
                       BOOK_TEXT_BYTES_MAX >> 20);
    r->text_left -= n;
    r->cut += buf_failed(&r->text);
    if (n == 0) {
        *out = "";
    } else if (is_plain(text, n)) {
        *out = pool_strn(r->book->pool, text, n);
    } else {
        char *to = pool_alloc(r->book->pool, n + 4);
        clean(r, text, n, to);
        *out = to;
    }
    buf_clear(&r->text);
    return true;
}

/* ---- relations ---- */

/* "../media/x" from "xl/worksheets/": names separated by "/", and an absolute
 * path for one that begins with it. */
static const char *join_path(struct pool *pool, const char *folder,
                             const char *target)
{
    char *path;
    size_t n;

    if (*target == '/')
        return pool_str(pool, target + 1);
    path = pool_printf(pool, "%s%s", folder, target);
    n = strlen(folder);
    while (str_starts(path + n, "../")) {
        size_t up = n > 0 ? n - 1 : 0;
        while (up > 0 && path[up - 1] != '/')
            up--;
        memmove(path + up, path + n + 3, strlen(path + n + 3) + 1);
        n = up;
    }
    return path;
}

static bool on_relation(void *arg, const char *name, const char **attributes,
                        struct err *e)
{
    struct package *p = arg;
    struct pool *pool = p->r->book->pool;
    const char *id = xlsx_attribute(attributes, "Id");
    const char *type = xlsx_attribute(attributes, "Type");
    const char *target = xlsx_attribute(attributes, "Target");

    if (!str_equal(name, "Relationship") || id == NULL || type == NULL ||
        target == NULL)
        return true;
    if (p->relations.nr == ZIP_MEMBERS_MAX)
        return err_set(e, ERR_FULL, _("The workbook has more than %d parts"),
                       ZIP_MEMBERS_MAX);
    ARR_PUSH(&p->relations) = (struct relation){
        .id = pool_str(pool, id),
        .type = pool_str(pool, type),
        .path = join_path(pool, p->folder, target),
    };
    return true;
}

/* The relations of a part: "xl/workbook.xml" has its in
 * "xl/_rels/workbook.xml.rels". Without the file there are none. */
static bool read_relations(struct package *p, const char *part, struct err *e)
{
    static const struct xlsx_handler handler = {.start = on_relation};
    struct pool *pool = p->r->book->pool;
    const char *slash = strrchr(part, '/');
    const char *file = slash != NULL ? slash + 1 : part;
    const struct zip_member *m;

    p->relations.nr = 0;
    p->folder = pool_strn(pool, part, (size_t)(file - part));
    m = zip_find(p->r->zip,
                 pool_printf(pool, "%s_rels/%s.rels", p->folder, file));
    return m == NULL || xlsx_parse(p->r, m, &handler, p, e);
}

/* The part that a relation of this type leads to; NULL when there is none. */
static const struct zip_member *part_of_type(const struct package *p,
                                             const char *type)
{
    for (size_t i = 0; i < p->relations.nr; i++)
        if (str_ends(p->relations.items[i].type, type))
            return zip_find(p->r->zip, p->relations.items[i].path);
    return NULL;
}

static const struct zip_member *part_of_id(const struct package *p,
                                           const char *id)
{
    for (size_t i = 0; i < p->relations.nr; i++)
        if (str_equal(p->relations.items[i].id, id))
            return zip_find(p->r->zip, p->relations.items[i].path);
    return NULL;
}

/* ---- the workbook: which sheets there are ---- */

static bool is_true(const char *text)
{
    return str_equal(text, "1") || str_equal(text, "true");
}

static bool on_workbook(void *arg, const char *name, const char **attributes,
                        struct err *e)
{
    struct package *p = arg;
    struct book *b = p->r->book;
    const char *title = xlsx_attribute(attributes, "name");
    const char *id = xlsx_attribute(attributes, "id");

    if (str_equal(name, "workbookPr"))
        p->r->from_1904 = is_true(xlsx_attribute(attributes, "date1904"));
    if (!str_equal(name, "sheet") || title == NULL || id == NULL)
        return true;
    if (b->nr == BOOK_SHEETS_MAX)
        return err_set(e, ERR_FULL, _("The workbook has more than %d sheets"),
                       BOOK_SHEETS_MAX);
    buf_add_str(&p->r->text, title);
    ARR_PUSH(b) = (struct book_sheet){.name = ""};
    ARR_PUSH(&p->ids) = pool_str(b->pool, id);
    return xlsx_take_text(p->r, &b->items[b->nr - 1].name, e);
}

/* ---- shared strings ---- */

static bool on_string(void *arg, const char *name, const char **attributes,
                      struct err *e)
{
    struct package *p = arg;

    (void)attributes, (void)e;
    p->in_phonetic |= str_equal(name, "rPh");
    p->in_text = str_equal(name, "t") && !p->in_phonetic;
    return true;
}

static bool on_string_end(void *arg, const char *name, struct err *e)
{
    struct package *p = arg;
    const char *text;

    p->in_text = false;
    if (str_equal(name, "rPh"))
        p->in_phonetic = false;
    if (!str_equal(name, "si"))
        return true;
    if (p->r->strings.nr == BOOK_CELLS_MAX)
        return err_set(e, ERR_FULL, _("The workbook has more than %d texts"),
                       BOOK_CELLS_MAX);
    if (!xlsx_take_text(p->r, &text, e))
        return false;
    ARR_PUSH(&p->r->strings) = text;
    return true;
}

static void on_string_text(void *arg, const char *s, size_t n)
{
    struct package *p = arg;

    if (p->in_text)
        buf_add(&p->r->text, s, n);
}

/* ---- styles: which cells show dates ---- */

/* A format shows a date when one of y m d h s stands in it as itself: neither
 * quoted, nor behind a backslash, nor in the brackets of a colour. */
static bool format_shows_date(const char *s)
{
    for (; *s != '\0'; s++) {
        if (*s == '"')
            for (s++; *s != '\0' && *s != '"';)
                s++;
        else if (*s == '[')
            for (; *s != '\0' && *s != ']';)
                s++;
        else if (*s == '\\' || *s == '_' || *s == '*')
            s += s[1] != '\0';
        else if (strchr("ymdhs", tolower((unsigned char)*s)) != NULL)
            return true;
        if (*s == '\0')
            return false;
    }
    return false;
}

static bool number_shows_date(const struct package *p, unsigned n)
{
    if ((n >= 14 && n <= 22) || (n >= 27 && n <= 36) || (n >= 45 && n <= 47) ||
        (n >= 50 && n <= 58))
        return true;
    for (size_t i = 0; i < p->date_formats.nr; i++)
        if (p->date_formats.items[i] == n)
            return true;
    return false;
}

static unsigned number_of(const char *text)
{
    int64_t n = 0;

    return text != NULL && str_to_int(text, 0, 100000, &n) ? (unsigned)n : 0;
}

static bool on_style(void *arg, const char *name, const char **attributes,
                     struct err *e)
{
    struct package *p = arg;
    unsigned n = number_of(xlsx_attribute(attributes, "numFmtId"));
    const char *code = xlsx_attribute(attributes, "formatCode");

    (void)e;
    if (str_equal(name, "cellXfs"))
        p->in_cell_styles = true;
    if (str_equal(name, "numFmt") && code != NULL && format_shows_date(code) &&
        n >= FIRST_OWN_FORMAT && p->date_formats.nr < ZIP_MEMBERS_MAX)
        ARR_PUSH(&p->date_formats) = n;
    if (str_equal(name, "xf") && p->in_cell_styles &&
        p->r->date_styles.nr < BOOK_CELLS_MAX)
        ARR_PUSH(&p->r->date_styles) = number_shows_date(p, n);
    return true;
}

static bool on_style_end(void *arg, const char *name, struct err *e)
{
    struct package *p = arg;

    (void)e;
    if (str_equal(name, "cellXfs"))
        p->in_cell_styles = false;
    return true;
}

/* ---- the whole ---- */

static bool is_of_form(const char *name)
{
    if (name[0] == '_' || str_starts(name, "x_"))
        return true;
    for (size_t i = 0; i < ARR_NR(form_sheets); i++)
        if (strcasecmp(form_sheets[i], name) == 0)
            return true;
    return false;
}

static bool read_sheets(struct package *p, struct err *e)
{
    struct book *b = p->r->book;

    for (size_t i = 0; i < b->nr; i++) {
        const char *name = b->items[i].name;
        size_t n = str_trim(&name);
        const struct zip_member *m = part_of_id(p, p->ids.items[i]);
        b->items[i].name = pool_strn(b->pool, name, n);
        if (!is_of_form(b->items[i].name) || m == NULL)
            continue;
        if (!xlsx_read_rows(p->r, m, &b->items[i], e))
            return err_wrap(e, _("Sheet %.40s"), b->items[i].name);
    }
    return true;
}

static bool read_parts(struct package *p, struct err *e)
{
    static const struct xlsx_handler workbook = {.start = on_workbook};
    static const struct xlsx_handler styles = {.start = on_style,
                                               .end = on_style_end};
    static const struct xlsx_handler strings = {
        .start = on_string, .end = on_string_end, .text = on_string_text};
    const struct zip_member *m;

    if (!read_relations(p, "", e))
        return false;
    m = part_of_type(p, "/officeDocument");
    if (m == NULL)
        m = zip_find(p->r->zip, "xl/workbook.xml");
    if (m == NULL)
        return err_set(e, ERR_INPUT, _("This zip archive is no workbook"));
    if (!xlsx_parse(p->r, m, &workbook, p, e) || !read_relations(p, m->name, e))
        return false;
    m = part_of_type(p, "/styles");
    if (m != NULL && !xlsx_parse(p->r, m, &styles, p, e))
        return false;
    m = part_of_type(p, "/sharedStrings");
    if (m != NULL && !xlsx_parse(p->r, m, &strings, p, e))
        return false;
    return read_sheets(p, e);
}

struct book *xlsx_read(const char *bytes, size_t size,
                       struct finding_list *list, struct err *e)
{
    struct xlsx_reading r = {
        .list = list,
        .cells_left = BOOK_CELLS_MAX,
        .text_left = BOOK_TEXT_BYTES_MAX,
        .unpacked_left = XLSX_UNPACKED_BYTES_MAX,
        .elements_left = XLSX_ELEMENTS_MAX,
        .text = BUF_INIT(XLSX_CELL_BYTES_MAX),
    };
    struct package p = {.r = &r};
    bool ok = false;

    r.book = mem_alloc(sizeof *r.book);
    r.book->pool = pool_new();
    if (size > XLSX_BYTES_MAX)
        err_set(e, ERR_FULL, _("The workbook is larger than %d megabytes"),
                XLSX_BYTES_MAX >> 20);
    else if ((r.zip = zip_open(bytes, size, e)) != NULL)
        ok = read_parts(&p, e);
    if (ok && r.dropped > 0)
        finding_add(list, FINDING_WARNING, FINDING_AT("", 0, ""),
                    P_("%u invisible control character was left out",
                       "%u invisible control characters were left out",
                       r.dropped),
                    r.dropped);
    if (ok && r.cut > 0)
        finding_add(list, FINDING_WARNING, FINDING_AT("", 0, ""),
                    P_("%u text is longer than %d bytes and was cut",
                       "%u texts are longer than %d bytes and were cut", r.cut),
                    r.cut, XLSX_CELL_BYTES_MAX);
    zip_close(r.zip);
    buf_release(&r.text);
    ARR_RELEASE(&r.strings);
    ARR_RELEASE(&r.date_styles);
    ARR_RELEASE(&p.relations);
    ARR_RELEASE(&p.ids);
    ARR_RELEASE(&p.date_formats);
    if (ok)
        return r.book;
    book_free(r.book);
    return NULL;
}
