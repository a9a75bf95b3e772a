/* vm.c — making, forking, feeding and running a machine.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "builtin.h"
#include "vm.h"

#define SPARE_CELLS 4u /* around each stack */

static const uint32_t start_code[CODE_START] = {
#define I_(op, operand) ((uint32_t)OP_##op | (uint32_t)(operand) << 8)
#define W_(id) I_(WORD, B_##id)
    [CODE_TOP] = I_(CALL, CODE_TEXT), I_(HALT, 0),
    [CODE_CALL] = I_(EXECUTE, 0), I_(HALT, 0),
    [CODE_TEXT] = I_(INTERPRET, 0), I_(BRANCH, CODE_TEXT),
    [CODE_CAUGHT - 1] = I_(RETURNING, 0), I_(CATCH_END, 0),
    [CODE_EVALUATE] = W_(evaluate_begin), I_(CALL, CODE_TEXT), W_(evaluate_end), I_(EXIT, 0),
    [CODE_SAY] = I_(LIT, ')'), W_(parse), I_(BRANCH, CODE_START - 2),
    [CODE_WORDS] = I_(LIT, 0), W_(words_step), I_(EXIT, 0),
    [CODE_BUILTINS] = I_(LIT, 1), W_(words_step), I_(EXIT, 0),
    [CODE_DICT] = I_(LIT, 2), W_(words_step), I_(EXIT, 0),
    [CODE_ORDER] = I_(LIT, 0), W_(order_step), I_(EXIT, 0),
    [CODE_STACK] = I_(LIT, 0), W_(dot_s_step), I_(EXIT, 0),
    [CODE_SEE] = W_(see_begin), W_(see_step), I_(EXIT, 0),
    [CODE_IF] = I_(BRZ, CODE_ELSE), I_(EXIT, 0),
    [CODE_ELSE] = I_(LIT, 1), W_(skip), I_(EXIT, 0),
    [CODE_TRAVERSE] = W_(traverse_begin), W_(traverse_next), I_(BRZ, CODE_TRAVERSE + 6),
    I_(EXECUTE, 0), I_(BRZ, CODE_TRAVERSE + 6), I_(BRANCH, CODE_TRAVERSE + 1),
    I_(RDROP, 0), I_(RDROP, 0), I_(EXIT, 0),
    [CODE_DOT_QUOTE] = W_(dot_quote_begin), I_(BRZ, CODE_DOT_QUOTE + 3), W_(type), I_(EXIT, 0),
    [CODE_MARKER] = W_(run_marker), I_(EXIT, 0),
    [CODE_START - 2] = W_(type), I_(EXIT, 0),
};

static uint32_t or_default(uint32_t value, uint32_t normal)
{
    return value ? value : normal;
}

/* Fills in the defaults; false if a field is out of range. */
static bool complete(struct mn_forth_config *full, const struct mn_forth_config *config)
{
    *full = (struct mn_forth_config){
        .stack_cells = or_default(config->stack_cells, 256),
        .return_cells = or_default(config->return_cells, 256),
        .local_cells = or_default(config->local_cells, 128),
        .code_words = or_default(config->code_words, 4096),
        .header_bytes = or_default(config->header_bytes, 8192),
        .data_bytes = or_default(config->data_bytes, 16384),
        .line_bytes = or_default(config->line_bytes, 256),
        .out_bytes = or_default(config->out_bytes, 256),
    };
    return full->stack_cells >= 16 && full->stack_cells <= 65536 && full->return_cells >= 32 &&
           full->return_cells <= 65536 && full->local_cells >= 16 &&
           full->local_cells <= 65536 && full->code_words >= 256 &&
           full->code_words <= 4194304 && full->header_bytes >= 256 &&
           full->header_bytes <= 16777216 && full->line_bytes >= 80 &&
           full->line_bytes <= 4096 && full->out_bytes >= 80 && full->out_bytes <= 65536 &&
           full->data_bytes >= 2048 && full->data_bytes <= 8257536 &&
           full->data_bytes >= full->line_bytes * 3 + 1024;
}

static void *take(uint8_t *memory, uint32_t *used, uint32_t bytes)
{
    uint32_t at = *used;
    *used += (bytes + 7u) & ~7u;
    return memory ? memory + at : NULL;
}

