/* vm.h — what the parts of the Forth machine know of each other.
 *
 *     inner.c     runs instructions           text.c     parses, finds, interprets
 *     compile.c   emits and merges them       control.c  IF DO CASE and friends
 *     dict.c      headers, search, FORGET     define.c   the defining words
 *     builtin.c   the table of words          fault.c    CATCH frames, reports
 *     number.c arith.c memory.c string.c replace.c tools.c see.c order.c local.c   the words
 *
 * A word in C sees the stack spilled: *vm->sp is the top, vm->sp == vm->stack is empty.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef FORTH_VM_H
#define FORTH_VM_H

#include "mn/forth.h"
#include "mn/mem.h"
#include "mn/str.h"
#include "op.h"

#define ORIGIN MN_FORTH_ORIGIN
#define XT_BASE 0x58540000u /* execution tokens: this, plus an index */
#define LIST_BASE 0x574c0000u /* word list identifiers, likewise */
#define TRUE_CELL 0xffffffffu

/* THROW codes, those of the standard and our own. */
enum {
    E_ABORT = -1, E_ABORT_TEXT = -2, E_OVERFLOW = -3, E_UNDERFLOW = -4, E_ROVERFLOW = -5,
    E_RUNDERFLOW = -6, E_DICT_FULL = -8, E_ADDRESS = -9, E_DIV_ZERO = -10, E_RANGE = -11,
    E_TYPE = -12, E_UNDEFINED = -13, E_COMPILE_ONLY = -14, E_FORGET = -15, E_NO_NAME = -16,
    E_HOLD = -17, E_STRING = -18, E_NAME = -19, E_UNSUPPORTED = -21, E_CONTROL = -22,
    E_ALIGN = -23, E_NUMBER = -24, E_RETURN = -25, E_LOOP = -26, E_BREAK = -28, E_NESTING = -29,
    E_BODY = -31, E_TO_NAME = -32, E_ORDER_FULL = -49, E_ORDER_EMPTY = -50,
    E_XT = -256, E_LOCALS = -257, E_LISTS = -258, E_TRAP = -259, E_PANIC = -260,
};

/* The system's cells and buffers at the start of data space. */
#define VAR_IN 0u    /* cell indexes */
#define VAR_BASE 1u
#define VAR_STATE 2u
#define AT_LINE (ORIGIN + 16u)
#define WORD_BYTES 260u /* a counted string of 255, and one cell */
#define HOLD_BYTES 72u  /* 2 * 32 + 2, rounded */
#define PAD_BYTES 128u

static inline uint32_t at_string(const struct mn_forth *vm, uint32_t which)
{
    return AT_LINE + vm->line_bytes * (1 + which);
}

static inline uint32_t at_word(const struct mn_forth *vm)
{
    return AT_LINE + vm->line_bytes * 3;
}

static inline uint32_t at_pad(const struct mn_forth *vm)
{
    return at_word(vm) + WORD_BYTES + HOLD_BYTES;
}

static inline uint32_t data_end(const struct mn_forth *vm)
{
    return ORIGIN + vm->data_bytes;
}

enum kind { KIND_COLON, KIND_CREATE, KIND_CONSTANT, KIND_VALUE, KIND_DVALUE, KIND_DEFER,
            KIND_MARKER, KIND_SYNONYM };

#define FLAG_HIDDEN 4u
#define FLAG_DUAL 8u /* looks at STATE */

struct mn_forth_header {
    uint32_t insn;     /* the one instruction that does what the word does */
    uint32_t body;     /* address of its data, or of the data space when it was made */
    uint32_t does;     /* code index behind DOES>, valid for OP_DOES */
    uint32_t here;     /* data and code in use before it, for FORGET */
    uint32_t code_here;
    uint32_t name;     /* offset in the header block */
    uint16_t link;     /* next in the bucket, index + 1 of all words, or 0 */
    uint8_t count;     /* characters of the name; 0: it has none */
    uint8_t flags;
    uint8_t kind;
    uint8_t list;      /* of which word list */
    uint8_t lists;     /* how many word lists there were */
    uint8_t bucket;
};

