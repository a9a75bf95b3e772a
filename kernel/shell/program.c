/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/shell/program.h"

#include "mn/audit.h"
#include "mn/mem.h"
#include "shell/words.h"

/* ---- the console ------------------------------------------------------------------------ */

void mn_console_init(struct mn_console *console, struct mn_bbq *out)
{
    *console = (struct mn_console){.out = out, .last = '\n'};
    mn_list_init(&console->programs);
}

static void leave_console(struct mn_program *program)
{
    if (program->is_writing)
        mn_co_drop(&program->write.co);
    if (program->console && program->console->owner == program)
        program->console->owner = NULL;
    program->is_writing = false;
    program->console = NULL;
    mn_list_remove(&program->link);
}

void mn_console_close(struct mn_console *console)
{
    struct mn_list *link;
    while ((link = console->programs.next) != &console->programs) {
        struct mn_program *program = MN_CONTAINER(link, struct mn_program, link);
        leave_console(program);
        if (program->task)
            mn_task_wake(program->task); /* it may have waited for room */
    }
    console->out = NULL;
}

/* ---- making and ending ------------------------------------------------------------------ */

static const struct mn_host_words *words_of(const struct mn_program_settings *settings)
{
    return settings->words ? settings->words : &mn_host_words;
}

static uint32_t vm_bytes(const struct mn_program_settings *settings)
{
    return (mn_forth_memory_bytes(&settings->vm, words_of(settings)->count) + 7) & ~7u;
}

uint32_t mn_program_bytes(const struct mn_program_settings *settings)
{
    uint32_t bytes = vm_bytes(settings);
    if (bytes == 0 || settings->bag_items == 0 || settings->bag_items > 65536)
        return 0;
    return bytes + settings->bag_items * (uint32_t)sizeof(struct mn_bag_item);
}

/* All but the VM. */
static void prepare(struct mn_program *program, struct mn_kernel *kernel,
                    struct mn_console *console, const struct mn_program_settings *settings,
                    void *memory)
{
    program->kernel = kernel;
    program->console = console;
    program->settings = *settings;
    program->settings.words = words_of(settings);
    program->task = NULL;
    program->text = (struct mn_text){.bytes = program->text_bytes,
                                     .room = sizeof program->text_bytes};
    program->is_writing = program->has_news = program->is_granted = false;
    program->status = MN_FORTH_DONE;
    program->wish = MN_PROGRAM_NOTHING;
    program->outcome = 0;
    program->listing = program->latest_child = program->ports_open = 0;
    program->port = NULL;
    program->drawing = NULL;
    program->vm.user = program;
    mn_list_init(&program->link);
    if (console)
        mn_list_push(&console->programs, &program->link);
    void *items = (char *)memory + vm_bytes(settings);
    mn_bag_init(&program->bag, items, settings->bag_items);
}

void mn_program_init(struct mn_program *program, struct mn_kernel *kernel,
                     struct mn_console *console, const struct mn_program_settings *settings,
                     void *memory)
{
    const struct mn_host_words *words = words_of(settings);
    enum mn_err err = mn_forth_init(&program->vm, &settings->vm, memory, vm_bytes(settings),
                                    words->words, words->count);
    MN_ASSERT(err == MN_OK);
    prepare(program, kernel, console, settings, memory);
}

void mn_program_fork(struct mn_program *child, const struct mn_program *parent, void *memory)
{
    enum mn_err err = mn_forth_fork(&child->vm, &parent->vm, memory, vm_bytes(&parent->settings));
    MN_ASSERT(err == MN_OK);
    prepare(child, parent->kernel, parent->console, &parent->settings, memory);
}

/* What the host word at work waits for, or NULL. */
static struct mn_co *wish_of(struct mn_program *program)
{
    switch (program->wish) {
    case MN_PROGRAM_SLEEP:
        return &program->on.sleep.co;
    case MN_PROGRAM_SPAWN:
        return &program->on.spawn.co;
    case MN_PROGRAM_PICTURE:
        return &program->on.picture.co;
    case MN_PROGRAM_OPEN:
        return &program->on.open.co;
    case MN_PROGRAM_MUX_WRITE:
        return &program->on.mux_write.co;
    case MN_PROGRAM_SCREEN:
        return program->drawing->waits;
    case MN_PROGRAM_NOTHING:
        break;
    }
    return NULL;
}

