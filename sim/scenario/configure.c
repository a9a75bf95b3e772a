/* configure.c — the second half of reading a scenario: the files that it names.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config_find.h"
#include "counters.h"
#include "tools/common/nearest.h"
#include "scenario.h"
#include "step.h"

char *scenario_path(const struct scenario *scenario, const char *name)
{
    const char *slash = strrchr(scenario->name, '/');
    int folder = slash && *name != '/' ? (int)(slash + 1 - scenario->name) : 0;
    size_t room = (size_t)folder + strlen(name) + 1;
    char *path = malloc(room);
    if (path)
        snprintf(path, room, "%.*s%s", folder, scenario->name, name);
    return path;
}

const char *scenario_log_filter(const struct scenario *scenario)
{
    return scenario->log_filter ? scenario->log_filter : "info";
}

bool scenario_read(struct scenario *scenario, const char *name, struct melpo_problems *problems)
{
    size_t count = 0;
    char *text = melpo_config_load(name, &count, problems);
    *scenario = (struct scenario){.name = NULL};
    bool is_good = text && scenario_parse(scenario, name, text, count, problems);
    free(text);
    return is_good;
}

/* ---- the machine ------------------------------------------------------------------------ */

/* No port is ever opened: the peers are in this process. */
static void keep_inside(struct melpo_config *config)
{
    for (uint32_t i = 0; i < config->platform.uart_count; i++)
        config->platform.uarts[i].backend = MELPO_BACKEND_NULL;
}

static bool read_with(struct scenario *scenario, const char *path, uint32_t set_count,
                      struct melpo_problems *problems)
{
    return melpo_config_read_file(&scenario->config, path, (const char *const *)scenario->sets,
                                  set_count, problems);
}

/* Names the line that spoils the machine: the first `set` with which it is none, or `machine`. */
static void blame(struct scenario *scenario, const char *path, struct melpo_problems *problems)
{
    struct melpo_problems unheard = MELPO_PROBLEMS_NONE;
    uint32_t good = 0;
    while (good < scenario->set_count && read_with(scenario, path, good, &unheard))
        good++;
    melpo_problems_finish(&unheard);
    if (good > 0)
        scenario_refuse(scenario, scenario->set_lines[good - 1], 1, problems,
                        "with this line it is no machine");
    else if (scenario->machine)
        scenario_refuse(scenario, scenario->machine_line, scenario->machine_column, problems,
                        "this is no machine");
}

static bool read_machine(struct scenario *scenario, struct melpo_problems *problems)
{
    const char *name = scenario->machine ? scenario->machine : "default.json";
    char *beside = scenario_path(scenario, name);
    const char *path = beside && access(beside, F_OK) == 0 ? beside : name;
    bool is_good = read_with(scenario, path, scenario->set_count, problems);
    if (!is_good)
        blame(scenario, path, problems);
    free(beside);
    keep_inside(&scenario->config);
    return is_good;
}

/* ---- the UARTs it talks of -------------------------------------------------------------- */

static bool find_uart(const struct scenario *scenario, const char *name, uint32_t *index)
{
    const struct melpo_platform_config *platform = &scenario->config.platform;
    for (*index = 0; *index < platform->uart_count; ++*index)
        if (strcmp(platform->uarts[*index].name, name) == 0)
            return true;
    return false;
}

static bool refuse_uart(const struct scenario *scenario, uint32_t line, uint32_t column,
                        const char *name, struct melpo_problems *problems)
{
    const struct melpo_platform_config *platform = &scenario->config.platform;
    const char *names[MELPO_UARTS_MAX];
    char list[MELPO_UARTS_MAX * (MELPO_NAME_BYTES + 4)] = "";
    for (uint32_t i = 0; i < platform->uart_count; i++) {
        size_t used = strlen(list);
        names[i] = platform->uarts[i].name;
        snprintf(list + used, sizeof list - used, "%s\"%s\"", i ? ", " : "", names[i]);
    }
    const char *nearest = host_nearest(name, names, platform->uart_count);
    if (nearest)
        return scenario_refuse(scenario, line, column, problems,
                               "the machine has no UART \"%s\"; did you mean \"%s\"?", name,
                               nearest);
    return scenario_refuse(scenario, line, column, problems,
                           "the machine has no UART \"%s\"; it has %s", name,
                           *list ? list : "none");
}

