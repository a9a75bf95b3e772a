/* words.c — the words of the machine: what a Forth program can ask of the kernel.
 *
 * A word that prints does so a row at a time: where there is no room it answers MN_FORTH_WAIT and
 * is called again when the console has taken what there was.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "shell/word_table.h"

#include "mn/mem.h"
#include "mn/str.h"

struct mn_program *mn_program_of(struct mn_forth *vm)
{
    return vm->user;
}

struct mn_text *mn_program_row(struct mn_forth *vm)
{
    uint32_t waiting;
    struct mn_text *text = &mn_program_of(vm)->text;
    mn_forth_out(vm, &waiting);
    return waiting == 0 && text->room - text->count >= MN_ROW_BYTES ? text : NULL;
}

bool mn_name_is(const uint8_t *name, uint32_t count, const char *word)
{
    uint32_t i = 0;
    while (i < count && word[i] && mn_lower(name[i]) == (uint8_t)word[i])
        i++;
    return i == count && word[i] == 0;
}

/* ---- waiting ---------------------------------------------------------------------------- */

bool mn_program_has_come_true(struct mn_program *program)
{
    bool was_granted = program->is_granted;
    if (was_granted)
        program->wish = MN_PROGRAM_NOTHING;
    program->is_granted = false;
    return was_granted;
}

static int32_t sleep_for(struct mn_forth *vm, uint64_t unit_us)
{
    struct mn_program *program = mn_program_of(vm);
    uint32_t count = mn_forth_pop(vm);
    if (mn_program_has_come_true(program))
        return 0;
    mn_forth_push(vm, count);
    mn_sleep(&program->on.sleep, (int32_t)count > 0 ? count * unit_us : 0);
    program->wish = MN_PROGRAM_SLEEP;
    return MN_FORTH_WAIT;
}

int32_t mn_word_sleep_us(struct mn_forth *vm)
{
    return sleep_for(vm, MN_US);
}

int32_t mn_word_sleep_ms(struct mn_forth *vm)
{
    return sleep_for(vm, MN_MS);
}

int32_t mn_word_sleep_s(struct mn_forth *vm)
{
    return sleep_for(vm, MN_S);
}

/* ---- children and the bag --------------------------------------------------------------- */

int32_t mn_word_spawn(struct mn_forth *vm)
{
    struct mn_program *program = mn_program_of(vm);
    uint32_t xt = mn_forth_pop(vm);
    if (mn_program_has_come_true(program))
        return program->outcome;
    mn_forth_push(vm, xt);
    mn_spawn_child(&program->on.spawn, &program->kernel->registry, program, xt,
                   program->kernel->now_us + program->settings.spawn_timeout_us);
    program->wish = MN_PROGRAM_SPAWN;
    return MN_FORTH_WAIT;
}

int32_t mn_word_child(struct mn_forth *vm)
{
    mn_forth_push(vm, mn_program_of(vm)->latest_child);
    return 0;
}

int32_t mn_word_kill(struct mn_forth *vm)
{
    struct mn_program *program = mn_program_of(vm);
    struct mn_bag_item *item = mn_bag_find(&program->bag, mn_forth_pop(vm));
    if (!item || item->kind == mn_mux_port_kind)
        return MN_PROGRAM_TOKEN;
    mn_spawnulator_kill(item->thing);
    return 0;
}

static void child_row(const struct mn_bag_item *item, struct mn_text *text)
{
    const struct mn_task *task = mn_spawnulator_task(item->thing);
    mn_text_str(text, item->kind);
    mn_text_str(text, ", task ");
    mn_text_u64(text, task->id);
    mn_text_str(text, " (");
    mn_text_str(text, task->name);
    mn_text_byte(text, ')');
}

int32_t mn_word_bag(struct mn_forth *vm)
{
    struct mn_program *program = mn_program_of(vm);
    struct mn_text *text = mn_program_row(vm);
    if (!text)
        return MN_FORTH_WAIT;
    while (program->listing < program->bag.capacity) {
        const struct mn_bag_item *item = &program->bag.items[program->listing++];
        if (item->token == 0)
            continue;
        mn_text_u64(text, item->token);
        mn_text_str(text, ": ");
        if (item->kind == mn_mux_port_kind)
            mn_mux_port_row(item->thing, text);
        else
            child_row(item, text);
        mn_text_str(text, "\r\n");
        return MN_FORTH_AGAIN;
    }
    program->listing = 0;
    return 0;
}

/* ---- the machine ------------------------------------------------------------------------ */

int32_t mn_word_uptime(struct mn_forth *vm)
{
    struct mn_text *text = mn_program_row(vm);
    if (!text)
        return MN_FORTH_WAIT;
    mn_text_str(text, "up ");
    mn_text_time(text, mn_program_of(vm)->kernel->now_us);
    mn_text_byte(text, ' ');
    return 0;
}

static void fact(struct mn_text *text, const char *name, uint64_t value)
{
    uint32_t from = text->count;
    mn_text_str(text, name);
    mn_text_pad(text, from, 16);
    mn_text_u64(text, value);
    mn_text_str(text, "\r\n");
}

