/* forth.h — a Forth 2012 machine that cannot leave its own memory and never keeps the processor.
 *
 *     host ── mn_forth_line ──► [ text interpreter ──► threaded code ] ──► mn_forth_out ── host
 *                                      mn_forth_run(vm, budget)
 *
 * One block of memory holds everything; nothing is allocated and nothing recurses in C, so that a
 * run may stop between any two instructions and go on later.
 *
 *     code      one 32-bit word per instruction, written only by the compiler. Every word of it
 *               is a valid instruction whose operand was checked when it was compiled, so running
 *               on from any place is safe; programs have no way to write here.
 *     headers   names and properties of the words, as well out of reach of programs
 *     stacks    data, return and locals; every push and pop is checked
 *     data      what `@` and `!` see, from address MN_FORTH_ORIGIN on. Addresses are offsets: a
 *               program sees the same ones on every machine. Below and above nothing is valid.
 *
 * Execution tokens and return addresses are checked when they are used: they are indexes, and an
 * index that names no word, or no instruction behind a call, raises an exception.
 *
 * Memory   The caller owns the struct and the block; both stay where they are until the end.
 * Context  Tasks only, one at a time. mn_forth_break may also come from an interrupt.
 * Cells    32 bits on every machine, little-endian, at addresses divisible by 4.
 * Choices  Division is floored. Names are case-insensitive and at most 31 characters long.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_FORTH_H
#define MN_FORTH_H

#include "mn/base.h"

#define MN_FORTH_ORIGIN 0x10000u /* the first valid address; small numbers never are one */
#define MN_FORTH_BUCKETS 128u    /* of the hash table of names */
#define MN_FORTH_ORDER 16u       /* word lists in the search order at most */
#define MN_FORTH_LISTS 32u       /* word lists at most, the first is the built-in one */
#define MN_FORTH_NESTED 40u      /* open control structures in one definition at most */
#define MN_FORTH_NAME 31u        /* characters of a name at most */
#define MN_FORTH_SHOWN 8u        /* cells of each stack that a report keeps */
#define MN_FORTH_LINE_SHOWN 79u  /* characters of the source that a report keeps */
#define MN_FORTH_LOCALS 16u      /* locals in one definition at most */

struct mn_forth;

/* How big each part of a VM is. A field of 0 means the default in brackets. */
struct mn_forth_config {
    uint32_t stack_cells;  /* data stack, 16..65536 [256] */
    uint32_t return_cells; /* return stack, 32..65536 [256] */
    uint32_t local_cells;  /* locals of all active definitions, 16..65536 [128] */
    uint32_t code_words;   /* instructions of 4 bytes, 256..4194304 [4096] */
    uint32_t header_bytes; /* names and properties, 256..16777216 [8192] */
    uint32_t data_bytes;   /* all that programs address, 2048..8257536 [16384] */
    uint32_t line_bytes;   /* the longest line of input, 80..4096 [256] */
    uint32_t out_bytes;    /* output not yet taken by the host, 80..65536 [256] */
};

/* What a word written in C answers. Negative values are THROW codes. */
enum mn_forth_result {
    MN_FORTH_OK = 0,
    MN_FORTH_WAIT = 1,  /* stop; the same word is called again when the host runs the VM again */
    MN_FORTH_AGAIN = 2, /* call the same word again at once, as another step */
    MN_FORTH_QUIT = 3,  /* end the line in order, without a message */
};

/* A word written in C. The VM has checked that `in` cells are on the stack and that `out` cells
 * fit when those are gone, so that mn_forth_pop and mn_forth_push need no further check for them.
 * A word that answers MN_FORTH_WAIT must leave the stack as it found it, or as it wants to find
 * it when it is called again. */
struct mn_forth_word {
    const char *name;
    int32_t (*run)(struct mn_forth *vm);
    uint8_t op;    /* the VM's own; 0 for host words */
    uint8_t flags; /* MN_FORTH_IMMEDIATE, MN_FORTH_COMPILE_ONLY */
    uint8_t in, out;
    int32_t operand; /* the VM's own; 0 for host words */
};
#define MN_FORTH_BAD_ADDRESS (-9) /* the THROW code of one outside data space */
#define MN_FORTH_IMMEDIATE 1u
#define MN_FORTH_COMPILE_ONLY 2u

enum mn_forth_status {
    MN_FORTH_DONE,    /* the line is finished: print ok, give the next one */
    MN_FORTH_BUDGET,  /* the budget is spent: call again, soon */
    MN_FORTH_WAITING, /* see `waits`; call again when it has come */
    MN_FORTH_ERROR,   /* see `report`; the VM is ready for the next line */
};

