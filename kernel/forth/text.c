/* text.c — the input and the text interpreter, one word at a time.
 *
 * >IN lives where programs can write it, and a source may have been a string that is no longer
 * there: both are looked at anew for every word.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "vm.h"

/* The rest of the source. Never NULL; `count` is 0 when there is nothing more. */
static const uint8_t *rest(struct mn_forth *vm, uint32_t *at, uint32_t *count)
{
    const uint8_t *text = mn_forth_bytes(vm, vm->source.address, vm->source.count);
    uint32_t in = vm->data[VAR_IN];
    if (!text) {
        *at = *count = 0;
        return (const uint8_t *)vm->data;
    }
    if (in > vm->source.count)
        in = vm->source.count;
    *at = in;
    *count = vm->source.count - in;
    return text + in;
}

static bool is_delimiter(uint8_t c, uint8_t delimiter)
{
    return c == delimiter || (delimiter == ' ' && c < ' ');
}

const uint8_t *mn_forth_parse(struct mn_forth *vm, uint8_t delimiter, uint32_t *address,
                              uint32_t *count)
{
    uint32_t at, left, taken = 0;
    const uint8_t *text = rest(vm, &at, &left);
    while (taken < left && !is_delimiter(text[taken], delimiter))
        taken++;
    *address = vm->source.address + at;
    *count = taken;
    vm->data[VAR_IN] = at + taken + (taken < left);
    charge(vm, taken);
    return text;
}

static void skip(struct mn_forth *vm, uint8_t delimiter)
{
    uint32_t at, left, skipped = 0;
    const uint8_t *text = rest(vm, &at, &left);
    while (skipped < left && is_delimiter(text[skipped], delimiter))
        skipped++;
    vm->data[VAR_IN] = at + skipped;
}

const uint8_t *mn_forth_token(struct mn_forth *vm, uint32_t *address, uint32_t *count)
{
    skip(vm, ' ');
    const uint8_t *text = mn_forth_parse(vm, ' ', address, count);
    vm->token_at = *address - vm->source.address;
    vm->token_count = *count;
    return text;
}

const uint8_t *mn_forth_parse_name(struct mn_forth *vm, uint32_t *count)
{
    uint32_t address;
    return mn_forth_token(vm, &address, count);
}

void mn_forth_read_line(struct mn_forth *vm)
{
    memcpy((uint8_t *)vm->data + (AT_LINE - ORIGIN), vm->line, vm->line_count);
    vm->source = (struct mn_forth_source){.address = AT_LINE, .count = vm->line_count};
    vm->data[VAR_IN] = 0;
    vm->line_ready = false;
}

static uint32_t interpret_number(struct mn_forth *vm, const uint8_t *text, uint32_t count,
                                 int32_t *error)
{
    uint64_t value;
    bool is_double;
    if (!mn_forth_number(vm, text, count, &value, &is_double)) {
        *error = E_UNDEFINED;
    } else if (is_compiling(vm)) {
        *error = mn_forth_literal(vm, (uint32_t)value);
        if (!*error && is_double)
            *error = mn_forth_literal(vm, (uint32_t)(value >> 32));
    } else if (vm->sp + 2 > vm->stack_top) {
        *error = E_OVERFLOW;
    } else {
        push(vm, (uint32_t)value);
        if (is_double)
            push(vm, (uint32_t)(value >> 32));
    }
    return insn(OP_NOP, 0);
}

/* Takes the next word of the source. Returns the instruction that does what is left to do: the
 * word itself, nothing when it was compiled or a number, a return at the end of the source. */
uint32_t mn_forth_interpret(struct mn_forth *vm, int32_t *error)
{
    struct word_view view;
    uint32_t address, count;
    int32_t distance;
    const uint8_t *text = mn_forth_token(vm, &address, &count);
    if (count == 0)
        return insn(OP_EXIT, 0);
    if (is_compiling(vm) && vm->local_count && mn_forth_local(vm, text, count, &distance)) {
        *error = mn_forth_emit(vm, insn(OP_LOCAL, distance));
        return insn(OP_NOP, 0);
    }
    bool found = mn_forth_lookup(vm, text, count, &view);
    charge(vm, view.steps * 8);
    if (!found)
        return interpret_number(vm, text, count, error);
    if (is_compiling(vm) && !(view.flags & MN_FORTH_IMMEDIATE)) {
        *error = mn_forth_compile(vm, &view);
        return insn(OP_NOP, 0);
    }
    if (!is_compiling(vm) && (view.flags & MN_FORTH_COMPILE_ONLY))
        *error = E_COMPILE_ONLY;
    return view.insn;
}

int32_t mn_forth_w_source(struct mn_forth *vm)
{
    push(vm, vm->source.address);
    push(vm, vm->source.count);
    return 0;
}

int32_t mn_forth_w_source_id(struct mn_forth *vm)
{
    push(vm, (uint32_t)vm->source.id);
    return 0;
}

int32_t mn_forth_w_parse(struct mn_forth *vm)
{
    uint32_t address, count;
    mn_forth_parse(vm, (uint8_t)pop(vm), &address, &count);
    push(vm, address);
    push(vm, count);
    return 0;
}

