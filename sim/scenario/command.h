/* command.h — `melpo test`: scenarios from the command line to the exit status.
 *
 *     files ──► scenario.h, all of them first ──► verdict.h ──► TAP, JUnit, exit status
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MELPO_COMMAND_H
#define MELPO_COMMAND_H

/* Does what `melpo test ...` says; argv[0] is the program, argv[1] "test".
 *
 * Returns  MELPO_EXIT_OK      all of it holds
 *          MELPO_EXIT_FAILED  what it has to say cannot be written
 *          MELPO_EXIT_USAGE   a bad command line or a bad scenario; nothing was run
 *          MELPO_EXIT_SCRIPT  something does not hold */
int scenario_command(int argc, char *argv[]);

#endif
