/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes an archive, as scripts that build workbooks need one:
 *
 *     tool_zip OUT DIR MEMBER...
 *
 * Each MEMBER is a file of DIR. One that is written MEMBER=BYTES lies: the
 * directory of the archive says that it unpacks to so many bytes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "forms/zip.h"

enum { ARCHIVE_BYTES_MAX = 32 << 20, MEMBER_BYTES_MAX = 512 << 20 };

static bool add(struct zip_writer *w, const char *dir, char *member,
                struct err *e)
{
    struct buf bytes = BUF_INIT(MEMBER_BYTES_MAX), path = BUF_INIT(4096);
    char *claim = strchr(member, '=');
    bool ok;

    if (claim != NULL)
        *claim++ = '\0';
    buf_printf(&path, "%s/%s", dir, member);
    ok = buf_read_file(&bytes, buf_text(&path), e);
    if (ok) {
        zip_write(w, member, buf_text(&bytes), bytes.size);
        if (claim != NULL)
            w->items[w->nr - 1].bytes = (uint32_t)strtoul(claim, NULL, 10);
    }
    buf_release(&bytes);
    buf_release(&path);
    return ok;
}

int main(int argc, char **argv)
{
    struct buf out = BUF_INIT(ARCHIVE_BYTES_MAX);
    struct zip_writer w = {.out = &out};
    struct err e = ERR_INIT;
    bool ok = true;

    if (argc < 4) {
        fprintf(stderr, "usage: tool_zip OUT DIR MEMBER...\n");
        return 2;
    }
    for (int i = 3; i < argc && ok; i++)
        ok = add(&w, argv[2], argv[i], &e);
    ok = zip_write_end(&w, &e) && ok && file_replace(argv[1], &out, 0644, &e);
    if (!ok)
        fprintf(stderr, "tool_zip: %s\n", e.text);
    buf_release(&out);
    return ok ? 0 : 1;
}
