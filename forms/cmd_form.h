/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FORMS_CMD_FORM_H
#define FORMS_CMD_FORM_H
/* homeward form ...: what an author of forms needs. */
#include "base/cmd.h"

extern const struct cmd cmd_form_check, cmd_form_import, cmd_form_export,
    cmd_form_diff;

#endif
