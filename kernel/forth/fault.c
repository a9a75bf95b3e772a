/* fault.c — exceptions: back to the innermost CATCH, or a report for people.
 *
 * A CATCH frame lies on the return stack, where a program can spoil it. So nothing in it is
 * believed: depths are held to what the stacks have, the place to return to must be one, and
 * each frame can only name one below itself.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "vm.h"

#define FRAME_CELLS 8u

static const struct {
    int32_t code;
    const char *text;
} reasons[] = {
    {E_ABORT, "aborted"},
    {E_ABORT_TEXT, "aborted"},
    {E_OVERFLOW, "stack overflow"},
    {E_UNDERFLOW, "stack underflow"},
    {E_ROVERFLOW, "return stack overflow"},
    {E_RUNDERFLOW, "return stack underflow"},
    {-7, "do-loops nested too deeply"},
    {E_DICT_FULL, "dictionary full"},
    {E_ADDRESS, "invalid memory address"},
    {E_DIV_ZERO, "division by zero"},
    {E_RANGE, "result out of range"},
    {E_TYPE, "argument type mismatch"},
    {E_UNDEFINED, "undefined word"},
    {E_COMPILE_ONLY, "only inside a definition"},
    {E_FORGET, "cannot be forgotten"},
    {E_NO_NAME, "a name is missing"},
    {E_HOLD, "pictured number too long"},
    {E_STRING, "string too long or badly escaped"},
    {E_NAME, "name too long"},
    {-20, "write to a read-only location"},
    {E_UNSUPPORTED, "not supported"},
    {E_CONTROL, "control structures do not match"},
    {E_ALIGN, "address not aligned to a cell"},
    {E_NUMBER, "invalid number or base"},
    {E_RETURN, "return stack out of balance"},
    {E_LOOP, "not in a loop"},
    {-27, "invalid recursion"},
    {E_BREAK, "interrupted"},
    {E_NESTING, "definition inside a definition"},
    {-30, "obsolete"},
    {E_BODY, "not a word with a body"},
    {E_TO_NAME, "not a value"},
    {E_ORDER_FULL, "search order full"},
    {E_ORDER_EMPTY, "search order empty"},
    {E_XT, "not an execution token"},
    {E_LOCALS, "no such local, or too many"},
    {E_LISTS, "no such word list, or too many"},
    {E_TRAP, "no code there"},
    {E_PANIC, "panic"},
};

const char *mn_forth_reason(int32_t code)
{
    for (uint32_t i = 0; i < MN_COUNT_OF(reasons); i++)
        if (reasons[i].code == code)
            return reasons[i].text;
    return "exception";
}

const char *mn_forth_op_name(enum op op)
{
    static const char *const names[] = {
#define OP_NAME_(name, text) text,
        OP_MAP(OP_NAME_)
#undef OP_NAME_
    };
    return op < OPS ? names[op] : "(trap)";
}

/* The definition that the instruction belongs to, or NULL. */
const struct mn_forth_header *mn_forth_owner(const struct mn_forth *vm, uint32_t code_index)
{
    if (code_index < CODE_START || code_index >= vm->code_here)
        return NULL;
    for (uint32_t i = vm->header_count; i > 0; i--) {
        const struct mn_forth_header *header = &vm->headers[i - 1];
        if (header->kind == KIND_COLON && header->code_here <= code_index)
            return header;
    }
    return NULL;
}

void mn_forth_reset(struct mn_forth *vm)
{
    vm->rp = vm->returns;
    vm->lp = vm->locals;
    vm->handler = vm->resume = vm->search_at = 0;
    vm->waits = MN_FORTH_FOR_NOTHING;
    vm->running = false;
    vm->data[VAR_STATE] = 0;
}

static void keep_text(char *to, uint32_t room, const uint8_t *text, uint32_t count)
{
    if (count > room - 1)
        count = room - 1;
    for (uint32_t i = 0; i < count; i++)
        to[i] = (char)(text[i] < ' ' ? ' ' : text[i]);
    to[count] = 0;
}

/* The token, and as much of its line as fits, with most of it to the left of the token. */
static void report_line(struct mn_forth *vm, struct mn_forth_report *report)
{
    uint32_t at = vm->token_at, count = vm->token_count, all = vm->source.count, from = 0;
    const uint8_t *text = mn_forth_bytes(vm, vm->source.address, all);
    if (!text || at > all || count > all - at)
        return;
    keep_text(report->token, sizeof report->token, text + at, count);
    if (at + count > MN_FORTH_LINE_SHOWN)
        from = at > MN_FORTH_LINE_SHOWN / 2 ? at - MN_FORTH_LINE_SHOWN / 2 : 0;
    keep_text(report->line, sizeof report->line, text + from, all - from);
    report->mark_at = at - from;
    report->mark_count = count < MN_FORTH_LINE_SHOWN - report->mark_at
                             ? count
                             : MN_FORTH_LINE_SHOWN - report->mark_at;
}

