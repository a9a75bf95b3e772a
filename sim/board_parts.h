/* board_parts.h — what the files of the board have from each other; the world sees board.h.
 *
 *     board.c         the whole: loop, kernel, power, the order of everything
 *     board_uart.c    a UART: its device, its driver, what is attached to it
 *     board_mux.c     the serial mux, and who is on its ports
 *     board_shell.c   Forth: shells as configured, and the spawnulator
 *     board_report.c  what is said of parts that are missing, ended, or at the end
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

/* ---- board_shell.c ---------------------------------------------------------------------- */

/* A Forth shell on `port`, as configured; with `greeting` NULL it says its own. */
struct mn_session_settings board_shell_settings(const struct board *board,
                                                const struct mn_port_address *port,
                                                const char *greeting);

/* The future of the UART's Forth shell. */
struct mn_co *board_shell(struct board *board, struct board_uart *uart, uint32_t port);

void board_start_spawnulator(struct board *board);

/* ---- board_report.c --------------------------------------------------------------------- */

/* For mn_task::ended: a warning, and for a driver the end of the machine, which is not the one
 * that was asked for without one of its ports. */
void board_daemon_ended(struct mn_task *task);
void board_driver_ended(struct mn_task *task);

/* Warns of what is configured and cannot be had. */
void board_say_missing(struct board *board);

/* What is still there before it is taken down: after a thousand peers the same as after one. */
void board_say_figures(struct board *board);

#endif