/* Places in the code that every VM starts with; see vm.c. */
enum {
    CODE_TOP = 1,        /* interpret the line, halt */
    CODE_CALL = 3,       /* execute, halt */
    CODE_TEXT = 5,       /* interpret to the end of the source */
    CODE_CAUGHT = 8,     /* where a word under CATCH returns to */
    CODE_EVALUATE = 9,
    CODE_SAY = 13,       /* .( */
    CODE_WORDS = 16,
    CODE_BUILTINS = 19,
    CODE_DICT = 22,
    CODE_ORDER = 25,
    CODE_STACK = 28,
    CODE_SEE = 31,
    CODE_IF = 34,
    CODE_ELSE = 36,
    CODE_TRAVERSE = 39,
    CODE_MARKER = 48,    /* what a marker does */
    CODE_DOT_QUOTE = 50, /* prints or compiles */
    CODE_START = 58,     /* the first free one */
};

static inline uint32_t insn(enum op op, int32_t operand)
{
    return (uint32_t)op | (uint32_t)operand << 8;
}

static inline enum op op_of(uint32_t word)
{
    return (enum op)(word & 0xff);
}

static inline int32_t operand_of(uint32_t word)
{
    return (int32_t)word >> 8;
}

static inline bool fits_operand(uint32_t value)
{
    return value + 0x800000u < 0x1000000u;
}

/* The index of a cell in data space; at least data_cells for a bad or crooked address. */
static inline uint32_t cell_index(uint32_t address)
{
    uint32_t offset = address - ORIGIN;
    return offset >> 2 | offset << 30;
}

/* The stack in a word written in C. */
#define TOP(n) vm->sp[-(n)]

static inline uint32_t pop(struct mn_forth *vm)
{
    return *vm->sp--;
}

static inline void push(struct mn_forth *vm, uint32_t cell)
{
    *++vm->sp = cell;
}

static inline uint32_t depth_of(const struct mn_forth *vm)
{
    return (uint32_t)(vm->sp - vm->stack);
}

static inline uint32_t rdepth_of(const struct mn_forth *vm)
{
    return (uint32_t)(vm->rp - vm->returns);
}

static inline bool is_compiling(const struct mn_forth *vm)
{
    return vm->data[VAR_STATE] != 0;
}

/* For words that look at STATE: POSTPONE may have decided. */
static inline bool shall_compile(struct mn_forth *vm)
{
    bool is_forced = vm->forced;
    vm->forced = false;
    return is_forced || is_compiling(vm);
}

static inline uint32_t truth(bool is)
{
    return is ? TRUE_CELL : 0;
}

static inline void charge(struct mn_forth *vm, uint32_t bytes)
{
    if (vm->budget >= 0) /* spent is spent */
        vm->budget -= (int32_t)(bytes >> 6);
}

/* Hands the THROW code of a step that failed to our own caller. */
#define TRY(expression)                  \
    do {                                 \
        int32_t error_ = (expression);   \
        if (error_)                      \
            return error_;               \
    } while (0)

/* inner.c */
enum mn_forth_status mn_forth_inner(struct mn_forth *vm);

/* dict.c */
extern const struct mn_forth_word mn_forth_builtins[];
extern const uint32_t mn_forth_builtin_count;

/* Any word, seen alike. */
struct word_view {
    const uint8_t *name;
    uint32_t count, insn, flags, index; /* index of all words */
    struct mn_forth_header *header;     /* NULL if built in or the host's */
    uint32_t steps;                     /* words looked at to find it, or not */
};
uint32_t mn_forth_fixed_count(const struct mn_forth *vm); /* built-in and host words */
bool mn_forth_view(const struct mn_forth *vm, uint32_t index, struct word_view *view);
bool mn_forth_view_xt(const struct mn_forth *vm, uint32_t xt, struct word_view *view);
bool mn_forth_lookup(const struct mn_forth *vm, const uint8_t *name, uint32_t count,
                     struct word_view *view);