enum mn_forth_waits {
    MN_FORTH_FOR_NOTHING,
    MN_FORTH_FOR_OUT,  /* output is full: take some */
    MN_FORTH_FOR_LINE, /* REFILL, ACCEPT, an open ( or [IF]: mn_forth_line, or mn_forth_end */
    MN_FORTH_FOR_KEY,  /* KEY: give a character with mn_forth_key */
    MN_FORTH_FOR_HOST, /* a host word answered MN_FORTH_WAIT */
};

/* What there is to say about an exception that nobody caught. Strings end with 0. */
struct mn_forth_report {
    int32_t code;                      /* THROW code */
    char reason[80];                   /* "stack underflow", or the text of ABORT" */
    char token[MN_FORTH_NAME + 1];     /* the word of the input line that was at work */
    char word[MN_FORTH_NAME + 1];      /* the definition that failed, or "" */
    char primitive[MN_FORTH_NAME + 1]; /* the built-in that failed within it, or "" */
    uint32_t line_number;              /* counts the lines given, from 1 */
    uint32_t token_at, token_count;    /* where the token stands in the line; characters */
    char line[MN_FORTH_LINE_SHOWN + 1]; /* the line, or a piece of it around the token */
    uint32_t mark_at, mark_count; /* where the token stands in `line`, for a mark under it */
    bool in_line;           /* the token is of the line itself, not of an evaluated string */
    uint32_t depth, return_depth;      /* cells on the stacks when it happened */
    int32_t stack[MN_FORTH_SHOWN];     /* the top ones, deepest first: min(depth, SHOWN) */
    uint32_t returns[MN_FORTH_SHOWN];  /* likewise */
};

struct mn_forth_source { /* what the text interpreter reads */
    int32_t id;          /* 0 the host's lines, -1 a string */
    uint32_t address, count;
};

struct mn_forth_nest { /* an open control structure */
    uint32_t kind, at, leaves;
};

struct mn_forth_header; /* a word that a program defined */

/* The machine. Everything here belongs to the VM; a host reads `waits`, `report`, `bye`,
 * `is_silent` and `user`. */
struct mn_forth {
    uint32_t *stack, *stack_top; /* stack[1] is the deepest cell; sp == stack: empty */
    uint32_t *returns, *returns_top;
    uint32_t *sp, *rp, *lp; /* while not running in the inner interpreter */
    uint32_t *locals, *locals_top;
    uint32_t *data, data_cells;
    uint32_t *code, code_words;
    uint32_t ip;     /* index of the next instruction */
    uint32_t resume; /* an instruction to do before that, or 0 */
    uint32_t fault;  /* the instruction that raised the latest exception */
    int32_t budget;
    uint32_t handler; /* return-stack depth of the innermost CATCH frame, or 0 */

    uint32_t here, code_here; /* address; index */
    uint32_t data_bytes, line_bytes, out_bytes;
    uint32_t fuse_from; /* instructions before this index may not be merged with later ones */
    struct mn_forth_header *headers;
    uint32_t header_count, header_bytes, names_low; /* names grow down from header_bytes */
    uint16_t *links; /* [built-ins + host words] next in the bucket */
    uint16_t buckets[MN_FORTH_BUCKETS];
    const struct mn_forth_word *host;
    uint32_t host_count;

    uint32_t defining; /* header index + 1 of the definition being compiled, or 0 */
    uint32_t latest;   /* header index + 1 of the latest definition, or 0 */
    struct mn_forth_nest nest[MN_FORTH_NESTED];
    uint32_t nest_count, leaves;
    uint32_t local_count; /* of the definition being compiled */
    uint8_t *local_names; /* [MN_FORTH_LOCALS][MN_FORTH_NAME + 1], counted */
    uint32_t order[MN_FORTH_ORDER], order_count, list_count, current;

    struct mn_forth_source source;
    uint32_t token_at, token_count; /* of the source */
    uint32_t line_number, line_count;
    uint32_t hold;         /* address of the first character of pictured output */
    uint32_t next_string;  /* which transient buffer S" takes */
    uint32_t abort_address, abort_count;
    uint32_t search_at; /* how far an unfinished SEARCH came, else 0 */
    uint8_t *line; /* [line_bytes] given by the host and not yet read */
    uint8_t *out;
    uint32_t out_count;
    int32_t key; /* given and not taken, or -1 */
    bool has_key; /* the host's to say: it could give one, should KEY ask for it */
    bool line_ready, line_ended, running, bye;
    bool is_silent; /* QUIT ended the line: nothing is said about it */
    bool forced;      /* the next word that looks at STATE shall compile */
    bool locals_open; /* (LOCAL) has begun a list and not ended it */
    volatile bool broken;
    enum mn_forth_waits waits;
    struct mn_forth_report report;
    void *memory;
    uint32_t memory_bytes;
    void *user; /* the host's own */
};