static void drop_wish(struct mn_program *program)
{
    struct mn_co *wish = wish_of(program);
    if (program->wish == MN_PROGRAM_OPEN)
        mn_program_drop_open(program);
    else if (wish)
        mn_co_drop(wish);
    program->wish = MN_PROGRAM_NOTHING;
    program->is_granted = false;
    program->listing = 0;
}

void mn_program_drop_drawing(struct mn_program *program)
{
    struct mn_program_drawing *drawing = program->drawing;
    program->drawing = NULL;
    if (drawing)
        drawing->close(drawing);
}

void mn_program_finish(struct mn_program *program)
{
    drop_wish(program);
    mn_bag_close(&program->bag);
    mn_program_drop_drawing(program);
    leave_console(program);
    program->task = NULL;
}

/* ---- output ----------------------------------------------------------------------------- */

#define CLEAR_LINE "\r\x1b[K"

static bool is_cleared(const struct mn_text *text)
{
    return text->count == sizeof CLEAR_LINE - 1 &&
           memcmp(text->bytes, CLEAR_LINE, sizeof CLEAR_LINE - 1) == 0;
}

static void note_last(struct mn_program *program)
{
    const struct mn_text *text = &program->text;
    if (program->console && text->count)
        program->console->last = is_cleared(text) ? '\n' : text->bytes[text->count - 1];
}

void mn_program_say(struct mn_program *program, const char *string)
{
    mn_text_str(&program->text, string);
}

void mn_program_fresh_line(struct mn_program *program)
{
    mn_program_interject(program);
    note_last(program);
    if (program->console && program->console->last != '\n')
        mn_text_str(&program->text, "\r\n");
}

void mn_program_interject(struct mn_program *program)
{
    struct mn_console *console = program->console;
    if (!console || console->owner == program || !console->is_typing || program->text.count)
        return;
    mn_text_str(&program->text, CLEAR_LINE);
    console->is_typing = false;
    console->is_disturbed = true;
    console->last = '\n';
    if (console->owner && console->owner->task)
        mn_task_wake(console->owner->task);
}

/* Whether what was printed is for a mux port, or may still turn out to be. */
static bool keeps_output(const struct mn_program *program)
{
    return program->wish == MN_PROGRAM_MUX_WRITE ||
           (program->ports_open > 0 && program->status == MN_FORTH_BUDGET);
}

/* Moves output from the VM to `text`, each LF as CR LF. */
static void take_out(struct mn_program *program)
{
    uint32_t count, taken = 0;
    if (keeps_output(program))
        return;
    struct mn_text *text = &program->text;
    const uint8_t *out = mn_forth_out(&program->vm, &count);
    if (count)
        mn_program_interject(program);
    for (; taken < count && text->room - text->count >= 2; taken++) {
        if (out[taken] == '\n')
            mn_text_byte(text, '\r');
        mn_text_byte(text, (char)out[taken]);
    }
    mn_forth_out_taken(&program->vm, taken);
}

bool mn_program_flush(struct mn_program *program, struct mn_task *task)
{
    program->task = task;
    for (;;) {
        if (program->is_writing && mn_co_poll(&program->write.co, task) == MN_PENDING)
            return false;
        if (program->is_writing)
            program->text.count = 0;
        program->is_writing = false;
        if (program->text.count == 0)
            take_out(program);
        if (program->text.count == 0)
            return true;
        note_last(program);
        program->is_writing = program->console != NULL;
        if (!program->is_writing)
            program->text.count = 0; /* nobody listens */
        else
            mn_bbq_write(&program->write, program->console->out, program->text.bytes,
                         program->text.count);
    }
}

/* ---- running ---------------------------------------------------------------------------- */

