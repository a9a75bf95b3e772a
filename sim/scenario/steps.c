/* steps.c — the table of all steps.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <string.h>

#include "tools/common/nearest.h"
#include "step.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static const struct step_kind kinds[] = {
    {"machine", STEP_SETTING, "FILE",
     "The configuration: looked up beside the scenario, then where melpo --config looks. Without "
     "this line it is default.json.",
     machine_parse, NULL},
    {"set", STEP_SETTING, "PATH VALUE",
     "One key of the configuration, changed for this scenario, as --set does.",
     set_parse, NULL},
    {"time", STEP_SETTING, "virtual|real",
     "virtual: whenever the machine is idle its clock jumps to the next deadline. real: it goes "
     "with the host's. Without this line it is virtual.",
     time_parse, NULL},
    {"watchdog", STEP_SETTING, "errors|warns",
     "errors: the scenario fails when the machine's watchdog finds somebody stuck. warns: it says "
     "so in the log. Without this line it warns.",
     watchdog_parse, NULL},
    {"log", STEP_SETTING, "FILTER",
     "What the machine logs, such as info,kernel::comms=trace; expect log and refuse log read it. "
     "Without this line it is info.",
     log_parse, NULL},

    {"seed", STEP_SETTING, "N",
     "Every choice that the machine may make this way or that follows from it: the order of tasks, "
     "the moments of interrupts, the pieces in which bytes come.",
     seed_parse, NULL},
    {"disturb", STEP_SETTING, "WORD[,WORD...]",
     "What goes wrong on purpose: none, timing, faults, or kinds of faults: lose, flip, double, "
     "stall, cut, refuse, kill; kill:3 is the third chance to kill, and no other.",
     disturb_plan_parse, NULL},

    {"connect", STEP_TALK, "UART[:PORT] [as NAME]",
     "A peer comes, on the UART of that name, or on a port of the serial mux behind it. It is "
     "called UART or UART:PORT from then on, unless it has a name.",
     connect_parse, connect_run},
    {"busy", STEP_TALK, "UART",
     "One more peer comes and is turned away, because somebody is connected.",
     busy_parse, busy_run},
    {"send", STEP_TALK, "PEER [slowly] \"TEXT\" [within TIME]",
     "The peer sends the text; done when the machine has taken all of it, or 5s are over. With "
     "`slowly` a key each 50ms, as somebody types.",
     send_parse, send_run},
    {"paste", STEP_TALK, "PEER FILE [within TIME]",
     "The peer sends a whole file, found beside the scenario.",
     paste_parse, send_run},
    {"expect", STEP_TALK, "PEER [next] \"TEXT\"|/REGEX/ [within TIME]",
     "The text comes, after what was expected before and at most 5s from now. With `next` nothing "
     "else comes first. PEER may be log.",
     expect_parse, expect_run},
    {"refuse", STEP_TALK, "PEER \"TEXT\"|/REGEX/ [for TIME]",
     "The text has not come since what was expected before, and does not come for so long (0s). "
     "PEER may be log.",
     refuse_parse, refuse_run},
    {"finish", STEP_TALK, "PEER",
     "The peer says that nothing more will come from it, and listens on, as nc -N does, until the "
     "machine parts with it or another one is connected in its place.",
     finish_parse, finish_run},
    {"gone", STEP_TALK, "PEER [within TIME]",
     "The machine parts with the peer, at most 5s from now.",
     gone_parse, gone_run},
    {"cut", STEP_TALK, "PEER",
     "The peer leaves without a word.",
     cut_parse, cut_run},
    {"type", STEP_TALK, "\"TEXT\" [within TIME]",
     "Somebody types the text on the machine's keyboard, a key each 2ms. Keys that write nothing "
     "are what a terminal sends for them, such as \\e[A for Up.",
     type_parse, type_run},
    {"press", STEP_TALK, "KEY",
     "Somebody presses a key: a, Enter, F5, Ctrl+c, Alt+Shift+Up ...",
     press_parse, press_run},

    {"wait", STEP_TIME, "TIME",
     "So much machine time passes.",
     wait_parse, wait_run},
    {"advance", STEP_TIME, "TIME",
     "The same, in virtual time only: a day passes at once.",
     advance_parse, wait_run},
    {"calm", STEP_TIME, "",
     "Nothing goes wrong on purpose from here on.",
     calm_parse, calm_run},
    {"power", STEP_TIME, "",
     "Somebody presses the power button: the machine halts in order.",
     power_parse, power_run},
    {"exit", STEP_TIME, "STATUS [within TIME]",
     "The machine has halted, or halts at most 5s from now, with that exit status.",
     exit_parse, exit_run},

    {"check", STEP_LOOK, "COUNTER =|!=|<|<=|>|>= VALUE|NAME [within TIME]",
     "A figure of the machine, once it has done all there is to do at this moment. VALUE is a "
     "number or a size such as 64KiB, NAME a figure remembered.",
     check_parse, check_run},
    {"remember", STEP_LOOK, "COUNTER as NAME",
     "Keeps a figure, to be compared with later.",
     remember_parse, remember_run},
    {"screen shows", STEP_LOOK, "\"TEXT\"|/REGEX/ [within TIME]",
     "The text stands on the screen, at most 5s from now. Lines end with \\n.",
     shows_parse, shows_run},
    {"screen matches", STEP_LOOK, "FILE [region X Y WIDTH HEIGHT] [within TIME]",
     "The screen, or a part of it, is the picture FILE, a PNG beside the scenario, at most 5s from "
     "now. --update makes the picture, after 1s.",
     matches_parse, matches_run},

    {"must", STEP_MARK, "STEP",
     "Before any step: it holds even after bytes were lost and peers cut. Without it a step that "
     "fails after a fault made on purpose is passed over.",
     NULL, NULL},
};

const struct step_kind *step_find(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (strcmp(kinds[i].name, name) == 0)
            return &kinds[i];
    return NULL;
}

const char *step_nearest(const char *name)
{
    const char *names[COUNT_OF(kinds)];
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        names[i] = kinds[i].name;
    return host_nearest(name, names, COUNT_OF(kinds));
}

/* Prints `text` in lines of at most 76 columns behind four blanks. */
static void print_folded(const char *text, FILE *out)
{
    size_t column = 0;
    while (*text) {
        size_t count = strcspn(text, " ");
        if (column > 0 && column + 1 + count > 76)
            column = 0, fputc('\n', out);
        fprintf(out, "%s%.*s", column ? " " : "    ", (int)count, text);
        column += count + (column ? 1 : 0);
        text += count + strspn(text + count, " ");
    }
    fputc('\n', out);
}

void step_print_all(FILE *out)
{
    static const char *const titles[] = {
        [STEP_SETTING] = "The machine, before anything else",
        [STEP_TALK] = "Who talks to it, and what is said",
        [STEP_TIME] = "Time, and the end",
        [STEP_LOOK] = "What it has become",
        [STEP_MARK] = "Under faults",
    };
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        if (i == 0 || kinds[i].group != kinds[i - 1].group)
            fprintf(out, "%s%s\n\n", i ? "\n" : "", titles[kinds[i].group]);
        fprintf(out, "  %s%s%s\n", kinds[i].name, *kinds[i].form ? " " : "", kinds[i].form);
        print_folded(kinds[i].what, out);
    }
}
