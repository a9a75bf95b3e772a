/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/audit.h"
#include "shell/session_parts.h"

#define MN_LOG_TARGET "kernel::shell::session"

/* ---- lines ------------------------------------------------------------------------------ */

static void too_long(struct mn_session *session)
{
    struct mn_text *text = &session->program.text;
    mn_text_str(text, "error: line longer than ");
    mn_text_u64(text, session->editor.line_max);
    mn_text_str(text, " bytes: none of it was read\r\n");
}

/* Gives the VM the line, which begins a run or ends the wait of a word that reads. */
static void take_line(struct mn_session *session)
{
    enum mn_err err = mn_forth_line(&session->program.vm, session->editor.line,
                                    session->editor.count);
    MN_ASSERT(err == MN_OK);
    mn_editor_next(&session->editor);
    session->console.last = '\n';
    session->is_reading = false;
}

/* The first Ctrl-C may be caught by the program, the next one may not. */
static void interrupt(struct mn_session *session)
{
    mn_program_break(&session->program, session->was_broken);
    session->was_broken = true;
}

static void take_break(struct mn_session *session)
{
    mn_editor_reset(&session->editor);
    session->swallows = true;
    if (session->program.vm.defining && !session->program.vm.running) {
        enum mn_err err = mn_forth_line(&session->program.vm, "", 0);
        MN_ASSERT(err == MN_OK); /* an empty line to be broken, and the definition with it */
    }
    if (session->program.vm.running) { /* or it waits for a line, in the middle of a word */
        interrupt(session);
        session->is_reading = false;
    } else {
        mn_program_say(&session->program, "^C\r\n");
        session->console.last = '\n';
    }
}

static void take_event(struct mn_session *session, enum mn_editor_event event)
{
    if (event == MN_EDITOR_LINE) {
        take_line(session);
    } else if (event == MN_EDITOR_TOO_LONG) {
        too_long(session);
        mn_editor_next(&session->editor);
    } else if (event == MN_EDITOR_BREAK) {
        take_break(session);
    } else if (event == MN_EDITOR_END && session->program.vm.running) {
        mn_forth_end(&session->program.vm);
        session->is_reading = false;
    }
}

static bool is_swallowed(struct mn_session *session, uint8_t byte)
{
    bool is_end = session->swallows && (byte == '\n' || byte == '\r');
    session->swallows = is_end && byte == '\r'; /* a LF may follow */
    return is_end;
}

/* Where a former peer's bytes end, the line they began ends too. */
static void forget(struct mn_session *session)
{
    if (session->forgets)
        mn_editor_reset(&session->editor);
    session->forgets = false;
}

/* Feeds the editor. False when there is nothing more to feed. */
static bool read_line(struct mn_session *session)
{
    struct mn_text *echo = &session->program.text;
    if (session->ahead.count > 0)
        mn_session_meet(session);
    while (session->is_reading && echo->room - echo->count >= MN_EDITOR_ECHO_BYTES * 2) {
        forget(session); /* the last of them did not get here: a word took it, or it went */
        if (session->ahead.count == 0)
            return echo->count > 0;
        uint8_t byte = mn_session_take(session);
        session->heard_us = session->kernel->now_us;
        if (is_swallowed(session, byte))
            continue;
        take_event(session, mn_editor_byte(&session->editor, byte, echo));
        forget(session);
        if (session->editor.count == 0 && session->ahead.count > 0)
            mn_session_meet(session);
    }
    return true;
}

/* ---- the VM at work --------------------------------------------------------------------- */

/* Ctrl-C while a word runs: all that was sent before it goes. */
static void heed_break(struct mn_session *session)
{
    if (session->is_reading || session->ahead.breaks == 0 || !session->program.vm.running)
        return;
    while (session->ahead.breaks > 0)
        mn_session_take(session);
    session->forgets = false;
    session->program.vm.key = -1;
    session->swallows = true;
    session->wants_key = false;
    interrupt(session);
}

/* Counts how long a word runs with the type-ahead full. */
static void watch_jam(struct mn_session *session, struct mn_task *task)
{
    bool is_jammed = !session->is_reading && !session->drains &&
                     session->ahead.count == session->ahead.capacity;
    if (session->is_jammed && !is_jammed)
        mn_co_drop(&session->patience.co);
    if (!session->is_jammed && is_jammed)
        mn_sleep(&session->patience, session->settings.patience_us);
    session->is_jammed = is_jammed;
    if (is_jammed && mn_co_poll(&session->patience.co, task) == MN_READY) {
        session->is_jammed = false;
        session->drains = true;
        mn_task_wake(task);
    }
}

