/* keys.c — the steps in which somebody types on the machine's keyboard.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <string.h>

#include "run.h"
#include "tools/common/nearest.h"
#include "tools/common/quote.h"
#include "tools/common/utf8.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

bool type_parse(struct step_parsing *parsing, struct scenario_step *step)
{
    struct text *text = &step->pattern.text;
    const char *at = words_next(&parsing->words);
    step->limit_us = STEP_LIMIT_US;
    step->needs_keyboard = true;
    if (!words_take_text(&parsing->words, text))
        return false;
    if (memchr(text->bytes, '\0', text->count) ||
        host_utf8_valid_bytes(text->bytes, text->count) != text->count)
        return words_refuse(&parsing->words, at, "no keyboard types this: it is not UTF-8");
    step->limit_us += text->count * SIM_KEYBOARD_PACE_US;
    return words_take_limit(&parsing->words, "within", &step->limit_us);
}

#define NAME_OF_(name, text) text,
static const char *const key_names[] = {MN_KEY_CODES(NAME_OF_)};
#undef NAME_OF_

/* Nearness is to what stands behind the modifiers. */
static bool refuse_key(const struct words *words, const char *at, const char *name)
{
    char quoted[HOST_QUOTE_SHORT_BYTES];
    const char *plus = strrchr(name, '+');
    const char *key = plus && plus[1] ? plus + 1 : name;
    const char *nearest = host_nearest(key, key_names, COUNT_OF(key_names));
    host_quote_short(name, quoted);
    if (nearest)
        return words_refuse(words, at, "no key %s; did you mean \"%.*s%s\"?", quoted,
                            (int)(key - name), name, nearest);
    return words_refuse(words, at, "expected a key such as a, Enter, F5, Ctrl+c or Alt+Shift+Up, "
                                   "got %s", quoted);
}

bool press_parse(struct step_parsing *parsing, struct scenario_step *step)
{
    char name[WORD_BYTES];
    struct mn_key_event event;
    const char *at = words_next(&parsing->words);
    step->limit_us = STEP_LIMIT_US;
    step->needs_keyboard = true;
    if (!words_take(&parsing->words, name, "a key such as Enter or Ctrl+c"))
        return false;
    if (mn_key_parse(name, (uint32_t)strlen(name), &event) != MN_OK)
        return refuse_key(&parsing->words, at, name);
    step->pattern.text.bytes = strdup(name);
    step->pattern.text.count = strlen(name);
    return step->pattern.text.bytes || words_refuse(&parsing->words, at, "out of memory");
}

/* ---- running ---------------------------------------------------------------------------- */

/* The typist has its own pace; the step is done when it is. */
static enum step_result await_typist(struct run *run)
{
    const struct sim_keyboard *keyboard = &run->board.keyboard.hal;
    if (sim_keyboard_is_idle(keyboard))
        return STEP_DONE;
    if (run_is_late(run))
        return run_fail(run, "but", "%u keys are not typed yet", keyboard->typed_count);
    run_look_again(run, keyboard->typed_count * SIM_KEYBOARD_PACE_US);
    return STEP_WAITS;
}

static enum step_result type(struct run *run,
                             enum mn_err (*put)(struct board *, const char *, uint32_t),
                             const struct text *text)
{
    if (run->has_halted)
        return run_fail(run, "but", "the machine has halted with status %d", run->halt_code);
    if (run->sent_bytes == text->count)
        return await_typist(run);
    enum mn_err err = put(&run->board, text->bytes, (uint32_t)text->count);
    run->sent_bytes = text->count;
    return err == MN_OK ? await_typist(run)
                        : run_fail(run, "but", "it cannot be typed: %s", mn_err_text(err));
}

enum step_result type_run(struct run *run, const struct scenario_step *step)
{
    return type(run, board_type, &step->pattern.text);
}

enum step_result press_run(struct run *run, const struct scenario_step *step)
{
    return type(run, board_press, &step->pattern.text);
}
