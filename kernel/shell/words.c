/* words.c — the words of the machine: what a Forth program can ask of the kernel.
 *
 * Each is one line of WORDS: name, function, cells taken and left, stack effect, help. A word that
 * prints does so a row at a time: where there is no room it answers MN_FORTH_WAIT and is called
 * again when the console has taken what there was.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "shell/words.h"

#include "mn/mem.h"

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

static uint8_t lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c | 0x20) : c;
}

bool mn_name_is(const uint8_t *name, uint32_t count, const char *word)
{
    uint32_t i = 0;
    while (i < count && word[i] && lower(name[i]) == (uint8_t)word[i])
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

static int32_t sleep_us(struct mn_forth *vm)
{
    return sleep_for(vm, MN_US);
}

static int32_t sleep_ms(struct mn_forth *vm)
{
    return sleep_for(vm, MN_MS);
}

static int32_t sleep_s(struct mn_forth *vm)
{
    return sleep_for(vm, MN_S);
}

/* ---- children and the bag --------------------------------------------------------------- */

static int32_t spawn(struct mn_forth *vm)
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

static int32_t child(struct mn_forth *vm)
{
    mn_forth_push(vm, mn_program_of(vm)->latest_child);
    return 0;
}

static int32_t kill(struct mn_forth *vm)
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

static int32_t bag(struct mn_forth *vm)
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

static int32_t uptime(struct mn_forth *vm)
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

static int32_t heap(struct mn_forth *vm)
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
static int32_t log_level(struct mn_forth *vm)
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

static int32_t halt(struct mn_forth *vm)
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

static int32_t screenshot(struct mn_forth *vm)
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

/* ---- the table -------------------------------------------------------------------------- */

#define WORDS(X)                                                                            \
    X("help", help, 0, 0, "( \"name\" -- )", "says what a word does; alone: all of these")  \
    X("tasks", mn_word_tasks, 0, 0, "( -- )", "who runs, and what everybody waits for")     \
    X("services", mn_word_services, 0, 0, "( -- )", "the services bound, and how busy")     \
    X("heap", heap, 0, 0, "( -- )", "the kernel's memory")                                  \
    X("uptime", uptime, 0, 0, "( -- )", "how long the machine is up")                       \
    X("log", log_level, 0, 0, "( \"level\" -- )",                                           \
      "sets or says the level: trace, debug, info, warn, error")               \
    X("halt", halt, 1, 0, "( n -- )", "stops the machine in order, with exit code n")       \
    X("sleep::us", sleep_us, 1, 0, "( n -- )", "waits n microseconds")                      \
    X("sleep::ms", sleep_ms, 1, 0, "( n -- )", "waits n milliseconds")                      \
    X("sleep::s", sleep_s, 1, 0, "( n -- )", "waits n seconds")                             \
    X("screenshot", screenshot, 0, 0, "( -- )", "keeps what the display shows as a picture") \
    X("spawn", spawn, 1, 0, "( xt -- )", "runs xt in a child of its own: ' word spawn")     \
    X("child", child, 0, 1, "( -- token )", "the latest child spawned here, or 0")          \
    X("kill", kill, 1, 0, "( token -- )", "ends a child")                                   \
    X("bag", bag, 0, 0, "( -- )", "the bag of holding: tokens and what they stand for")     \
    X("sermux::open_port", mn_word_open_port, 2, 1, "( port size -- token )",               \
      "opens a port of the serial mux, with queues of size bytes")                          \
    X("sermux::write_outbuf", mn_word_write_outbuf, 1, 0, "( token -- )",                   \
      "sends what was printed to a mux port, not to the console")                           \
    X("sermux::close_port", mn_word_close_port, 1, 0, "( token -- )", "closes a mux port")  \
    X("screen::size", mn_word_screen_size, 0, 2, "( -- width height )",                     \
      "how large the display is, in pixels")                                                \
    X("screen::open", mn_word_screen_open, 2, 0, "( width height -- )",                     \
      "begins a picture of that size, with nothing drawn")                                  \
    X("screen::clear", mn_word_screen_clear, 1, 0, "( ink -- )",                            \
      "fills the picture: 0 is dark, all else bright")                                      \
    X("screen::pixel", mn_word_screen_pixel, 3, 0, "( ink x y -- )", "draws one pixel")     \
    X("screen::line", mn_word_screen_line, 5, 0, "( ink x1 y1 x2 y2 -- )",                  \
      "draws a line, both ends included")                                                   \
    X("screen::box", mn_word_screen_box, 5, 0, "( ink x y w h -- )",                        \
      "draws the border of a rectangle")                                                    \
    X("screen::fill", mn_word_screen_fill, 5, 0, "( ink x y w h -- )", "fills a rectangle") \
    X("screen::text", mn_word_screen_text, 5, 0, "( addr u ink x y -- )",                   \
      "draws text; each character is 6 pixels by 12")                                       \
    X("screen::show", mn_word_screen_show, 2, 0, "( x y -- )",                              \
      "puts the picture on the display; undrawn pixels change nothing")                     \
    X("screen::close", mn_word_screen_close, 0, 0, "( -- )",                                \
      "lets go of the picture; what is on the display stays")

static int32_t help(struct mn_forth *vm);

const struct mn_forth_word mn_host_words[] = {
#define WORD_(name_, run_, in_, out_, effect, text)                                         \
    {.name = name_, .run = run_, .in = in_, .out = out_},
    WORDS(WORD_)
};

const struct mn_help mn_host_help[] = {
#define HELP_(name, run, in, out, effect_, text_) {.effect = effect_, .text = text_},
    WORDS(HELP_)
};

const uint32_t mn_host_word_count = MN_COUNT_OF(mn_host_words);

/* ---- help ------------------------------------------------------------------------------- */

/* In two lines, so that neither is folded on a screen of 66 columns. */
static void help_row(struct mn_text *text, uint32_t index)
{
    mn_text_str(text, mn_host_words[index].name);
    mn_text_byte(text, ' ');
    mn_text_str(text, mn_host_help[index].effect);
    mn_text_str(text, "\r\n    ");
    mn_text_str(text, mn_host_help[index].text);
    mn_text_str(text, "\r\n");
}

static int32_t help_all(struct mn_program *program, struct mn_text *text)
{
    if (program->listing < mn_host_word_count) {
        help_row(text, program->listing++);
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
        while (i < count && lower(name[i]) == (uint8_t)(*line)[i])
            i++;
        if (i == count && (*line)[i] == ' ')
            return *line;
    }
    return NULL;
}

static int32_t help_one(struct mn_forth *vm, struct mn_text *text, const uint8_t *name,
                        uint32_t count)
{
    for (uint32_t i = 0; i < mn_host_word_count; i++) {
        if (!mn_name_is(name, count, mn_host_words[i].name))
            continue;
        help_row(text, i);
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

static int32_t help(struct mn_forth *vm)
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
