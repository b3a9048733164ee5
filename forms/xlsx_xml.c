/* SPDX-License-Identifier: Apache-2.0 */
#include <expat.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/str.h"
#include "forms/xlsx_int.h"

enum {
    DEPTH_MAX = 64,
    /* the parser starts a tag again with every piece until it has all of it:
     * no honest tag is as long as this */
    TAG_BYTES_MAX = 128 * 1024,
};

#define SEPARATOR '|' /* between a namespace and a name */

struct parsing {
    struct xlsx_reading *r;
    const struct xlsx_handler *handler;
    void *arg;
    XML_Parser parser;
    unsigned depth;
    size_t fed; /* bytes given to the parser */
    bool failed;
    struct err *e;
};

static const char *local_name(const char *name)
{
    const char *at = strrchr(name, SEPARATOR);

    return at != NULL ? at + 1 : name;
}

static void stop(struct parsing *p)
{
    p->failed = true;
    XML_StopParser(p->parser, XML_FALSE);
}

static void on_start(void *arg, const XML_Char *name, const XML_Char **atts)
{
    struct parsing *p = arg;

    if (p->failed)
        return;
    p->r->elements_left -= p->r->elements_left > 0;
    if (++p->depth > DEPTH_MAX) {
        err_set(p->e, ERR_INPUT,
                _("The workbook is nested deeper than any that a spreadsheet "
                  "program writes"));
        stop(p);
    } else if (p->r->elements_left == 0) {
        err_set(p->e, ERR_FULL,
                _("The workbook has too many cells: delete empty rows and "
                  "columns and save it again"));
        stop(p);
    } else if (p->handler->start != NULL &&
               !p->handler->start(p->arg, local_name(name), atts, p->e)) {
        stop(p);
    }
}

static void on_end(void *arg, const XML_Char *name)
{
    struct parsing *p = arg;

    p->depth--;
    if (!p->failed && p->handler->end != NULL &&
        !p->handler->end(p->arg, local_name(name), p->e))
        stop(p);
}

static void on_text(void *arg, const XML_Char *s, int n)
{
    struct parsing *p = arg;

    if (!p->failed && p->handler->text != NULL)
        p->handler->text(p->arg, s, (size_t)n);
}

/* Any document type could hold entities that grow without end. */
static void on_doctype(void *arg, const XML_Char *name, const XML_Char *system,
                       const XML_Char *public, int has_subset)
{
    struct parsing *p = arg;

    (void)name, (void)system, (void)public, (void)has_subset;
    err_set(p->e, ERR_INPUT,
            _("The workbook declares entities of its own, which no "
              "spreadsheet program does; it was not read"));
    stop(p);
}

static bool feed(void *arg, const char *bytes, size_t n, struct err *e)
{
    struct parsing *p = arg;

    (void)e;
    if (n > p->r->unpacked_left) {
        p->failed = true;
        return err_set(p->e, ERR_FULL,
                       _("The workbook unpacks to more than %d megabytes"),
                       XLSX_UNPACKED_BYTES_MAX >> 20);
    }
    p->r->unpacked_left -= n;
    p->fed += n;
    if (XML_Parse(p->parser, bytes, (int)n, 0) == XML_STATUS_ERROR) {
        if (!p->failed)
            err_set(p->e, ERR_INPUT,
                    _("A part of the workbook is damaged: save it again in a "
                      "spreadsheet program"));
        return false;
    }
    if (p->fed - (size_t)XML_GetCurrentByteIndex(p->parser) > TAG_BYTES_MAX)
        return err_set(p->e, ERR_FULL,
                       _("The workbook holds a tag that is too long"));
    return true;
}

bool xlsx_parse(struct xlsx_reading *r, const struct zip_member *m,
                const struct xlsx_handler *h, void *arg, struct err *e)
{
    struct parsing p = {.r = r, .handler = h, .arg = arg, .e = e};
    bool ok;

    p.parser = XML_ParserCreateNS(NULL, SEPARATOR);
    if (p.parser == NULL)
        mem_none_left();
    XML_SetUserData(p.parser, &p);
    XML_SetElementHandler(p.parser, on_start, on_end);
    XML_SetCharacterDataHandler(p.parser, on_text);
    XML_SetStartDoctypeDeclHandler(p.parser, on_doctype);
    ok = zip_read(r->zip, m, feed, &p, e);
    if (ok && XML_Parse(p.parser, "", 0, 1) == XML_STATUS_ERROR && !p.failed)
        ok = err_set(e, ERR_INPUT,
                     _("A part of the workbook ends too early: save it again "
                       "in a spreadsheet program"));
    XML_ParserFree(p.parser);
    return ok && !p.failed;
}

const char *xlsx_attribute(const char **attributes, const char *name)
{
    for (; attributes[0] != NULL; attributes += 2)
        if (str_equal(local_name(attributes[0]), name))
            return attributes[1];
    return NULL;
}
