/* screen.c — the steps that look at the machine's screen.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "picture.h"
#include "report.h"
#include "screen_text.h"

#define STILL_US 1000000u /* a golden picture is made when so much time has passed */

bool shows_parse(struct step_parsing *parsing, struct scenario_step *step)
{
    step->limit_us = STEP_LIMIT_US;
    step->needs_screen = true;
    return words_take_pattern(&parsing->words, &step->pattern) &&
           words_take_limit(&parsing->words, "within", &step->limit_us);
}

static bool take_region(struct words *words, struct scenario_region *region)
{
    const char *const names[] = {"x", "y", "a width", "a height"};
    uint32_t *const values[] = {&region->x, &region->y, &region->width, &region->height};
    char word[WORD_BYTES];
    for (size_t i = 0; i < 4; i++) {
        uint64_t value;
        const char *at = words_next(words);
        if (!words_take(words, word, names[i]))
            return false;
        if (!melpo_parse_u64(word, &value) || value > MN_SIDE_MAX || (i > 1 && value == 0))
            return words_refuse(words, at, "expected %s of the region, in pixels, up to %d",
                                names[i], MN_SIDE_MAX);
        *values[i] = (uint32_t)value;
    }
    return true;
}

bool matches_parse(struct step_parsing *parsing, struct scenario_step *step)
{
    char name[WORD_BYTES];
    step->limit_us = STEP_LIMIT_US;
    step->needs_screen = true;
    if (!words_take(&parsing->words, name, "a picture, such as prompt.png"))
        return false;
    step->file = scenario_path(parsing->scenario, name);
    step->is_picture = step->file != NULL;
    if (words_skip(&parsing->words, "region") &&
        !take_region(&parsing->words, &step->region))
        return false;
    return words_take_limit(&parsing->words, "within", &step->limit_us);
}

/* ---- text ------------------------------------------------------------------------------- */

/* What is to be seen; NULL while there is no picture. */
static const struct mn_bitmap *seen(const struct run *run)
{
    bool has_picture = run->has_started && board_display_frame(&run->board);
    return has_picture && run->glass.bitmap.pixels ? &run->glass.bitmap : NULL;
}

static char *text_of(const struct run *run)
{
    const struct mn_bitmap *frame = seen(run);
    return frame ? screen_text(frame, &mn_font_spleen_6x12) : NULL;
}

void report_screen(struct run *run)
{
    char *text = text_of(run);
    const char *label = "screen";
    for (char *at = text; at && *at;) {
        size_t count = strcspn(at, "\n");
        if (count > 0)
            run_say(run, label, "| %.*s", (int)count, at);
        label = count > 0 ? "" : label;
        at += count + (at[count] == '\n');
    }
    free(text);
}

enum step_result shows_run(struct run *run, const struct scenario_step *step)
{
    char *text = text_of(run);
    bool is_found = text && (step->pattern.is_regex
                                 ? regexec(&step->pattern.regex, text, 0, NULL, 0) == 0
                                 : strstr(text, step->pattern.text.bytes) != NULL);
    free(text);
    if (is_found)
        return STEP_DONE;
    return run_is_late(run) ? run_fail(run, "but", "it is not there") : STEP_WAITS;
}

/* ---- pictures --------------------------------------------------------------------------- */

static struct mn_rect part_of(const struct mn_bitmap *frame, const struct scenario_region *region)
{
    struct mn_rect wanted = {(int32_t)region->x, (int32_t)region->y, (int32_t)region->width,
                             (int32_t)region->height};
    return region->width > 0 ? wanted : mn_bitmap_area(frame);
}

static enum step_result update(struct run *run, const struct scenario_step *step,
                               const struct mn_bitmap *frame, const struct mn_rect *part)
{
    struct device_error error;
    uint64_t passed_us = sim_machine_now_us(&run->board.machine) - run->since_us;
    uint64_t left_us = passed_us < STILL_US ? STILL_US - passed_us : 0;
    if (left_us > 0 && !run_is_late(run)) {
        run_look_again(run, left_us);
        return STEP_WAITS;
    }
    return picture_write(step->file, frame, part, &error) ? STEP_DONE
                                                          : run_fail(run, "but", "%s", error.text);
}

