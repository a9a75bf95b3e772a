/* board.h — the simulated computer: which parts it has and how they are wired.
 *
 *     config ──► for each UART: device ─ HAL table ─ driver task ─ daemon task
 *                                                       or ─ serial mux ─ daemon tasks
 *                the display: HAL table ─ driver task
 *                keyboard: ring of keys ─ HAL table ─ feed task ─ keyboard mux
 *                a power button (signals, --until) ─ power task ─ mn_halt
 *
 * The only place, beside a BSP's main, that knows every part.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MELPO_BOARD_H
#define MELPO_BOARD_H

#include <uv.h>

#include "config.h"
#include "devices/null_uart.h"
#include "devices/tcp_uart.h"
#include "devices/window_mail.h"
#include "hal-sim/machine.h"
#include "hal-sim/poll_watch.h"
#include "hal-sim/record.h"
#include "hal-sim/replay.h"
#include "hal-sim/sim_display.h"
#include "hal-sim/sim_keyboard.h"
#include "hal-sim/sim_uart.h"
#include "log_text.h"
#include "mn/daemons/graphical_shell.h"
#include "mn/daemons/hello.h"
#include "mn/daemons/keyboard_feed.h"
#include "mn/daemons/loopback.h"
#include "mn/daemons/pseudo_keyboard.h"
#include "mn/daemons/sermux_trace.h"
#include "mn/torture.h"
#include "mn/kernel.h"
#include "mn/shell/session.h"
#include "mn/svc/display.h"
#include "mn/svc/keyboard_mux.h"
#include "mn/svc/picture.h"
#include "mn/svc/serial_mux.h"
#include "mn/svc/serial_port.h"
#include "mn/svc/spawnulator.h"
#include "mn/watchdog.h"

struct board_pace { /* of a replay; zeroed: as fast as it can */
    bool is_on;
    uint64_t from_us; /* it is as fast as it can up to this machine time */
    uint64_t idle_us; /* and again when nothing has come from outside for so long */
};

struct board_seam { /* what stands between the machine and its parts; zeroed: nothing */
    struct recorder *recorder;
    bool is_replay;
    struct player player;
    struct board_pace pace;
    uint64_t due_us;    /* the host's time at which what is next is to be seen */
    bool is_dismissed;  /* somebody has seen enough */
    bool says_talk;     /* what the UARTs hear and say is in the log */
    FILE *outputs[MELPO_UARTS_MAX]; /* what each UART sends in a replay, if it is kept */
};

struct board_power { /* the task that waits for somebody to press the button */
    struct mn_co co;
    struct mn_kernel *kernel;
    struct mn_wait wait;
    struct mn_task task;
    uint8_t line;
    bool *is_pressed;
};

struct board_watchdog { /* zeroed: none */
    struct mn_watchdog dog;
    struct poll_watch polls;
};

struct board_uart {
    const struct melpo_uart_config *config;
    union {
        struct tcp_uart tcp;
        struct null_uart null;
    } device;
    bool is_open;
    struct sim_uart hal;
    struct mn_task driver_task;
    struct mn_serial_driver driver;
    struct mn_task daemon_task;
    union {
        struct mn_loopback loopback;
        struct mn_hello hello;
        struct mn_session session;
    } daemon;
};

struct board_mux { /* the serial mux and who is on its ports */
    struct mn_serial_mux mux;
    struct mn_task task;
    struct mn_loopback loopback;
    struct mn_task loopback_task;
    struct mn_hello hello;
    struct mn_task hello_task;
    struct mn_session shells[MELPO_MUX_SHELLS];
    struct mn_task shell_tasks[MELPO_MUX_SHELLS];
};

struct board_display { /* zeroed while there is none */
    struct sim_display hal;
    struct mn_task task;
    struct mn_display driver;
};

struct board_window { /* the machine's end of one; zeroed while there is none */
    struct board *board;
    struct window_mail *mail;
    uv_async_t async; /* something came from it */
};

struct board_keyboard {
    bool is_there;
    struct keys keys; /* who has a window puts its keys in here */
    struct sim_keyboard hal;
    struct mn_task task, mux_task, pseudo_task;
    union {
        struct mn_keyboard_feed feed;     /* with a mux */
        struct mn_keyboard_driver driver; /* without */
    } on;
    struct mn_keyboard_mux mux;
    struct mn_pseudo_keyboard pseudo;
};

struct board_camera { /* the task that takes pictures for programs */
    struct mn_co co;
    struct board *board;
    struct mn_task task;
    struct mn_service service;
    struct mn_picture_job job;
    struct mn_service_recv recv;
};