int32_t mn_forth_w_parse_name(struct mn_forth *vm)
{
    uint32_t address, count;
    mn_forth_token(vm, &address, &count);
    push(vm, address);
    push(vm, count);
    return 0;
}

int32_t mn_forth_w_word(struct mn_forth *vm)
{
    uint32_t address, count;
    uint8_t delimiter = (uint8_t)pop(vm);
    skip(vm, delimiter);
    const uint8_t *text = mn_forth_parse(vm, delimiter, &address, &count);
    uint8_t *word = mn_forth_bytes(vm, at_word(vm), WORD_BYTES);
    if (count > 255)
        return E_STRING;
    memmove(word + 1, text, count);
    word[0] = (uint8_t)count;
    word[count + 1] = ' ';
    push(vm, at_word(vm));
    return 0;
}

int32_t mn_forth_w_backslash(struct mn_forth *vm)
{
    vm->data[VAR_IN] = vm->source.count;
    return 0;
}

/* Waits for the host's next line. Returns MN_FORTH_WAIT, or 0 with `has_line` as it came out. */
static int32_t next_line(struct mn_forth *vm, bool *has_line)
{
    *has_line = vm->line_ready;
    if (vm->line_ready)
        return 0;
    if (vm->line_ended) {
        vm->line_ended = false;
        return 0;
    }
    vm->waits = MN_FORTH_FOR_LINE;
    return MN_FORTH_WAIT;
}

/* A comment in what the host sends may go over many lines, as in a file: a host cannot tell a
 * person who types from a file that is pasted. */
int32_t mn_forth_w_paren(struct mn_forth *vm)
{
    uint32_t address, count;
    bool has_line;
    mn_forth_parse(vm, ')', &address, &count);
    bool is_closed = vm->data[VAR_IN] != address - vm->source.address + count;
    if (is_closed || vm->source.id != 0)
        return 0;
    if (next_line(vm, &has_line) != 0)
        return MN_FORTH_WAIT;
    if (!has_line)
        return 0;
    mn_forth_read_line(vm);
    return MN_FORTH_AGAIN;
}

int32_t mn_forth_w_refill(struct mn_forth *vm)
{
    bool has_line = false;
    if (vm->source.id == 0 && next_line(vm, &has_line) != 0)
        return MN_FORTH_WAIT;
    if (has_line)
        mn_forth_read_line(vm);
    push(vm, truth(has_line));
    return 0;
}

int32_t mn_forth_w_accept(struct mn_forth *vm)
{
    bool has_line;
    uint8_t *to = mn_forth_bytes(vm, TOP(1), TOP(0));
    if (!to)
        return E_ADDRESS;
    if (next_line(vm, &has_line) != 0)
        return MN_FORTH_WAIT;
    uint32_t count = vm->line_count < TOP(0) ? vm->line_count : TOP(0);
    if (!has_line)
        count = 0;
    memcpy(to, vm->line, count);
    vm->line_ready = false;
    vm->sp--;
    TOP(0) = count;
    return 0;
}

int32_t mn_forth_w_key(struct mn_forth *vm)
{
    if (vm->key < 0) {
        vm->waits = MN_FORTH_FOR_KEY;
        return MN_FORTH_WAIT;
    }
    push(vm, (uint32_t)vm->key);
    vm->key = -1;
    return 0;
}

int32_t mn_forth_w_key_question(struct mn_forth *vm)
{
    push(vm, truth(vm->key >= 0 || vm->has_key));
    return 0;
}

int32_t mn_forth_w_save_input(struct mn_forth *vm)
{
    push(vm, vm->line_number);
    push(vm, (uint32_t)vm->source.id);
    push(vm, vm->source.address);
    push(vm, vm->source.count);
    push(vm, vm->data[VAR_IN]);
    push(vm, 5);
    return 0;
}

int32_t mn_forth_w_restore_input(struct mn_forth *vm)
{
    if (TOP(0) != 5 || depth_of(vm) < 6)
        return E_TYPE;
    vm->sp -= 5;
    bool same = TOP(0) == vm->line_number && (int32_t)TOP(-1) == vm->source.id &&
                TOP(-2) == vm->source.address && TOP(-3) == vm->source.count;
    if (same)
        vm->data[VAR_IN] = TOP(-4);
    TOP(0) = truth(!same);
    return 0;
}

int32_t mn_forth_w_evaluate_begin(struct mn_forth *vm)
{
    if (vm->returns_top - vm->rp < 4)
        return E_ROVERFLOW;
    vm->rp[1] = (uint32_t)vm->source.id;
    vm->rp[2] = vm->source.address;
    vm->rp[3] = vm->source.count;
    vm->rp[4] = vm->data[VAR_IN];
    vm->rp += 4;
    uint32_t count = pop(vm);
    vm->source = (struct mn_forth_source){.id = -1, .address = pop(vm), .count = count};
    vm->data[VAR_IN] = 0;
    return 0;
}

int32_t mn_forth_w_evaluate_end(struct mn_forth *vm)
{
    if (rdepth_of(vm) < 4)
        return E_RUNDERFLOW;
    vm->rp -= 4;
    vm->source = (struct mn_forth_source){
        .id = vm->rp[1] ? -1 : 0, .address = vm->rp[2], .count = vm->rp[3]};
    vm->data[VAR_IN] = vm->rp[4];
    return 0;
}
