/* graphical_shell.h — what the two files of the graphical shell have from each other.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef DAEMONS_GRAPHICAL_SHELL_H
#define DAEMONS_GRAPHICAL_SHELL_H

#include "mn/daemons/graphical_shell.h"

/* Brings the display nearer to what the terminal has. True if something was done, and there may
 * be more; false if there is nothing to do, or `task` will be woken. */
bool mn_graphical_redraw(struct mn_graphical_shell *shell, struct mn_task *task);

/* Drops what is under way. */
void mn_graphical_redraw_end(struct mn_graphical_shell *shell);

#endif
