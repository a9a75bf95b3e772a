/* board_parts.h — what the files of the board have from each other; the world sees board.h.
 *
 *     board.c           the whole: loop, kernel, power, the order of everything
 *     board_uart.c      a UART: its device, its driver, what is attached to it
 *     board_mux.c       the serial mux, and who is on its ports
 *     board_trace.c     the tracer, over the mux
 *     board_display.c   the display: its table and its driver
 *     board_keyboard.c  the keyboard, its mux, and the mux's pseudo-keyboard
 *     board_shell.c     Forth: shells as configured, and the spawnulator
 *     board_talk.c      what the UARTs of a replay hear and say
 *     board_window.c    the machine's end of a window
 *     board_picture.c   what the display shows, in files
 *     board_torture.c   what puts the kernel to the test
 *     board_disturb.c   memory refused and tasks killed, on purpose, or as it was recorded
 *     board_camera.c    the service by which programs ask for such a file
 *     board_pace.c      how fast a replay goes, and how long its end is seen
 *     board_seam.c      what records the machine, or plays it from a recording
 *     board_watchdog.c  who is stuck
 *     board_report.c    what is said of parts that have ended, or at the end
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MELPO_BOARD_PARTS_H
#define MELPO_BOARD_PARTS_H

#include "board.h"

/* ---- board_uart.c ----------------------------------------------------------------------- */

struct uart *board_uart_device(struct board_uart *uart);

/* Opens the device of a UART whose `config` is set. False after writing to `err` why not. */
bool board_uart_open(struct board *board, struct board_uart *uart, FILE *err);

/* Harmless when it is not open. */
void board_uart_close(struct board_uart *uart);

/* Starts the driver, as serial port number `port`, and what is attached to it. */
void board_uart_start(struct board *board, struct board_uart *uart, uint32_t port);

/* ---- board_mux.c ------------------------------------------------------------------------ */

/* Starts the serial mux on serial port number `serial`, and the daemons and shells on it. */
void board_mux_start(struct board *board, uint32_t serial);

/* ---- board_trace.c ---------------------------------------------------------------------- */

/* Starts the tracer, if it is wanted, on the mux that was started on `uart`. */
void board_trace_start(struct board *board, struct board_uart *uart);

/* ---- board_shell.c ---------------------------------------------------------------------- */

/* A Forth shell as configured, on no port yet, with the greeting of its own. */
struct mn_session_settings board_shell_settings(const struct board *board);

/* The future of the UART's Forth shell. */
struct mn_co *board_shell(struct board *board, struct board_uart *uart, uint32_t port);

/* Forth on the screen, if there is one and it is wanted. */
void board_start_graphical_shell(struct board *board);

void board_start_spawnulator(struct board *board);

/* ---- board_display.c -------------------------------------------------------------------- */

/* Makes the display as configured. False after writing to `err` that the heap has no room. */
bool board_display_open(struct board *board, FILE *err);

/* Starts its driver. Harmless when there is none. */
void board_display_start(struct board *board);

/* ---- board_talk.c ----------------------------------------------------------------------- */

/* Logs what a UART of a replay has "received" or "sent", if that is wanted. */
void board_say_talk(struct board *board, uint32_t uart, const char *verb, const uint8_t *bytes,
                    uint32_t count);

/* ---- board_window.c --------------------------------------------------------------------- */

/* Joins display and keyboard to a window's mail. Harmless with NULL. */
void board_window_open(struct board *board, struct window_mail *mail);

/* Harmless when there is none. */
void board_window_close(struct board *board);

/* ---- board_keyboard.c ------------------------------------------------------------------- */

/* The machine has a keyboard if it has a display or a keyboard mux. */
void board_start_keyboard(struct board *board);

/* Nobody types any more. Harmless when there is no keyboard. */
void board_finish_keyboard(struct board *board);

/* ---- board_disturb.c -------------------------------------------------------------------- */

/* From here on allocations are refused and tasks killed, where the plan has that. */
void board_disturb_start(struct board *board);

/* Does to the kernel what a recording says was done to it. False: it has no such task. */
bool board_strike(struct board *board, const struct record_strike *strike);

/* ---- board_torture.c -------------------------------------------------------------------- */

/* Puts the kernel to the test, if that is wanted. */
void board_start_torture(struct board *board);

/* ---- board_camera.c --------------------------------------------------------------------- */

/* Harmless when there is no display. */
void board_start_camera(struct board *board);

/* ---- board_pace.c ----------------------------------------------------------------------- */

/* The machine of a replay is about to sleep: lets as much of the host's time pass, where the replay
 * has a pace. */
void board_pace(struct board *board, uint64_t until_us);

/* ---- board_seam.c ----------------------------------------------------------------------- */

/* Joins the recorder or the recording, if there is one. False after writing to `err` why not. */
bool board_seam_open(struct board *board, const struct board_settings *settings, FILE *err);

/* The kernel is prepared. */
void board_seam_begin(struct board *board);

/* Somebody wants the machine to halt. True: it was only being replayed, and stops. */
bool board_seam_stop(struct board *board);

/* Everything is closed. Harmless when nothing was joined. */
void board_seam_close(struct board *board);

/* The tables to give to the kernel: those of the parts, or what stands in between. */
struct mn_hal *board_seam_machine(struct board *board);
struct mn_hal_uart *board_seam_uart(struct board *board, struct board_uart *uart);
struct mn_hal_keyboard *board_seam_keyboard(struct board *board);
struct mn_hal_display *board_seam_display(struct board *board);

/* As board_take_picture, under a name of its own, for a task of the machine. A replay writes no
 * file; it gives the recorded answer. */
bool board_seam_picture(struct board *board, struct board_picture *picture);

/* ---- board_watchdog.c ------------------------------------------------------------------- */

/* Lets the watchdog loose, if it is wanted, and takes it in again. */
void board_watchdog_start(struct board *board);
void board_watchdog_stop(struct board *board);

/* ---- board_report.c --------------------------------------------------------------------- */

/* For mn_task::ended: a warning, and for a driver the end of the machine, which is not the one
 * that was asked for without one of its ports. */
void board_daemon_ended(struct mn_task *task);
void board_uart_ended(struct mn_task *task);
void board_mux_ended(struct mn_task *task);
void board_display_ended(struct mn_task *task);

/* What is still there before it is taken down: after a thousand peers the same as after one. */
void board_say_figures(struct board *board);

#endif