/* The line that held up everything has ended. Input goes on where a line begins. */
static void end_drain(struct mn_session *session)
{
    struct mn_text *text = &session->program.text;
    if (!session->drains)
        return;
    while (session->ahead.count > 0 && mn_ahead_at(&session->ahead, 0) != '\n')
        mn_session_drop_bytes(session, 1);
    session->drains = false;
    mn_program_fresh_line(&session->program);
    mn_text_u64(text, session->drained);
    mn_text_str(text, " bytes of input were dropped while that ran\r\n");
    session->drained = 0;
}

static bool has_key(const struct mn_session *session)
{
    const struct mn_session_ahead *ahead = &session->ahead;
    return ahead->count > 0 && mn_ahead_at(ahead, 0) != MN_SESSION_CTRL_C;
}

static void give_key(struct mn_session *session)
{
    session->forgets = false; /* until now: no line is begun while a word runs */
    session->wants_key = false;
    mn_forth_key(&session->program.vm, mn_session_take(session));
}

static void restart(struct mn_session *session)
{
    mn_program_finish(&session->program);
    mn_program_init(&session->program, session->kernel, &session->console,
                    &session->settings.program, session->block);
    session->console.owner = &session->program;
    mn_program_say(&session->program, "a new Forth begins\r\n");
}

static void say_ok(struct mn_session *session)
{
    struct mn_program *program = &session->program;
    char last = session->console.last;
    const char *ok = program->vm.defining ? " compiling ok.\r\n" : " ok.\r\n";
    if (program->vm.bye)
        restart(session);
    else if (!program->vm.is_silent)
        mn_program_say(program, last == '\n' || last == ' ' ? ok + 1 : ok);
}

/* False when it has to wait, or others have their turn first. */
static bool run(struct mn_session *session, struct mn_task *task)
{
    session->program.vm.has_key = has_key(session);
    enum mn_program_state state = mn_program_run(&session->program, task);
    if (state == MN_PROGRAM_BLOCKED)
        return false;
    if (state == MN_PROGRAM_LINE)
        session->is_reading = true;
    else if (state == MN_PROGRAM_KEY)
        session->wants_key = true;
    else if (state == MN_PROGRAM_DONE)
        say_ok(session);
    else if (state == MN_PROGRAM_FAILED)
        mn_program_report(&session->program, NULL);
    if (state == MN_PROGRAM_DONE || state == MN_PROGRAM_FAILED) {
        session->is_reading = true;
        session->was_broken = false;
        end_drain(session);
    }
    mn_task_wake(task);
    return false;
}

/* ---- the session ------------------------------------------------------------------------ */

static void show_line_again(struct mn_session *session)
{
    session->console.is_disturbed = false;
    if (!session->editor.echoes || session->editor.count == 0)
        return;
    mn_program_fresh_line(&session->program);
    mn_editor_show(&session->editor, &session->program.text);
}

/* One step of whatever is to be done; false when there is nothing to do now. */
static bool advance(struct mn_session *session, struct mn_task *task)
{
    if (!mn_program_flush(&session->program, task))
        return false;
    if (session->greets) {
        session->greets = false;
        mn_program_say(&session->program, session->settings.greeting);
        if (!session->is_reading)
            mn_program_say(&session->program, "a word is running: Ctrl-C stops it\r\n");
        return true;
    }
    if (session->is_reading && session->console.is_disturbed) {
        show_line_again(session);
        return true;
    }
    if (session->is_reading)
        return read_line(session);
    if (session->wants_key) {
        if (!has_key(session))
            return false;
        give_key(session);
    }
    return run(session, task);
}

/* Room came free in a full type-ahead: bytes may be there that nobody would wake us for. */
static bool may_hear_more(const struct mn_session *session)
{
    return !session->asks_bytes && session->ahead.count < session->ahead.capacity;
}

static enum mn_poll serve_poll(struct mn_co *co, struct mn_task *task)
{
    struct mn_session *session = MN_CONTAINER(co, struct mn_session, serve);
    co->child = NULL;
    do {
        if (!mn_session_listen(session, task) || !mn_session_watch_carrier(session, task)) {
            co->err = MN_ERR_CLOSED;
            return MN_READY;
        }
        heed_break(session);
        if (!mn_port_knows_peer(&session->carrier)) {
            mn_task_wake(task);
            return MN_PENDING;
        }
    } while (advance(session, task) || may_hear_more(session));
    watch_jam(session, task);
    session->console.is_typing = session->is_reading && session->editor.echoes &&
                                 session->editor.count > 0;
    co->child = mn_program_waits_in(&session->program); /* for whoever looks */
    if (!co->child && session->asks_bytes)
        co->child = &session->read.co;
    return MN_PENDING;
}

