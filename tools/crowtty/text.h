/* text.h — text from a target, harmless on a terminal.
 *
 * Whatever a target sends may be anything: control characters, escape sequences, zeros. Those are
 * shown as \u001b, bytes that are no UTF-8 as \xff.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef CROWTTY_TEXT_H
#define CROWTTY_TEXT_H

#include <stdio.h>

#include "mn/proto/postcard.h"

/* As it is, but harmless. */
void text_put(FILE *out, struct mn_str text);

/* Likewise for a value: in quotes unless it is one plain word. */
void text_put_value(FILE *out, struct mn_str text);

/* As much of it as `room` bytes hold with a 0 at the end, cut between characters, zeros inside
 * replaced by `?`. */
void text_copy(char *out, size_t room, struct mn_str text);

bool text_is(struct mn_str text, const char *word);

#endif
