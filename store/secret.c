/* SPDX-License-Identifier: Apache-2.0 */
#include "store/secret.h"

#include <malloc.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "base/i18n.h"
#include "base/mem.h"

enum { FREED_BYTE = 0xa5 };

#ifdef HOMEWARD_SANITIZED
static const unsigned long dumpable = 1;
#else
static const unsigned long dumpable = 0;
#endif

void secret_start(void)
{
    if (sodium_init() < 0) /* cover: bug - its lock is broken */
        mem_none_left();
}

void *secret_alloc(size_t size_bytes)
{
    secret_start();
    void *p = sodium_malloc(size_bytes);
    if (!p)
        mem_none_left();
    memset(p, 0, size_bytes);
    return p;
}

void secret_free(void *p)
{
    sodium_free(p);
}

bool secret_harden(struct err *e)
{
    const struct rlimit none = {0, 0};
    /* pages that SQLite has opened and given back must not linger */
    mallopt(M_PERTURB, FREED_BYTE);
    if (setrlimit(RLIMIT_CORE, &none) != 0)
        return err_errno(e, _("Core files cannot be switched off"));
    if (prctl(PR_SET_DUMPABLE, dumpable, 0, 0, 0) != 0)
        return err_errno(e, _("Debuggers cannot be kept out"));
    return true;
}