static uint32_t *take_stack(uint8_t *memory, uint32_t *used, uint32_t cells, uint32_t **top)
{
    uint32_t *block = take(memory, used, (cells + 2 * SPARE_CELLS) * 4);
    *top = block ? block + SPARE_CELLS + cells : NULL;
    return block ? block + SPARE_CELLS : NULL;
}

/* Says where everything is in `memory`, which may be NULL, and returns how much that takes. */
static uint32_t lay_out(struct mn_forth *vm, const struct mn_forth_config *full, void *memory,
                        uint32_t fixed_count)
{
    uint32_t used = 0;
    vm->line_bytes = full->line_bytes & ~3u;
    vm->out_bytes = full->out_bytes;
    vm->data_bytes = full->data_bytes & ~3u;
    vm->data_cells = vm->data_bytes / 4;
    vm->code_words = full->code_words;
    vm->header_bytes = full->header_bytes & ~7u;
    vm->data = take(memory, &used, vm->data_bytes);
    vm->code = take(memory, &used, vm->code_words * 4);
    vm->stack = take_stack(memory, &used, full->stack_cells, &vm->stack_top);
    vm->returns = take_stack(memory, &used, full->return_cells, &vm->returns_top);
    vm->locals = take_stack(memory, &used, full->local_cells, &vm->locals_top);
    vm->headers = take(memory, &used, vm->header_bytes);
    vm->links = take(memory, &used, fixed_count * 2);
    vm->local_names = take(memory, &used, MN_FORTH_LOCALS * (MN_FORTH_NAME + 1));
    vm->line = take(memory, &used, vm->line_bytes);
    vm->out = take(memory, &used, vm->out_bytes);
    return used;
}

uint32_t mn_forth_memory_bytes(const struct mn_forth_config *config, uint32_t host_count)
{
    struct mn_forth_config full;
    struct mn_forth shape;
    if (!complete(&full, config) || host_count > 16384)
        return 0;
    return lay_out(&shape, &full, NULL, mn_forth_builtin_count + host_count);
}

enum mn_err mn_forth_init(struct mn_forth *vm, const struct mn_forth_config *config,
                          void *memory, uint32_t memory_bytes, const struct mn_forth_word *host,
                          uint32_t host_count)
{
    struct mn_forth_config full;
    uint32_t needed = mn_forth_memory_bytes(config, host_count);
    if (!needed || !complete(&full, config))
        return MN_ERR_INVALID;
    if (memory_bytes < needed)
        return MN_ERR_NO_MEMORY;
    *vm = (struct mn_forth){.memory = memory, .memory_bytes = needed, .host = host,
                            .host_count = host_count, .list_count = 1, .key = -1};
    memset(memory, 0, needed);
    lay_out(vm, &full, memory, mn_forth_builtin_count + host_count);
    memcpy(vm->code, start_code, sizeof start_code);
    vm->code_here = vm->fuse_from = CODE_START;
    vm->here = at_pad(vm) + PAD_BYTES;
    vm->names_low = vm->header_bytes;
    vm->data[VAR_BASE] = 10;
    mn_forth_link_fixed(vm);
    mn_forth_w_only(vm);
    vm->sp = vm->stack;
    mn_forth_reset(vm);
    return MN_OK;
}

static void *moved(const struct mn_forth *parent, void *memory, const void *place)
{
    return (uint8_t *)memory + ((const uint8_t *)place - (const uint8_t *)parent->memory);
}

