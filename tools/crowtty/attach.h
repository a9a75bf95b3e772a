/* attach.h — `crowtty tcp` and `crowtty serial`: all parts of a session, wired.
 *
 *     target ◄──► link ◄──► mux ─┬─► ports      TCP peers
 *                                ├─► shown      text on standard output
 *                                ├─► tracing ──► print, perfetto
 *     standard input ──► keyboard ┘
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef CROWTTY_ATTACH_H
#define CROWTTY_ATTACH_H

#include "options.h"

/* Runs until the user ends it; the result is the exit status. */
int attach_run(const struct options *options);

#endif
