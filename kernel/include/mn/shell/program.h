/* program.h — a Forth machine that lives in the kernel: memory, output, and what it waits for.
 *
 *     a line, or an xt ──► mn_forth_run, a budget at a time ──► text ──► console's queue
 *                               │ a host word waits
 *                               └──► a sleep, an answer of the spawnulator, of the display
 *
 * The shell's session and every spawned child are a task around one of these.
 *
 * Sharing   Between two budgets the task gives the processor back, so that a word that never ends
 *           keeps nobody else from running.
 * Output    What is said in one go comes out in one piece, whoever else uses the console. A bare LF
 *           becomes CR LF, as a serial terminal wants it. While a program has a mux port open,
 *           what it prints is kept until it stops, waits, or has filled vm.out_bytes: until then
 *           sermux::write_outbuf can send it to the port instead.
 * Console   May go away before the programs that print on it: what they say then goes nowhere.
 * Memory    The program's owner gives one block for the machine and its bag. Nothing allocates but
 *           opening a mux port, and drawing.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_SHELL_PROGRAM_H
#define MN_SHELL_PROGRAM_H

#include "mn/bbq.h"
#include "mn/forth.h"
#include "mn/kernel.h"
#include "mn/shell/bag.h"
#include "mn/svc/picture.h"
#include "mn/svc/serial_mux.h"
#include "mn/svc/spawnulator.h"
#include "mn/text.h"

#define MN_PROGRAM_TEXT_BYTES 1024u
#define MN_PROGRAM_BUDGET 4000      /* steps between two looks at everything else */

/* THROW codes of the host words; mn_program_reason has their texts. */
enum {
    MN_PROGRAM_NO_SPAWNULATOR = -512,
    MN_PROGRAM_CHILDREN = -513,  /* as many children as there may be */
    MN_PROGRAM_SPAWN_LATE = -514, /* no memory for a child within the time allowed */
    MN_PROGRAM_NO_MUX = -515,
    MN_PROGRAM_TOKEN = -516,
    MN_PROGRAM_LEVEL = -517,
    MN_PROGRAM_NO_WORD = -518,
    MN_PROGRAM_TOO_BIG = -519,   /* a child could never fit */
    MN_PROGRAM_PORT_TAKEN = -520,
    MN_PROGRAM_PORTS_FULL = -521, /* as many mux ports as there may be */
    MN_PROGRAM_PORT_RANGE = -522,
    MN_PROGRAM_NO_MEMORY = -523,
    MN_PROGRAM_BAG_FULL = -524,
    MN_PROGRAM_NO_PICTURE = -525,
    MN_PROGRAM_NO_SCREEN = -526,
    MN_PROGRAM_NO_CHUNK = -527,   /* nothing to draw on */
    MN_PROGRAM_CHUNK_SIZE = -528,
};

struct mn_console { /* where programs print; its owner's session has the port open */
    struct mn_bbq *out;       /* NULL: nobody listens any more */
    struct mn_list programs;  /* mn_program::link */
    char last;                /* the latest byte said, or LF */
    struct mn_program *owner; /* whose user types here, or NULL */
    bool is_typing;           /* a line that was begun is on the screen */
    bool is_disturbed;        /* another program cleared it to print; the owner shows it again */
};

void mn_console_init(struct mn_console *console, struct mn_bbq *out);

/* Takes the console from all its programs, which go on in silence. Their owners need not know. */
void mn_console_close(struct mn_console *console);

struct mn_help {
    const char *effect; /* "( ms -- )" */
    const char *text;   /* one line */
};

struct mn_host_words { /* what a program can ask of the machine */
    const struct mn_forth_word *words; /* [count] */
    const struct mn_help *help;        /* [count] */
    uint32_t count;
};

/* Those of every machine; and with screen::open and its like behind them, for one that has a
 * display: whoever names that one has the font and the drawing in the machine, too. */
extern const struct mn_host_words mn_host_words;
extern const struct mn_host_words mn_host_words_screen;

struct mn_program_settings {
    struct mn_forth_config vm;
    const struct mn_host_words *words; /* NULL: mn_host_words */
    uint32_t bag_items;        /* things a program can hold at once, 1 to 65536 */
    uint64_t spawn_timeout_us; /* how long `spawn` waits for memory */
};

enum mn_program_wish {
    MN_PROGRAM_NOTHING,
    MN_PROGRAM_SLEEP,
    MN_PROGRAM_SPAWN,
    MN_PROGRAM_PICTURE,
    MN_PROGRAM_OPEN,
    MN_PROGRAM_MUX_WRITE,
    MN_PROGRAM_SCREEN, /* the display, and a chunk, or a chunk on the frame */
};

struct mn_program_port { /* of the serial mux, in a bag; from the heap */
    struct mn_mux_client client;
    struct mn_heap *heap;
    uint16_t number;
};