static void report_words(struct mn_forth *vm, struct mn_forth_report *report)
{
    /* a break comes between two instructions, a fault behind the one at fault */
    bool between = report->code == E_BREAK && !vm->fault;
    const struct mn_forth_header *owner = mn_forth_owner(vm, vm->ip - !between);
    enum op op = op_of(vm->fault);
    int32_t operand = operand_of(vm->fault);
    const char *primitive = mn_forth_op_name(op);
    if (op == OP_WORD)
        primitive = mn_forth_builtins[operand].name;
    else if (op == OP_HOST)
        primitive = vm->host[operand].name;
    else if (between || op == OP_INTERPRET || op == OP_CALL || op == OP_TRAP)
        primitive = "";
    if (owner)
        keep_text(report->word, sizeof report->word, (uint8_t *)vm->headers + owner->name,
                  owner->count);
    keep_text(report->primitive, sizeof report->primitive, (const uint8_t *)primitive,
              mn_str_of(primitive).count);
}

static void report_stacks(struct mn_forth *vm, struct mn_forth_report *report)
{
    uint32_t shown = report->depth < MN_FORTH_SHOWN ? report->depth : MN_FORTH_SHOWN;
    for (uint32_t i = 0; i < shown; i++)
        report->stack[i] = (int32_t)vm->sp[-(int32_t)(shown - 1 - i)];
    shown = report->return_depth < MN_FORTH_SHOWN ? report->return_depth : MN_FORTH_SHOWN;
    for (uint32_t i = 0; i < shown; i++)
        report->returns[i] = vm->rp[-(int32_t)(shown - 1 - i)];
}

static void make_report(struct mn_forth *vm, int32_t code)
{
    struct mn_forth_report *report = &vm->report;
    *report = (struct mn_forth_report){
        .code = code,
        .line_number = vm->line_number,
        .token_at = vm->token_at,
        .token_count = vm->token_count,
        .in_line = vm->source.id == 0,
        .depth = depth_of(vm),
        .return_depth = rdepth_of(vm),
    };
    struct mn_str reason = mn_str_of(mn_forth_reason(code));
    keep_text(report->reason, sizeof report->reason, (const uint8_t *)reason.bytes, reason.count);
    const uint8_t *said = mn_forth_bytes(vm, vm->abort_address, vm->abort_count);
    if (code == E_ABORT_TEXT && said)
        keep_text(report->reason, sizeof report->reason, said, vm->abort_count);
    report_line(vm, report);
    report_words(vm, report);
    report_stacks(vm, report);
}

void mn_forth_recover(struct mn_forth *vm)
{
    if (vm->defining && (vm->headers[vm->defining - 1].flags & FLAG_HIDDEN))
        mn_forth_forget(vm, vm->defining - 1);
    vm->defining = vm->nest_count = vm->leaves = vm->local_count = 0;
    vm->sp = vm->stack;
    vm->source.count = 0;
    vm->line_ready = false;
    if (vm->order_count == 0)
        mn_forth_w_only(vm);
    if (vm->data[VAR_BASE] < 2 || vm->data[VAR_BASE] > 36)
        vm->data[VAR_BASE] = 10;
    mn_forth_reset(vm);
}

static bool is_return_place(const struct mn_forth *vm, uint32_t at)
{
    return at - 1 < vm->code_words - 1 && op_of(vm->code[at - 1]) - 1u < OP_CALLS_MAX;
}

bool mn_forth_raise(struct mn_forth *vm, int32_t code)
{
    uint32_t frame = vm->handler;
    vm->resume = vm->search_at = 0;
    vm->forced = false;
    if (frame < FRAME_CELLS || frame > rdepth_of(vm) ||
        !is_return_place(vm, vm->returns[frame - FRAME_CELLS + 1])) {
        make_report(vm, code);
        mn_forth_recover(vm);
        return false;
    }
    const uint32_t *cells = vm->returns + frame - FRAME_CELLS;
    uint32_t cells_max = (uint32_t)(vm->stack_top - vm->stack) - 1;
    uint32_t locals_max = (uint32_t)(vm->locals_top - vm->locals);
    vm->rp = vm->returns + frame - FRAME_CELLS;
    vm->ip = cells[1];
    vm->handler = cells[2] < frame ? cells[2] : 0;
    vm->sp = vm->stack + (cells[3] < cells_max ? cells[3] : cells_max);
    vm->lp = vm->locals + (cells[4] < locals_max ? cells[4] : locals_max);
    vm->source = (struct mn_forth_source){
        .id = cells[5] ? -1 : 0, .address = cells[6], .count = cells[7]};
    vm->data[VAR_IN] = cells[8];
    push(vm, (uint32_t)code);
    return true;
}

int32_t mn_forth_w_abort(struct mn_forth *vm)
{
    (void)vm;
    return E_ABORT;
}

int32_t mn_forth_w_abort_if(struct mn_forth *vm)
{
    uint32_t count = pop(vm), address = pop(vm), flag = pop(vm);
    if (!flag)
        return 0;
    vm->abort_address = address;
    vm->abort_count = count;
    return E_ABORT_TEXT;
}

int32_t mn_forth_w_panic(struct mn_forth *vm)
{
    (void)vm;
    return E_PANIC;
}

int32_t mn_forth_w_quit(struct mn_forth *vm)
{
    vm->data[VAR_STATE] = 0;
    vm->is_silent = true;
    return MN_FORTH_QUIT;
}

int32_t mn_forth_w_bye(struct mn_forth *vm)
{
    vm->bye = true;
    return MN_FORTH_QUIT;
}