/* How much memory a VM with this configuration and so many host words needs, in bytes; 0 if a
 * field is out of range. */
uint32_t mn_forth_memory_bytes(const struct mn_forth_config *config, uint32_t host_count);

/* Makes a VM with the built-in words and the host's.
 *
 * Borrows    `memory`, aligned to 8, and `host`, until the VM is no longer used.
 * Ends with  MN_OK
 *            MN_ERR_INVALID    a field of the configuration is out of range
 *            MN_ERR_NO_MEMORY  `memory_bytes` is less than mn_forth_memory_bytes says */
MN_MUST_USE enum mn_err mn_forth_init(struct mn_forth *vm, const struct mn_forth_config *config,
                                      void *memory, uint32_t memory_bytes,
                                      const struct mn_forth_word *host, uint32_t host_count);

/* Makes `child` a VM that knows the words and the data of `parent` as they are now, with empty
 * stacks and nothing to do. `memory` is like for mn_forth_init, as big as the parent's.
 *
 * Ends with  MN_OK
 *            MN_ERR_NO_MEMORY  `memory_bytes` is less than the parent has */
MN_MUST_USE enum mn_err mn_forth_fork(struct mn_forth *child, const struct mn_forth *parent,
                                      void *memory, uint32_t memory_bytes);

/* Gives a line of input, without its line end. The text is copied.
 *
 * Ends with  MN_OK
 *            MN_ERR_TOO_BIG  it is longer than the configured line; nothing happened
 *            MN_ERR_BUSY     the VM is at work and does not wait for a line */
MN_MUST_USE enum mn_err mn_forth_line(struct mn_forth *vm, const char *text, uint32_t count);

/* Tells a VM that waits for a line that there is none: REFILL answers false, ACCEPT 0. */
void mn_forth_end(struct mn_forth *vm);

/* Gives a character for KEY. False if the one before is not taken yet. KEY? is true while there is
 * one, or `has_key` says that KEY would get one: so nothing is taken that no word asked for. */
bool mn_forth_key(struct mn_forth *vm, uint8_t character);

/* Makes the VM execute `xt` next, as a line of input would, with the stack as it is.
 *
 * Ends with  MN_OK
 *            MN_ERR_BUSY       it is at work
 *            MN_ERR_NOT_FOUND  `xt` is not an execution token */
MN_MUST_USE enum mn_err mn_forth_call(struct mn_forth *vm, uint32_t xt);

/* Runs for at most `budget` steps. A step is a call, a return or a jump; between two of them at
 * most the code of one definition runs. Words that move memory count a step per 64 bytes. */
enum mn_forth_status mn_forth_run(struct mn_forth *vm, int32_t budget);

/* Makes the next run raise exception -28, wherever the program is and whatever it waits for. */
void mn_forth_break(struct mn_forth *vm);

/* The output not yet taken, and how many bytes of it the host has now taken. */
const uint8_t *mn_forth_out(const struct mn_forth *vm, uint32_t *count);
void mn_forth_out_taken(struct mn_forth *vm, uint32_t count);

/* The text of a THROW code, "exception" for one without a text. */
const char *mn_forth_reason(int32_t code);

/* For host words. Cells beyond the declared `in` and `out` are checked: pop of an empty stack
 * gives 0, push to a full one does nothing. */
uint32_t mn_forth_pop(struct mn_forth *vm);
void mn_forth_push(struct mn_forth *vm, uint32_t cell);

/* `count` bytes of the program's memory at `address`, or NULL if they are not all inside. Valid
 * until the VM runs on. */
uint8_t *mn_forth_bytes(struct mn_forth *vm, uint32_t address, uint32_t count);

/* Puts text into the output, at most the configured out_bytes. False if there is no room for all
 * of it now: nothing was put, and a word answers MN_FORTH_WAIT after this. */
bool mn_forth_say(struct mn_forth *vm, const char *text, uint32_t count);

/* Counts work on so many bytes against the budget, as the VM's own words do; for words whose work
 * grows with what they are given. */
void mn_forth_charge(struct mn_forth *vm, uint32_t bytes);

/* Reads the next name of the input, as PARSE-NAME does; the count is 0 at its end. */
const uint8_t *mn_forth_parse_name(struct mn_forth *vm, uint32_t *count);

/* Finds a word in the search order; 0 if there is none. */
uint32_t mn_forth_find(const struct mn_forth *vm, const char *name, uint32_t count);

/* The built-in words, for a list of them. The index goes from 0; NULL at the end. */
const struct mn_forth_word *mn_forth_builtin(uint32_t index);

#endif
