/* log_paper.h — a log sink that writes each event as one line of text.
 *
 *     wake task=1 by=0 why=spawn
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef LOG_PAPER_H
#define LOG_PAPER_H

#include "bench.h"

struct log_paper {
    struct mn_log_sink sink;
    const char *only; /* the target to write; NULL: every one */
    char text[8192];
    uint32_t length;
};

/* Joins the log of the bench, and wants all of it. */
void log_paper_open(struct log_paper *paper, struct bench *bench, const char *only);
void log_paper_close(struct log_paper *paper, struct bench *bench);

/* Fails the test unless exactly `text` was written since the last time; then it is blank again. */
void log_paper_assert(struct log_paper *paper, const char *text);

#endif