int32_t mn_word_heap(struct mn_forth *vm)
{
    struct mn_text *text = mn_program_row(vm);
    if (!text)
        return MN_FORTH_WAIT;
    struct mn_heap_stats stats = mn_heap_stats(&mn_program_of(vm)->kernel->heap);
    fact(text, "bytes", stats.capacity_bytes);
    fact(text, "in use", stats.live_bytes);
    fact(text, "in blocks", stats.live_blocks);
    fact(text, "at most so far", stats.peak_bytes);
    fact(text, "largest free", stats.largest_bytes);
    fact(text, "failed tries", stats.failed_tries);
    fact(text, "waiting", stats.waiters);
    return 0;
}

static int32_t show_level(struct mn_text *text, const struct mn_log *log)
{
    mn_text_str(text, "log ");
    mn_text_str(text, log->level < MN_LEVEL_OFF ? mn_level_name((enum mn_level)log->level) : "off");
    mn_text_byte(text, ' ');
    return 0;
}

/* "log debug" is for every sink there is; "log" says what is in force. */
int32_t mn_word_log(struct mn_forth *vm)
{
    static const char *const names[] = {"trace", "debug", "info", "warn", "error"};
    struct mn_log *log = &mn_program_of(vm)->kernel->log;
    struct mn_text *text = mn_program_row(vm);
    uint32_t count, level = 0;
    if (!text)
        return MN_FORTH_WAIT;
    const uint8_t *name = mn_forth_parse_name(vm, &count);
    if (count == 0)
        return show_level(text, log);
    while (level < MN_COUNT_OF(names) && !mn_name_is(name, count, names[level]))
        level++;
    if (level == MN_COUNT_OF(names))
        return MN_PROGRAM_LEVEL;
    MN_LIST_EACH (link, &log->sinks)
        mn_log_set_level(log, MN_CONTAINER(link, struct mn_log_sink, link), (enum mn_level)level);
    return 0;
}

int32_t mn_word_halt(struct mn_forth *vm)
{
    mn_halt(mn_program_of(vm)->kernel, (int32_t)mn_forth_pop(vm));
    return MN_FORTH_QUIT;
}

/* The name of the file, or what the service says of why there is none. */
static const char *picture_text(const struct mn_take_picture *picture)
{
    if (picture->co.err == MN_OK)
        return picture->response.name;
    return picture->co.err == MN_ERR_FAILED ? picture->error.why : "this machine keeps no pictures";
}

int32_t mn_word_screenshot(struct mn_forth *vm)
{
    struct mn_program *program = mn_program_of(vm);
    if (program->wish != MN_PROGRAM_PICTURE) {
        mn_take_picture(&program->on.picture, &program->kernel->registry, 0);
        program->wish = MN_PROGRAM_PICTURE;
        return MN_FORTH_WAIT;
    }
    struct mn_text *text = mn_program_row(vm);
    if (!text)
        return MN_FORTH_WAIT;
    mn_text_str(text, picture_text(&program->on.picture));
    mn_text_str(text, "\r\n");
    mn_program_has_come_true(program);
    return program->outcome;
}

/* ---- help ------------------------------------------------------------------------------- */

/* In two lines, so that neither is folded on a screen of 66 columns. */
static void help_row(struct mn_text *text, const struct mn_host_words *host, uint32_t index)
{
    mn_text_str(text, host->words[index].name);
    mn_text_byte(text, ' ');
    mn_text_str(text, host->help[index].effect);
    mn_text_str(text, "\r\n    ");
    mn_text_str(text, host->help[index].text);
    mn_text_str(text, "\r\n");
}

static int32_t help_all(struct mn_program *program, struct mn_text *text)
{
    const struct mn_host_words *host = program->settings.words;
    if (program->listing < host->count) {
        help_row(text, host, program->listing++);
        return MN_FORTH_AGAIN;
    }
    mn_text_str(text, "`words` lists all there are, `see name` shows one of yours,\r\n"
                      "Ctrl-C stops one.\r\n");
    program->listing = 0;
    return 0;
}

/* The line about a built-in word, or NULL. */
static const char *builtin_help(const uint8_t *name, uint32_t count)
{
    for (const char *const *line = mn_builtin_help; *line; line++) {
        uint32_t i = 0;
        while (i < count && mn_lower(name[i]) == (uint8_t)(*line)[i])
            i++;
        if (i == count && (*line)[i] == ' ')
            return *line;
    }
    return NULL;
}

static int32_t help_one(struct mn_forth *vm, struct mn_text *text, const uint8_t *name,
                        uint32_t count)
{
    const struct mn_host_words *host = mn_program_of(vm)->settings.words;
    for (uint32_t i = 0; i < host->count; i++) {
        if (!mn_name_is(name, count, host->words[i].name))
            continue;
        help_row(text, host, i);
        return 0;
    }
    if (mn_forth_find(vm, (const char *)name, count) == 0)
        return MN_PROGRAM_NO_WORD;
    const char *line = builtin_help(name, count);
    if (line)
        mn_text_str(text, line);
    else
        mn_text_bytes(text, (const char *)name, count < 40 ? count : 40);
    mn_text_str(text, line ? "\r\n" : " was defined here: `see` shows it\r\n");
    return 0;
}

int32_t mn_word_help(struct mn_forth *vm)
{
    struct mn_program *program = mn_program_of(vm);
    struct mn_text *text = mn_program_row(vm);
    uint32_t count = 0;
    if (!text)
        return MN_FORTH_WAIT;
    const uint8_t *name = NULL;
    if (program->listing == 0)
        name = mn_forth_parse_name(vm, &count);
    return count ? help_one(vm, text, name, count) : help_all(program, text);
}