bool mn_forth_lookup_in(const struct mn_forth *vm, uint32_t list, const uint8_t *name,
                        uint32_t count, struct word_view *view);
uint32_t mn_forth_insn_of(const struct mn_forth *vm, uint32_t xt); /* 0: no such word */
void mn_forth_link_fixed(struct mn_forth *vm);
uint32_t mn_forth_bucket(const uint8_t *name, uint32_t count);
int32_t mn_forth_header(struct mn_forth *vm, const uint8_t *name, uint32_t count,
                        enum kind kind);
void mn_forth_forget(struct mn_forth *vm, uint32_t header_index);
bool mn_forth_same(const uint8_t *left, const uint8_t *right, uint32_t count);

/* compile.c */
int32_t mn_forth_emit(struct mn_forth *vm, uint32_t word);    /* may merge with the last one */
int32_t mn_forth_literal(struct mn_forth *vm, uint32_t value);
int32_t mn_forth_compile(struct mn_forth *vm, const struct word_view *view);
void mn_forth_label(struct mn_forth *vm); /* something may jump here: nothing merges across */

/* text.c */
const uint8_t *mn_forth_parse(struct mn_forth *vm, uint8_t delimiter, uint32_t *address,
                              uint32_t *count);
const uint8_t *mn_forth_token(struct mn_forth *vm, uint32_t *address, uint32_t *count);
uint32_t mn_forth_interpret(struct mn_forth *vm, int32_t *error);
void mn_forth_read_line(struct mn_forth *vm); /* makes the host's line the source */
int32_t mn_forth_allot(struct mn_forth *vm, uint32_t bytes, uint32_t *address);
void mn_forth_align(struct mn_forth *vm);

/* number.c */
bool mn_forth_number(struct mn_forth *vm, const uint8_t *text, uint32_t count, uint64_t *value,
                     bool *is_double);

/* arith.c */
uint32_t mn_forth_divide(uint64_t dividend, uint32_t divisor, uint32_t *remainder);
uint64_t mn_forth_divide_long(uint64_t dividend, uint32_t divisor, uint32_t *remainder);

/* output.c */
bool mn_forth_room(struct mn_forth *vm, uint32_t bytes); /* false: waiting for it */
void mn_forth_put(struct mn_forth *vm, const char *text);
void mn_forth_put_bytes(struct mn_forth *vm, const uint8_t *text, uint32_t count);
void mn_forth_put_number(struct mn_forth *vm, uint32_t value, bool is_signed);
void mn_forth_put_hex(struct mn_forth *vm, uint32_t value, uint32_t digits);

/* define.c */
int32_t mn_forth_find_next(struct mn_forth *vm, struct word_view *view);
int32_t mn_forth_lay_string(struct mn_forth *vm, const uint8_t *text, uint32_t count,
                            bool is_counted);

/* local.c */
bool mn_forth_local(const struct mn_forth *vm, const uint8_t *name, uint32_t count,
                    int32_t *distance);
int32_t mn_forth_leave_locals(struct mn_forth *vm); /* compiles their end, if there are any */

/* control.c */
int32_t mn_forth_nest(struct mn_forth *vm, uint32_t kind, uint32_t at);
enum { NEST_COLON = 1, NEST_DEST, NEST_ORIG, NEST_DO, NEST_CASE, NEST_OF };

/* fault.c */
bool mn_forth_raise(struct mn_forth *vm, int32_t code); /* false: nobody caught it */
void mn_forth_reset(struct mn_forth *vm);   /* empty return stack, interpreting */
void mn_forth_recover(struct mn_forth *vm); /* and without what was half defined or waiting */
const char *mn_forth_op_name(enum op op);
const struct mn_forth_header *mn_forth_owner(const struct mn_forth *vm, uint32_t code_index);

/* The words, by file. */
#define WORD_(name) int32_t mn_forth_w_##name(struct mn_forth *vm);
#include "words.h"
#undef WORD_

#endif