static bool has_mux(const struct scenario *scenario, uint32_t uart)
{
    return scenario->config.platform.uarts[uart].attach == MELPO_ATTACH_SERIAL_MUX;
}

static bool find_uarts_of_peers(struct scenario *scenario, struct melpo_problems *problems)
{
    bool is_good = true;
    for (uint32_t i = SCENARIO_LOG + 1; i < scenario->peer_count; i++) {
        struct scenario_peer *peer = &scenario->peers[i];
        if (!find_uart(scenario, peer->uart_name, &peer->uart))
            is_good = refuse_uart(scenario, peer->line, peer->column, peer->uart_name, problems);
        else if (peer->port >= 0 && !has_mux(scenario, peer->uart))
            is_good = scenario_refuse(scenario, peer->line, peer->column, problems,
                                      "there is no serial mux on UART \"%s\", so it has no ports",
                                      peer->uart_name);
    }
    return is_good;
}

static bool load_text(struct scenario *scenario, struct scenario_step *step,
                      struct melpo_problems *problems)
{
    struct melpo_problems why = MELPO_PROBLEMS_NONE;
    struct text *text = &step->pattern.text;
    text->bytes = melpo_config_load(step->file, &text->count, &why);
    if (!text->bytes)
        scenario_refuse(scenario, step->line, step->column, problems, "%s",
                        why.line_count ? why.lines[0] + strlen("melpo: ") : "out of memory");
    melpo_problems_finish(&why);
    return text->bytes != NULL;
}

static bool find_keyboard(struct scenario *scenario, const struct scenario_step *step,
                          struct melpo_problems *problems)
{
    const struct melpo_config *config = &scenario->config;
    return config->platform.display.enabled || config->services.keyboard_mux.enabled ||
           scenario_refuse(scenario, step->line, step->column, problems,
                           "this machine has no keyboard: platform.display.enabled and "
                           "services.keyboard_mux.enabled are false");
}

static bool find_screen(struct scenario *scenario, const struct scenario_step *step,
                        bool makes_pictures, struct melpo_problems *problems)
{
    if (!scenario->config.platform.display.enabled)
        return scenario_refuse(scenario, step->line, step->column, problems,
                               "this machine has no screen: platform.display.enabled is false");
    if (!step->is_picture || makes_pictures || access(step->file, R_OK) == 0)
        return true;
    return scenario_refuse(scenario, step->line, step->column, problems,
                           "%s: cannot be read: %s; --update makes it", step->file,
                           strerror(errno));
}

/* Whether the machine has what the counter belongs to. */
static bool find_owner(struct scenario *scenario, struct scenario_step *step,
                       struct melpo_problems *problems)
{
    struct counter_name *name = &step->counter;
    bool has_a_mux = false;
    if (!name->counter || name->counter->owner == COUNTER_MACHINE)
        return true;
    if (name->counter->owner == COUNTER_UART)
        return find_uart(scenario, name->uart_name, &name->number) ||
               refuse_uart(scenario, step->line, step->column, name->uart_name, problems);
    for (uint32_t i = 0; i < scenario->config.platform.uart_count; i++)
        has_a_mux |= has_mux(scenario, i);
    return has_a_mux || scenario_refuse(scenario, step->line, step->column, problems,
                                        "no UART of the machine has a serial mux");
}

static bool resolve_step(struct scenario *scenario, struct scenario_step *step, bool has_machine,
                         struct melpo_problems *problems)
{
    if (has_machine && !find_owner(scenario, step, problems))
        return false;
    return !step->sends_file || load_text(scenario, step, problems);
}

bool scenario_configure(struct scenario *scenario, bool makes_pictures,
                        struct melpo_problems *problems)
{
    size_t before = problems->count;
    bool has_machine = read_machine(scenario, problems);
    if (has_machine)
        find_uarts_of_peers(scenario, problems);
    for (size_t i = 0; i < scenario->step_count; i++) {
        resolve_step(scenario, &scenario->steps[i], has_machine, problems);
        if (has_machine && scenario->steps[i].needs_screen)
            find_screen(scenario, &scenario->steps[i], makes_pictures, problems);
        if (has_machine && scenario->steps[i].needs_keyboard)
            find_keyboard(scenario, &scenario->steps[i], problems);
    }
    return problems->count == before;
}
