/* session.h — the Forth shell on a byte port: a programmable computer for whoever comes by.
 *
 *     port.in ──► type-ahead ──► line editor ──► the VM ──► port.out
 *                      │             └── echo ──────────────────▲
 *                      └ Ctrl-C, as soon as it comes in
 *
 * One VM for the life of the machine: peers come and go, words and data stay. A new peer is greeted
 * and finds an empty line.
 *
 * Leaving  What is being said as a peer leaves is said to nobody. Whole lines it left behind are
 *          run, and who comes next hears what they print.
 * Peers    Two kinds. One edits and echoes by itself and sends whole lines (nc on a terminal, a
 *          script): it hears no echo. The other sends each key as it is pressed (socat
 *          -,raw,echo=0): it gets echo, editing and the lines of before. Which one it is shows in
 *          what it sends: whole lines that end with LF, or a CR, or single keys. Until then there
 *          is no echo.
 * Ctrl-C   Byte 3. Between lines it drops the line being typed, and the definition that is open.
 *          While a word runs or waits, it drops all that was sent before it and not yet read, and
 *          raises exception -28; a line end that follows it at once is swallowed. It is seen as
 *          far as the type-ahead reaches. A second one during the same line cannot be caught by
 *          the program.
 * Children print on the same console; a line being typed with echo is put back under their words.
 * Pastes   Are taken line by line, at the VM's pace; a full type-ahead stops the port's driver,
 *          which stops the peer. Nothing is lost, unless one line runs for longer than the patience
 *          with the type-ahead full all the while: then what comes in is dropped and counted until
 *          that line has ended, for a Ctrl-C, or the next peer, could never get through.
 * KEY      takes bytes as they come, unedited and without echo.
 * Answers  "ok." after a line; "compiling ok." inside a definition that goes on.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_SHELL_SESSION_H
#define MN_SHELL_SESSION_H

#include "mn/port.h"
#include "mn/shell/editor.h"
#include "mn/shell/program.h"

struct mn_session_settings {
    struct mn_port_address port;
    const char *greeting;       /* ends with 0; borrowed while the session runs */
    bool waits_for_talk;        /* begins, and takes its memory, with the first byte that comes */
    uint32_t ahead_bytes;       /* type-ahead, at least 16 */
    uint64_t patience_us;       /* see Pastes; MN_TIME_NEVER: without end */
    uint32_t past_bytes;        /* lines of before that a terminal's user can call back */
    struct mn_program_settings program; /* also for its children */
};

struct mn_session_ahead { /* a ring */
    uint8_t *bytes; /* [capacity] */
    uint32_t capacity, first, count;
    uint32_t breaks; /* how many of the bytes inside are Ctrl-C */
};

enum mn_session_peer { MN_PEER_UNKNOWN, MN_PEER_LINES, MN_PEER_KEYS };

struct mn_session { /* frame */
    struct mn_co co;
    struct mn_co serve;
    struct mn_kernel *kernel;
    struct mn_session_settings settings;
    struct mn_port port;
    void *block;                  /* VM, bag, line, past, type-ahead */
    struct mn_console console;
    struct mn_program program;
    struct mn_editor editor;
    struct mn_session_ahead ahead;
    enum mn_session_peer peer;
    uint32_t known;               /* carrier changes we know of */
    uint64_t heard_bytes;         /* taken from the port */
    uint32_t stale;               /* bytes still to come that are a former peer's */
    bool forgets;                 /* the last of them was taken just now */
    uint64_t heard_us;            /* when a byte came last */
    bool is_serving;              /* all below `serve` has been set up */
    bool is_reading;              /* a line is wanted; else the VM is at work */
    bool was_broken;              /* there was a Ctrl-C since the line began to run */
    bool is_jammed;               /* the type-ahead is full while a word runs: `patience` counts */
    bool drains;                  /* patience is at an end */
    uint64_t drained;             /* bytes dropped */
    struct mn_sleep patience;
    bool wants_key;               /* the VM waits in KEY */
    bool greets;                  /* the greeting is due */
    bool swallows;                /* a line end that comes now belongs to a Ctrl-C */
    bool asks_bytes;              /* `read` is under way */
    struct mn_grant heard;
    struct mn_bbq_read read;
    struct mn_port_carrier carrier;
    union {
        struct mn_port_open open;
        struct mn_port_talk talk;
        struct mn_heap_alloc alloc;
    } on;
};

/* Future: opens the port, waiting until it exists, and serves it. Without memory it logs a warning
 * and waits for some.
 *
 * Borrows    `kernel` until it ends. The memory of all comes from the kernel's heap, in one block.
 * Ends with  MN_ERR_INVALID  a size in settings->program is out of range
 *            MN_ERR_TOO_BIG  the block could never fit in the heap
 *            MN_ERR_CLOSED   the port's service has ended
 *            or an error of mn_port_open
 * Dropped    the port is closed; what was said is still sent. Children go on in silence. */
struct mn_co *mn_session(struct mn_session *frame, struct mn_kernel *kernel,
                         const struct mn_session_settings *settings);

/* The bytes of heap that a session takes. 0: a size is out of range. */
uint32_t mn_session_bytes(const struct mn_session_settings *settings);

#endif
