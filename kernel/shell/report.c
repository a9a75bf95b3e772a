/* report.c — what went wrong, for people.
 *
 *     error -10: division by zero, in `/` of `half`
 *       1 0 half .
 *           ^^^^
 *       stack: 1 0
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "mn/mem.h"
#include "mn/shell/program.h"

#define SHOWN_BYTES 64u /* of the line, around the place */
#define LEAD_BYTES 40u  /* of them before it */

static const struct {
    int32_t code;
    const char *text;
} reasons[] = {
    {MN_PROGRAM_NO_SPAWNULATOR, "no spawnulator on this machine"},
    {MN_PROGRAM_CHILDREN, "as many children as this machine allows are alive"},
    {MN_PROGRAM_SPAWN_LATE, "no memory for a child came free in time"},
    {MN_PROGRAM_NO_MUX, "no serial mux on this machine"},
    {MN_PROGRAM_TOKEN, "no such token in the bag"},
    {MN_PROGRAM_LEVEL, "not a level: trace, debug, info, warn or error"},
    {MN_PROGRAM_NO_WORD, "no such word"},
    {MN_PROGRAM_TOO_BIG, "a child of this size never fits in the heap"},
    {MN_PROGRAM_PORT_TAKEN, "somebody has that mux port open"},
    {MN_PROGRAM_PORTS_FULL, "as many mux ports as this machine allows are open"},
    {MN_PROGRAM_PORT_RANGE, "a mux port is 0 to 65535, its queues at least 1 byte"},
    {MN_PROGRAM_NO_MEMORY, "not enough memory in the machine's heap"},
    {MN_PROGRAM_BAG_FULL, "the bag is full"},
    {MN_PROGRAM_NO_PICTURE, "no picture was taken"},
    {MN_PROGRAM_NO_SCREEN, "no display on this machine"},
    {MN_PROGRAM_NO_CHUNK, "nothing to draw on: screen::open comes first"},
    {MN_PROGRAM_CHUNK_SIZE, "a side to draw on is 0 to 16384 pixels"},
};

const char *mn_program_reason(int32_t code)
{
    for (uint32_t i = 0; i < MN_COUNT_OF(reasons); i++)
        if (reasons[i].code == code)
            return reasons[i].text;
    return mn_forth_reason(code);
}

static bool is_inside(uint8_t byte) /* of a UTF-8 character, not its first */
{
    return (byte & 0xc0) == 0x80;
}

static void quote(struct mn_text *text, const char *before, const char *name)
{
    mn_text_str(text, before);
    mn_text_byte(text, '`');
    mn_text_str(text, name);
    mn_text_byte(text, '`');
}

/* What failed within the word, unless that is the machine's own doing: `(lit)` means nothing to
 * anybody who did not write the compiler. */
static const char *primitive_of(const struct mn_forth_report *report)
{
    const char *name = report->primitive;
    return report->code == -2 || (name[0] == '(' && name[1]) ? "" : name;
}

static void say_reason(struct mn_text *text, const struct mn_forth_report *report)
{
    const char *primitive = primitive_of(report);
    mn_text_str(text, "error ");
    mn_text_i32(text, report->code);
    mn_text_str(text, ": ");
    mn_text_str(text, report->code <= -512 ? mn_program_reason(report->code) : report->reason);
    if (primitive[0])
        quote(text, ", in ", primitive);
    if (report->word[0])
        quote(text, primitive[0] ? " of " : ", in ", report->word);
    if (report->token[0] && !report->in_line)
        quote(text, ", at ", report->token);
    else if (report->token[0] && !primitive[0] && !report->word[0])
        quote(text, ": ", report->token);
    mn_text_str(text, "\r\n");
}

/* The line, or what of it is around the place, and marks under the token. */
static void say_line(struct mn_text *text, const struct mn_forth *vm)
{
    const struct mn_forth_report *report = &vm->report;
    uint32_t at = report->token_at, marks = 0, i;
    uint32_t from = at > LEAD_BYTES ? at - LEAD_BYTES : 0;
    while (from < vm->line_count && is_inside(vm->line[from]))
        from++;
    uint32_t to = from + SHOWN_BYTES < vm->line_count ? from + SHOWN_BYTES : vm->line_count;
    mn_text_str(text, from ? "  ..." : "  ");
    for (i = from; i < to; i++)
        mn_text_byte(text, vm->line[i] < ' ' || vm->line[i] == 0x7f ? ' ' : (char)vm->line[i]);
    mn_text_str(text, to < vm->line_count ? "...\r\n" : "\r\n");
    mn_text_str(text, from ? "     " : "  ");
    for (i = from; i < at && i < to; i++)
        if (!is_inside(vm->line[i]))
            mn_text_byte(text, ' ');
    for (; i < at + report->token_count && i < to; i++, marks++)
        if (!is_inside(vm->line[i]))
            mn_text_byte(text, '^');
    mn_text_str(text, marks ? "\r\n" : "^\r\n");
}

/* The same for a string that was being evaluated: the report keeps a piece of it. */
static void say_string(struct mn_text *text, const struct mn_forth_report *report)
{
    mn_text_str(text, "  ");
    mn_text_str(text, report->line);
    mn_text_str(text, "\r\n  ");
    for (uint32_t i = 0; i < report->mark_at; i++)
        if (!is_inside((uint8_t)report->line[i]))
            mn_text_byte(text, ' ');
    for (uint32_t i = 0; i < report->mark_count; i++)
        if (!is_inside((uint8_t)report->line[report->mark_at + i]))
            mn_text_byte(text, '^');
    mn_text_str(text, report->mark_count ? "\r\n" : "^\r\n");
}

static void say_stacks(struct mn_text *text, const struct mn_forth_report *report)
{
    uint32_t shown = report->depth < MN_FORTH_SHOWN ? report->depth : MN_FORTH_SHOWN;
    mn_text_str(text, "  stack:");
    if (report->depth == 0)
        mn_text_str(text, " empty");
    if (shown < report->depth) {
        mn_text_str(text, " (");
        mn_text_u64(text, report->depth - shown);
        mn_text_str(text, " more)");
    }
    for (uint32_t i = 0; i < shown; i++) {
        mn_text_byte(text, ' ');
        mn_text_i32(text, report->stack[i]);
    }
    mn_text_str(text, "\r\n");
    if (report->return_depth <= 1) /* the shell's own call */
        return;
    shown = report->return_depth < MN_FORTH_SHOWN ? report->return_depth : MN_FORTH_SHOWN;
    mn_text_str(text, "  return:");
    if (shown < report->return_depth) {
        mn_text_str(text, " (");
        mn_text_u64(text, report->return_depth - shown);
        mn_text_str(text, " more)");
    }
    for (uint32_t i = 0; i < shown; i++) {
        mn_text_byte(text, ' ');
        mn_text_hex(text, report->returns[i], 4);
    }
    mn_text_str(text, "\r\n");
}

void mn_program_report(struct mn_program *program, const char *who)
{
    const struct mn_forth_report *report = &program->vm.report;
    struct mn_text *text = &program->text;
    mn_program_fresh_line(program);
    if (who) {
        mn_text_str(text, who);
        mn_text_str(text, ": ");
    }
    say_reason(text, report);
    if (report->in_line && !who && program->vm.line_count > 0)
        say_line(text, &program->vm);
    else if (!report->in_line && !who && report->line[0])
        say_string(text, report);
    say_stacks(text, report);
}