static int32_t spawn_outcome(const struct mn_spawn_child *spawn)
{
    if (spawn->co.err == MN_OK)
        return 0;
    if (spawn->co.err == MN_ERR_TIMEOUT)
        return MN_PROGRAM_SPAWN_LATE;
    if (spawn->co.err != MN_ERR_FAILED)
        return MN_PROGRAM_NO_SPAWNULATOR;
    if (spawn->error == MN_SPAWN_FULL)
        return MN_PROGRAM_CHILDREN;
    return spawn->error == MN_SPAWN_TOO_BIG ? MN_PROGRAM_TOO_BIG : -256;
}

/* Whether what the host word at work waits for, if anything, is there. */
static bool is_wish_granted(struct mn_program *program, struct mn_task *task)
{
    struct mn_co *wish = mn_program_waits_in(program);
    if (!wish || program->is_granted)
        return true;
    if (mn_co_poll(wish, task) == MN_PENDING)
        return false;
    program->outcome = 0;
    if (program->wish == MN_PROGRAM_SPAWN) {
        program->outcome = spawn_outcome(&program->on.spawn);
        if (program->outcome == 0)
            program->latest_child = program->on.spawn.response.token;
    } else if (program->wish == MN_PROGRAM_PICTURE) {
        program->outcome = wish->err == MN_OK ? 0 : MN_PROGRAM_NO_PICTURE;
    }
    program->is_granted = true;
    return true;
}

struct mn_co *mn_program_waits_in(struct mn_program *program)
{
    if (program->is_writing)
        return &program->write.co;
    return wish_of(program);
}

/* While it says something its wish is not looked at. */
void mn_program_audit(struct mn_program *program, struct mn_audit *audit)
{
    struct mn_co *wish = wish_of(program);
    if (program->is_writing)
        mn_audit_future(audit, &program->write.co);
    if (wish && program->is_writing)
        mn_audit_resting(audit, wish);
    else if (wish)
        mn_audit_future(audit, wish);
}

/* What there is to tell when a run has stopped and its output is out. */
static enum mn_program_state news_of(struct mn_program *program)
{
    program->has_news = false;
    if (program->status == MN_FORTH_DONE || program->status == MN_FORTH_ERROR) {
        drop_wish(program); /* a word that was left by force had one */
        return program->status == MN_FORTH_DONE ? MN_PROGRAM_DONE : MN_PROGRAM_FAILED;
    }
    return program->vm.waits == MN_FORTH_FOR_KEY ? MN_PROGRAM_KEY : MN_PROGRAM_LINE;
}

enum mn_program_state mn_program_run(struct mn_program *program, struct mn_task *task)
{
    struct mn_forth *vm = &program->vm;
    if (!mn_program_flush(program, task))
        return MN_PROGRAM_BLOCKED;
    if (program->has_news)
        return news_of(program);
    if (!is_wish_granted(program, task))
        return MN_PROGRAM_BLOCKED;
    program->status = mn_forth_run(vm, MN_PROGRAM_BUDGET);
    program->has_news = program->status == MN_FORTH_DONE || program->status == MN_FORTH_ERROR ||
                        (program->status == MN_FORTH_WAITING &&
                         (vm->waits == MN_FORTH_FOR_LINE || vm->waits == MN_FORTH_FOR_KEY));
    if (!mn_program_flush(program, task))
        return MN_PROGRAM_BLOCKED;
    if (program->has_news)
        return news_of(program);
    return is_wish_granted(program, task) ? MN_PROGRAM_BUSY : MN_PROGRAM_BLOCKED;
}

void mn_program_hush(struct mn_program *program)
{
    if (program->is_writing)
        mn_co_drop(&program->write.co);
    program->is_writing = false;
    program->text.count = 0;
}

void mn_program_break(struct mn_program *program, bool is_final)
{
    uint32_t count;
    mn_program_hush(program);
    program->has_news = false;
    mn_forth_out(&program->vm, &count);
    mn_forth_out_taken(&program->vm, count);
    drop_wish(program);
    if (is_final)
        program->vm.handler = 0;
    mn_forth_break(&program->vm);
}
