/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/store/support_people.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "store/setting.h"

static int64_t now(void *arg)
{
    return ((struct people *)arg)->now_ms;
}

static struct store_env env_of(struct people *p)
{
    return (struct store_env){{now, p}, entropy_system()};
}

struct store *people_open(struct people *p, const char *passphrase)
{
    return store_open(p->disk.folder, passphrase, env_of(p), &p->e);
}

int people_new(void **state)
{
    static struct people p;
    const struct store_new n = {.site_name = "Gasera",
                                .place = "ET041114",
                                .login = "almaz",
                                .role = "case-manager"};
    setenv("HOMEWARD_KDF_COST", "least", 1);
    p = (struct people){.disk = disk_new(), .now_ms = 1795255200000};
    disk_name(&p.disk, "homeward.keys", p.keys);
    if (!store_create(p.disk.folder, &n, PEOPLE_ALMAZ, env_of(&p), &p.e) ||
        !(p.store = people_open(&p, PEOPLE_ALMAZ)) ||
        !user_add(p.store, "bekele", "community-worker", PEOPLE_BEKELE, &p.e))
        fail_msg("%s", p.e.text);
    *state = &p;
    return 0;
}

int people_end(void **state)
{
    struct people *p = *state;
    store_close(p->store);
    disk_clear(&p->disk);
    return 0;
}

bool people_write(struct people *p, struct store *s, const char *name,
                  int64_t value)
{
    return setting_set_int(s, name, value, &p->e);
}

int64_t people_read(struct people *p, struct store *s, const char *name)
{
    int64_t value = 0;
    if (!setting_get_int(s, name, &value, &p->e))
        fail_msg("%s", p->e.text);
    return value;
}
