/* replay_say.h — what a recording has, and what came instead, for people.
 *
 * Every text fits PLAYER_TEXT_BYTES.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef HAL_SIM_REPLAY_SAY_H
#define HAL_SIM_REPLAY_SAY_H

#include "hal-sim/replay.h"

/* "console", "keyboard", "machine" ... */
const char *replay_device_name(const struct player *player, enum record_kind kind,
                               uint8_t device);

/* What was recorded next: "console receives 3 bytes, "abc"". */
void replay_say_entry(const struct player *player, const struct record_entry *entry, char *text);

/* What the kernel does now: "asks for received bytes". */
void replay_say_call(enum record_kind kind, char *text);

/* The kernel sends these bytes; if the entry is of bytes too, from where they differ on. */
void replay_say_sent(const struct record_entry *entry, const uint8_t *bytes, uint32_t count,
                     char *text);

#endif