/* Makes the folder and those it is in. Where that cannot be, writing into it says why. */
static void make_folder(const char *folder)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/", folder);
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(path, 0777);
        *slash = '/';
    }
}

/* "tests/prompt.png" to "pictures/prompt.actual.png". */
static void name_picture(const struct run *run, const char *file, const char *kind, char *path,
                         size_t room)
{
    const char *slash = strrchr(file, '/');
    const char *name = slash ? slash + 1 : file;
    size_t count = strlen(name);
    if (count > 4 && strcmp(name + count - 4, ".png") == 0)
        count -= 4;
    snprintf(path, room, "%s/%.*s.%s.png", run->settings->pictures, (int)count, name, kind);
}

static void say_difference(struct run *run, const struct scenario_step *step,
                           const struct mn_bitmap *frame, const struct mn_rect *part,
                           const struct picture *golden)
{
    char actual[1024], apart[1024];
    struct device_error error;
    struct difference difference = picture_compare(frame, part, golden);
    bool is_sized = difference.pixels != UINT64_MAX;
    if (!run->settings->pictures || run->report == run->untold) {
        run_fail(run, "but", "the screen is another");
        return;
    }
    make_folder(run->settings->pictures);
    name_picture(run, step->file, "actual", actual, sizeof actual);
    name_picture(run, step->file, "difference", apart, sizeof apart);
    if (is_sized)
        run_fail(run, "but", "%" PRIu64 " pixels differ, the first at %u %u", difference.pixels,
                 difference.x, difference.y);
    else
        run_fail(run, "but", "the golden picture has %u x %u pixels, and this one %d x %d",
                 golden->width_px, golden->height_px, part->width, part->height);
    run_say(run, "expected", "%s", step->file);
    run_say(run, "came", "%s", picture_write(actual, frame, part, &error) ? actual : error.text);
    if (is_sized)
        run_say(run, "differs", "%s",
                picture_write_difference(apart, frame, part, golden, &error) ? apart : error.text);
    fprintf(run->report, "  %-9s ", "accept");
    report_word(run->settings->program, run->report);
    fputs(" test --update ", run->report);
    report_word(run->scenario->name, run->report);
    fputc('\n', run->report);
}

/* Once for all the looks of a step. */
static bool read_golden(struct run *run, const struct scenario_step *step,
                        struct device_error *error)
{
    if (run->golden_of == step)
        return true;
    picture_free(&run->golden);
    run->golden_of = png_file_read(step->file, PICTURE_GREY, &run->golden, error) ? step : NULL;
    return run->golden_of != NULL;
}

static enum step_result compare(struct run *run, const struct scenario_step *step,
                                const struct mn_bitmap *frame, const struct mn_rect *part)
{
    struct device_error error;
    if (!read_golden(run, step, &error))
        return run_fail(run, "but", "%s", error.text);
    bool is_same = picture_compare(frame, part, &run->golden).pixels == 0;
    bool is_late = run_is_late(run);
    if (!is_same && is_late)
        say_difference(run, step, frame, part, &run->golden);
    return is_same ? STEP_DONE : is_late ? STEP_FAILED : STEP_WAITS;
}

enum step_result matches_run(struct run *run, const struct scenario_step *step)
{
    const struct mn_bitmap *frame = seen(run);
    if (!frame)
        return run_is_late(run) ? run_fail(run, "but", "there is no picture yet") : STEP_WAITS;
    struct mn_rect part = part_of(frame, &step->region), all = mn_bitmap_area(frame);
    struct mn_rect inside = mn_rect_intersect(part, all);
    if (inside.width != part.width || inside.height != part.height)
        return run_fail(run, "but", "the screen has only %d x %d pixels", all.width, all.height);
    return run->settings->is_update ? update(run, step, frame, &part)
                                    : compare(run, step, frame, &part);
}