struct mn_program_drawing { /* the head of what the screen words have, from the heap */
    struct mn_co *waits;    /* what the one at work waits for */
    void (*close)(struct mn_program_drawing *drawing);
};

struct mn_program {
    struct mn_forth vm;
    struct mn_kernel *kernel;
    struct mn_console *console;       /* NULL: it has none any more */
    struct mn_list link;              /* in mn_console::programs */
    struct mn_program_settings settings;
    struct mn_task *task;             /* that ran it last, or NULL */
    struct mn_bag bag;
    uint32_t latest_child;            /* token, or 0 */
    uint32_t ports_open;              /* mux ports in the bag: see Output */
    struct mn_program_port *port;     /* being opened, or NULL */
    struct mn_program_drawing *drawing; /* what it draws on, or NULL */
    struct mn_text text;              /* on its way out, before what is in the VM */
    bool is_writing;                  /* `write` is under way with `text` */
    struct mn_bbq_write write;
    enum mn_forth_status status;      /* of the latest run */
    bool has_news;                    /* `status` is to be told once the output is out */
    enum mn_program_wish wish;        /* what the host word at work waits for */
    bool is_granted;                  /* the wish came true: `outcome` */
    int32_t outcome;                  /* 0, or a THROW code */
    uint32_t listing;                 /* how far a word that lists came, else 0 */
    union {
        struct mn_sleep sleep;
        struct mn_spawn_child spawn;
        struct mn_take_picture picture;
        struct mn_mux_open open;
        struct mn_bbq_write mux_write;
    } on;
    char text_bytes[MN_PROGRAM_TEXT_BYTES];
};

/* The block that a program needs, in bytes; 0 if a setting is out of range. */
uint32_t mn_program_bytes(const struct mn_program_settings *settings);

/* Makes a program with nothing to do.
 *
 * Borrows  `console`, until it is closed, and `memory`, of mn_program_bytes and aligned to 8, both
 *          until mn_program_finish. */
void mn_program_init(struct mn_program *program, struct mn_kernel *kernel,
                     struct mn_console *console, const struct mn_program_settings *settings,
                     void *memory);

/* The same, with the words and data of `parent`, its console and its settings. `memory` is as big
 * as the parent's. */
void mn_program_fork(struct mn_program *child, const struct mn_program *parent, void *memory);

/* Ends it wherever it is: what it waits for is dropped, its bag closed, what it draws on let go,
 * what it said and nobody took is lost. */
void mn_program_finish(struct mn_program *program);

enum mn_program_state {
    MN_PROGRAM_BLOCKED, /* `task` will be woken; mn_program_waits_in says in what */
    MN_PROGRAM_BUSY,    /* call again after others had their turn */
    MN_PROGRAM_DONE,    /* the line or xt ended in order */
    MN_PROGRAM_FAILED,  /* it ended with an exception: vm.report */
    MN_PROGRAM_LINE,    /* give a line: mn_forth_line or mn_forth_end */
    MN_PROGRAM_KEY,     /* give a key: mn_forth_key */
};

/* Goes on with what the VM was given, for at most one budget. */
enum mn_program_state mn_program_run(struct mn_program *program, struct mn_task *task);

/* Whether all that was said is in the console's queue; if not, `task` will be woken. */
bool mn_program_flush(struct mn_program *program, struct mn_task *task);

/* The future it is blocked in, or NULL. */
struct mn_co *mn_program_waits_in(struct mn_program *program);

/* For the `audit` of whoever runs it (mn/co.h). */
void mn_program_audit(struct mn_program *program, struct mn_audit *audit);

/* Forgets what was said and is not in the console's queue yet: nobody is there any more to whom it
 * was said. What the VM prints next is said as before. */
void mn_program_hush(struct mn_program *program);

/* Makes the next run raise the exception of Ctrl-C; what was said and not taken is lost. With
 * `is_final` no CATCH of the program's gets it. */
void mn_program_break(struct mn_program *program, bool is_final);

/* Says a string that ends with 0; the program is flushed. What stands in `text` may also be written
 * there directly. */
void mn_program_say(struct mn_program *program, const char *string);

/* Before a program says something of its own accord: takes a half-typed line off the screen. */
void mn_program_interject(struct mn_program *program);

/* Begins a new line on the console unless it is at the start of one. */
void mn_program_fresh_line(struct mn_program *program);

/* Says what went wrong: the word, the reason, the line with a mark, the stacks. `who` begins the
 * message, or NULL. */
void mn_program_report(struct mn_program *program, const char *who);

/* The text of a THROW code, the VM's or a host word's. */
const char *mn_program_reason(int32_t code);

/* Adds the name of a word of the VM's; nothing for one without a name. */
void mn_program_name(const struct mn_forth *vm, uint32_t xt, struct mn_text *text);

#endif