enum mn_err mn_forth_fork(struct mn_forth *child, const struct mn_forth *parent, void *memory,
                          uint32_t memory_bytes)
{
    if (memory_bytes < parent->memory_bytes)
        return MN_ERR_NO_MEMORY;
    *child = *parent;
    memcpy(memory, parent->memory, parent->memory_bytes);
    child->memory = memory;
    child->data = moved(parent, memory, parent->data);
    child->code = moved(parent, memory, parent->code);
    child->stack = moved(parent, memory, parent->stack);
    child->stack_top = moved(parent, memory, parent->stack_top);
    child->returns = moved(parent, memory, parent->returns);
    child->returns_top = moved(parent, memory, parent->returns_top);
    child->locals = moved(parent, memory, parent->locals);
    child->locals_top = moved(parent, memory, parent->locals_top);
    child->headers = moved(parent, memory, parent->headers);
    child->links = moved(parent, memory, parent->links);
    child->local_names = moved(parent, memory, parent->local_names);
    child->line = moved(parent, memory, parent->line);
    child->out = moved(parent, memory, parent->out);
    child->out_count = 0;
    child->key = -1;
    child->has_key = false;
    child->line_ready = child->line_ended = child->broken = child->bye = false;
    child->line_number = 0;
    mn_forth_recover(child);
    return MN_OK;
}

static void start(struct mn_forth *vm, uint32_t at)
{
    mn_forth_reset(vm);
    vm->ip = at;
    vm->running = true;
    vm->is_silent = false;
}

enum mn_err mn_forth_line(struct mn_forth *vm, const char *text, uint32_t count)
{
    if (count > vm->line_bytes)
        return MN_ERR_TOO_BIG;
    if (vm->running && (vm->waits != MN_FORTH_FOR_LINE || vm->line_ready))
        return MN_ERR_BUSY;
    memcpy(vm->line, text, count);
    vm->line_count = count;
    vm->line_ready = true;
    vm->line_number++;
    if (!vm->running) {
        uint32_t state = vm->data[VAR_STATE];
        start(vm, CODE_TOP);
        vm->data[VAR_STATE] = state; /* a definition may go over many lines */
        mn_forth_read_line(vm);
    }
    return MN_OK;
}

void mn_forth_end(struct mn_forth *vm)
{
    vm->line_ended = true;
}

bool mn_forth_key(struct mn_forth *vm, uint8_t character)
{
    if (vm->key >= 0)
        return false;
    vm->key = character;
    return true;
}

enum mn_err mn_forth_call(struct mn_forth *vm, uint32_t xt)
{
    if (vm->running)
        return MN_ERR_BUSY;
    if (!mn_forth_insn_of(vm, xt))
        return MN_ERR_NOT_FOUND;
    start(vm, CODE_CALL);
    vm->source.count = 0;
    mn_forth_push(vm, xt);
    return MN_OK;
}

enum mn_forth_status mn_forth_run(struct mn_forth *vm, int32_t budget)
{
    bool broken = vm->broken;
    vm->broken = false;
    if (!vm->running)
        return MN_FORTH_DONE;
    vm->waits = MN_FORTH_FOR_NOTHING;
    vm->budget = budget;
    enum mn_forth_status status = MN_FORTH_ERROR;
    if (broken)
        vm->fault = vm->resume;
    if (!broken || mn_forth_raise(vm, E_BREAK))
        status = mn_forth_inner(vm);
    if (status == MN_FORTH_DONE)
        vm->rp = vm->returns;
    if (status == MN_FORTH_DONE || status == MN_FORTH_ERROR)
        vm->running = false;
    return status;
}

void mn_forth_break(struct mn_forth *vm)
{
    vm->broken = true;
}

const uint8_t *mn_forth_out(const struct mn_forth *vm, uint32_t *count)
{
    *count = vm->out_count;
    return vm->out;
}

void mn_forth_out_taken(struct mn_forth *vm, uint32_t count)
{
    MN_ASSERT(count <= vm->out_count);
    vm->out_count -= count;
    memmove(vm->out, vm->out + count, vm->out_count);
}

uint32_t mn_forth_pop(struct mn_forth *vm)
{
    return vm->sp > vm->stack ? pop(vm) : 0;
}

void mn_forth_push(struct mn_forth *vm, uint32_t cell)
{
    if (vm->sp < vm->stack_top)
        push(vm, cell);
}

void mn_forth_charge(struct mn_forth *vm, uint32_t bytes)
{
    charge(vm, bytes);
}

uint8_t *mn_forth_bytes(struct mn_forth *vm, uint32_t address, uint32_t count)
{
    uint32_t offset = address - ORIGIN;
    if (offset > vm->data_bytes || count > vm->data_bytes - offset)
        return NULL;
    return (uint8_t *)vm->data + offset;
}
