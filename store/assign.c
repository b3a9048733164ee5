/* SPDX-License-Identifier: Apache-2.0 */
#include "store/assign.h"

#include "base/i18n.h"
#include "store/office.h"
#include "store/store.h"

bool assign_worker(struct store *s, const struct id *case_id, const char *login,
                   bool works, struct err *e)
{
    char role[STORE_LOGIN_BYTES];
    if (!office_role_of(s, login, role, sizeof role, e))
        return false;
    if (role[0] == '\0')
        return err_set(e, ERR_INPUT,
                       _("This office has nobody with the login \"%.40s\""),
                       login);
    return office_write_worker(s, case_id, login, works, e) ||
           err_wrap(e, _("Naming who works on the case"));
}