struct board {
    const struct melpo_config *config;
    struct log_text *log;
    uv_loop_t loop;
    struct sim_machine machine;
    struct board_seam seam;
    struct mn_kernel kernel;
    struct board_watchdog watchdog;
    struct sim_watcher trouble; /* what goes wrong on purpose between ticks */
    void *arena; /* its own; NULL: it is borrowed */
    struct board_power power;
    bool power_is_pressed;
    bool hides_disturbances;
    uint32_t said_disturbances; /* in the log */
    struct board_display display;
    struct board_window window;
    struct board_camera camera;
    struct board_uart uarts[MELPO_UARTS_MAX];
    uint32_t uart_count; /* opened so far */
    struct board_mux mux; /* of the UART that is attached to it, if any */
    struct mn_task trace_task;
    struct mn_sermux_trace trace; /* over the mux */
    struct mn_task graphical_shell_task;
    struct mn_graphical_shell graphical_shell;
    struct mn_task spawnulator_task;
    struct mn_spawnulator spawnulator;
    struct board_keyboard keyboard;
    struct mn_task torture_task;
    struct mn_torture torture;
};

struct board_settings {
    bool is_virtual;
    bool is_alone; /* as in sim_machine_settings */
    uint64_t seed;
    void *arena;   /* as much as the heap needs, borrowed until board_close; NULL: its own */
    struct disturb_plan plan;  /* what the seed decides beyond entropy; zeroed: nothing */
    struct disturb_list *list; /* as in sim_machine_settings */
    bool hides_disturbances;   /* from the log, not from a recording */
    struct window_mail *window; /* of a window as large as the display; NULL: headless */
    struct recorder *recorder;  /* open, of a recording to be made; board_close ends it; or NULL */
    struct record_reading *reading; /* to be replayed: no device is opened; or NULL */
    struct board_pace pace; /* of the replay */
    bool says_talk;         /* its log has what the UARTs hear and say */
    const char *outputs; /* a folder for what the UARTs send in a replay, NAME.out each; or NULL */
};

struct board_picture {
    char path[512]; /* of its file */
    char why[768];  /* it could not be taken; else empty */
};

/* Opens every device, then starts the kernel's tasks; nothing has run yet.
 *
 * Borrows  `config` and `log` until board_close.
 * Returns  true, or false after writing to `err` what could not be done and why; nothing is open
 *          then. */
bool board_open(struct board *board, const struct melpo_config *config, struct log_text *log,
                const struct board_settings *settings, FILE *err);

/* Runs until the power button has been pressed or a program halts. Returns the halt code. */
int board_run(struct board *board);

/* The display's picture as it is now; NULL if there is none, or not yet. Between ticks, and until
 * board_close. */
const struct mn_bitmap *board_display_frame(const struct board *board);

/* Writes what the display shows, in its two colors, as a PNG file: to `path`, or, if that is NULL,
 * to the first of mnemos-0001.png, mnemos-0002.png ... that is not there yet, in the working
 * directory. Says in the log which it is, or why there is none. From a task or between ticks, and
 * until board_close. */
bool board_take_picture(struct board *board, const char *path, struct board_picture *picture);

/* Has a text typed on the machine's keyboard, or one key pressed by its name ("Ctrl+F5"), as fast
 * as a machine is typed on; both come in the way the keys of a window do (hal-sim/sim_keyboard.h).
 * From a callback of the loop, or an alarm; what is typed before somebody reads is heard by nobody.
 *
 * Returns  MN_OK
 *          MN_ERR_NOT_FOUND  the machine has no keyboard
 *          MN_ERR_INVALID    no key has this name, or the text is none
 *          MN_ERR_FULL       too much waits to be typed already */
MN_MUST_USE enum mn_err board_type(struct board *board, const char *text, uint32_t bytes);
MN_MUST_USE enum mn_err board_press(struct board *board, const char *name, uint32_t bytes);

/* How often the watchdog has found somebody stuck. */
uint32_t board_watchdog_count(const struct board *board);

/* Bytes for a UART that nobody was there for: by its driver's count and by its device's. */
uint64_t board_discarded_bytes(const struct board_uart *uart);

/* Asks the machine to halt in order, at its next chance: somebody does, who has seen enough of a
 * replay. */
void board_press_power(struct board *board);

/* The same at a moment that was set before the run: what a replay in a window shows then stays. */
void board_reach_end(struct board *board);

/* Behind board_run: shows the last picture of a replay in a window until somebody has seen enough.
 * Nothing in any other run. */
void board_hold(struct board *board);

/* Halts the machine at once, between ticks, without asking it. */
void board_halt(struct board *board, int code);

/* No disturbance from here on. */
void board_calm(struct board *board);

struct board_rest { /* what nobody has given back */
    uint32_t blocks; /* of memory */
    uint32_t timers; /* armed */
    uint32_t lines;  /* of interrupts that somebody waits for */
};

/* What the kernel has left behind, after board_close: nothing, or somebody has leaked it. */
struct board_rest board_rest(const struct board *board);

/* Logs what went wrong on purpose since it was last called, which is after each sleep; each can be
 * had alone with --disturb. */
void board_say_disturbances(struct board *board);

/* Logs, at level debug, what the kernel and each UART come to; then finishes the kernel, closes the
 * devices, and gives everything back. */
void board_close(struct board *board);

#endif
