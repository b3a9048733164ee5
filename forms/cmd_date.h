/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FORMS_CMD_DATE_H
#define FORMS_CMD_DATE_H
/* homeward date: a day in both calendars. */
#include "base/cmd.h"

extern const struct cmd cmd_date;

#endif
