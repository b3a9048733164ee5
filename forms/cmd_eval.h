/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FORMS_CMD_EVAL_H
#define FORMS_CMD_EVAL_H
/* homeward form eval: what expressions of the form language give. */
#include "base/cmd.h"

extern const struct cmd cmd_form_eval;

#endif
