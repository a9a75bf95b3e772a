/* replay.h — the kernel's tables once more, answered from a recording.
 *
 *     kernel ◄──► player ◄── entries        no sockets, no window, no clock of the host
 *                   └──► what it sends, the lines of the log that came from outside
 *
 * The kernel is the same and gets the same answers, so it does the same. Whatever it does is held
 * against the recording: the order of its calls, each byte it sends, each frame it shows. The first
 * difference ends the replay, and is described.
 *
 * End       The replay is over when the machine has halted as it did, when the recording ends
 *           before that (its program was killed), when it departs, or when somebody stops it.
 *           `over` is called once for the middle two; from then on every call is answered with
 *           nothing, and nothing is told any more.
 * Context   The machine's thread.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef HAL_SIM_REPLAY_H
#define HAL_SIM_REPLAY_H

#include "hal-sim/machine.h"
#include "hal-sim/record_line.h"
#include "hal-sim/record_read.h"
#include "mn/hal/display.h"
#include "mn/hal/keyboard.h"
#include "mn/hal/uart.h"

#define PLAYER_TEXT_BYTES 160u

enum player_state {
    PLAYER_PLAYING,
    PLAYER_CUT,      /* the recording ended before the machine did */
    PLAYER_DEPARTED, /* `departure` says where */
    PLAYER_STOPPED,  /* by player_stop */
    PLAYER_DONE,     /* halted as it did */
};

struct player;

struct player_watch { /* each may be NULL */
    void *context;
    /* The machine sleeps until then, as far as is known. */
    void (*sleeps)(void *context, uint64_t until_us);
    /* Lines that a sample is about to raise. */
    void (*raised)(void *context, uint32_t lines);
    void (*received)(void *context, uint32_t uart, const uint8_t *bytes, uint32_t count);
    void (*sent)(void *context, uint32_t uart, const uint8_t *bytes, uint32_t count);
    void (*line)(void *context, const struct mn_log_record *line);
    /* Does to the kernel what was done to it. False: there is no such task. */
    bool (*strike)(void *context, const struct record_strike *strike);
    void (*over)(void *context);
};

struct player_departure {
    const char *device;
    char expected[PLAYER_TEXT_BYTES], came[PLAYER_TEXT_BYTES];
};

struct player_uart {
    struct mn_hal_uart hal;
    struct player *player;
    uint32_t carrier;
    bool is_sending;
    uint8_t device;
};

struct player {
    struct mn_hal hal;
    struct mn_hal_ops ops;
    struct sim_machine *machine; /* its alarms ring, and its clock is ours */
    struct record_reading *reading;
    struct player_watch watch;
    struct record_entry entry; /* the next, unless the reading is at its end */
    bool has_entry;
    uint64_t quiet;            /* calls to be answered as expected before it */
    struct record_entry taken; /* the latest that was taken */
    uint64_t now_us, expected_us;
    uint64_t outside_us; /* when something last came from outside */
    uint64_t samples;
    uint32_t sleeps;           /* since the loop had a look outside */
    enum player_state state;
    struct player_departure departure;
    struct player_uart uarts[RECORD_DEVICES];
    uint32_t uart_count;
    struct mn_hal_keyboard keyboard;
    struct mn_hal_display display;
    struct mn_hal_display *inner_display;
};

/* Begins to play. Borrows all until the kernel is finished; `machine` is virtual, and nobody else
 * moves it. */
void player_open(struct player *player, struct record_reading *reading,
                 struct sim_machine *machine, const struct player_watch *watch);

/* The tables to give to the kernel in place of those given: of the latter come the names and the
 * lines, and the display's is shown what is pushed. */
struct mn_hal *player_machine(struct player *player);
struct mn_hal_uart *player_uart(struct player *player, const struct mn_hal_uart *like);
struct mn_hal_keyboard *player_keyboard(struct player *player, const struct mn_hal_keyboard *like);
struct mn_hal_display *player_display(struct player *player, struct mn_hal_display *inner);

/* What the world answered to the question of a task that went past the tables. False: the replay
 * is over. The bytes are borrowed until the next call. */
bool player_answer(struct player *player, uint64_t check, const uint8_t **bytes,
                   uint32_t *count);

/* Does to the kernel what was done to it before the next call, if there is any. Sleeping does so by
 * itself. */
void player_strike(struct player *player);

/* Tells the lines of the log that come before the next call. */
void player_tell_lines(struct player *player);

/* The first of them, as long as they say `text`. */
void player_tell_lines_saying(struct player *player, const char *text);

/* Somebody has seen enough. */
void player_stop(struct player *player);

/* The machine has halted with `code` after `ticks`, and its kernel is finished: was it the same to
 * the end? */
void player_finish(struct player *player, uint64_t ticks, int code);

#endif