static void serve_audit(const struct mn_co *co, struct mn_audit *audit)
{
    struct mn_session *session = MN_CONTAINER(co, struct mn_session, serve);
    mn_audit_future(audit, &session->carrier.co);
    if (session->is_jammed)
        mn_audit_future(audit, &session->patience.co);
    if (session->asks_bytes)
        mn_audit_future(audit, &session->read.co);
    mn_program_audit(&session->program, audit);
    mn_audit_list(audit, &session->console.programs, "programs");
}

static const struct mn_co_type serve_type = {
    .name = "serve",
    .poll = serve_poll,
    .audit = MN_AUDIT_BY(serve_audit),
};

/* Says where everything is in the block and returns its size. */
static uint32_t lay_out(struct mn_session *session, const struct mn_session_settings *settings,
                        uint8_t *block)
{
    uint32_t used = mn_program_bytes(&settings->program);
    uint32_t line_max = settings->program.vm.line_bytes & ~3u;
    uint32_t line_at = used, past_at = line_at + line_max;
    uint32_t ahead_at = past_at + settings->past_bytes;
    if (session) {
        mn_editor_init(&session->editor, (char *)block + line_at, line_max,
                       (char *)block + past_at, settings->past_bytes);
        session->ahead = (struct mn_session_ahead){
            .bytes = block + ahead_at, .capacity = settings->ahead_bytes};
    }
    return used ? ahead_at + settings->ahead_bytes : 0;
}

uint32_t mn_session_bytes(const struct mn_session_settings *settings)
{
    return lay_out(NULL, settings, NULL);
}

static struct mn_co *serve(struct mn_session *session)
{
    lay_out(session, &session->settings, session->block);
    mn_console_init(&session->console, session->port.end.out);
    mn_program_init(&session->program, session->kernel, &session->console,
                    &session->settings.program, session->block);
    session->console.owner = &session->program;
    mn_port_carrier(&session->carrier, &session->port, 0);
    session->is_reading = true;
    session->is_serving = true;
    return mn_co_init(&session->serve, &serve_type);
}

/* Whoever waits for an answer had better know. */
static bool has_memory(struct mn_session *session)
{
    uint32_t bytes = mn_session_bytes(&session->settings);
    session->block = mn_heap_try(&session->kernel->heap, bytes);
    if (!session->block)
        MN_WARN(&session->kernel->log, "no memory for a shell, waiting until there is some",
                MN_FIELD_U64("bytes", bytes),
                MN_FIELD_U64("port", session->settings.port.number));
    return session->block;
}

static enum mn_poll session_poll(struct mn_co *co, struct mn_task *task)
{
    struct mn_session *session = MN_FRAME(co, struct mn_session);

    MN_CO_BEGIN;
    if (mn_session_bytes(&session->settings) == 0)
        MN_RETURN(MN_ERR_INVALID);
    MN_TRY(mn_port_open(&session->on.open, &session->kernel->registry, &session->settings.port,
                        &session->port));
    if (session->settings.waits_for_talk)
        MN_TRY(mn_port_talk(&session->on.talk, &session->port));
    if (!has_memory(session)) {
        MN_TRY(mn_heap_alloc(&session->on.alloc, &session->kernel->heap,
                             mn_session_bytes(&session->settings)));
        session->block = session->on.alloc.memory;
    }
    MN_TRY(serve(session));
    MN_CO_END;
}

static void session_drop(struct mn_co *co)
{
    struct mn_session *session = MN_FRAME(co, struct mn_session);
    if (session->is_serving) {
        mn_program_finish(&session->program);
        mn_console_close(&session->console);
        mn_co_drop(&session->carrier.co);
        if (session->is_jammed)
            mn_co_drop(&session->patience.co);
        if (session->asks_bytes)
            mn_co_drop(&session->read.co);
    }
    mn_heap_free(&session->kernel->heap, session->block);
    mn_port_close(&session->port);
}

static const struct mn_co_type session_type = {
    .name = "shell",
    .poll = session_poll,
    .drop = session_drop,
};

struct mn_co *mn_session(struct mn_session *frame, struct mn_kernel *kernel,
                         const struct mn_session_settings *settings)
{
    MN_ASSERT(settings->ahead_bytes >= MN_SESSION_KEYS_MAX);
    *frame = (struct mn_session){.kernel = kernel, .settings = *settings};
    if (frame->settings.program.vm.line_bytes == 0)
        frame->settings.program.vm.line_bytes = 256;
    mn_port_init(&frame->port);
    return mn_co_init(&frame->co, &session_type);
}
