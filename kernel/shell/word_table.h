/* word_table.h — the words of every machine, for the tables that programs get.
 *
 * Each is one line: name, function, cells taken and left, stack effect, help.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SHELL_WORD_TABLE_H
#define SHELL_WORD_TABLE_H

#include "shell/words.h"

#define MACHINE_WORDS(X)                                                                        \
    X("help", mn_word_help, 0, 0, "( \"name\" -- )",                                            \
      "says what a word does; alone: all of these")                                             \
    X("tasks", mn_word_tasks, 0, 0, "( -- )", "who runs, and what everybody waits for")         \
    X("services", mn_word_services, 0, 0, "( -- )", "the services bound, and how busy")         \
    X("heap", mn_word_heap, 0, 0, "( -- )", "the kernel's memory")                              \
    X("uptime", mn_word_uptime, 0, 0, "( -- )", "how long the machine is up")                   \
    X("log", mn_word_log, 0, 0, "( \"level\" -- )",                                             \
      "sets or says the level: trace, debug, info, warn, error")                                \
    X("halt", mn_word_halt, 1, 0, "( n -- )", "stops the machine in order, with exit code n")   \
    X("sleep::us", mn_word_sleep_us, 1, 0, "( n -- )", "waits n microseconds")                  \
    X("sleep::ms", mn_word_sleep_ms, 1, 0, "( n -- )", "waits n milliseconds")                  \
    X("sleep::s", mn_word_sleep_s, 1, 0, "( n -- )", "waits n seconds")                         \
    X("screenshot", mn_word_screenshot, 0, 0, "( -- )",                                         \
      "keeps what the display shows as a picture")                                              \
    X("spawn", mn_word_spawn, 1, 0, "( xt -- )",                                                \
      "runs xt in a child of its own: ' word spawn")                                            \
    X("child", mn_word_child, 0, 1, "( -- token )", "the latest child spawned here, or 0")      \
    X("kill", mn_word_kill, 1, 0, "( token -- )", "ends a child")                               \
    X("bag", mn_word_bag, 0, 0, "( -- )", "the bag of holding: tokens and what they stand for") \
    X("sermux::open_port", mn_word_open_port, 2, 1, "( port size -- token )",                   \
      "opens a port of the serial mux, with queues of size bytes")                              \
    X("sermux::write_outbuf", mn_word_write_outbuf, 1, 0, "( token -- )",                       \
      "sends what was printed to a mux port, not to the console")                               \
    X("sermux::close_port", mn_word_close_port, 1, 0, "( token -- )", "closes a mux port")

#define WORD_FUNCTION(name, run, in, out, effect, text) int32_t run(struct mn_forth *vm);
#define WORD_ENTRY(name_, run_, in_, out_, effect, text)                                    \
    {.name = name_, .run = run_, .in = in_, .out = out_},
#define WORD_HELP(name, run, in, out, effect_, text_) {.effect = effect_, .text = text_},

MACHINE_WORDS(WORD_FUNCTION)

#endif
