/* talk.c — the steps in which somebody talks to the machine.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <string.h>

#include "report.h"

static const char *name_of(const struct run *run, const struct scenario_step *step)
{
    return run->scenario->peers[step->peer].name;
}

enum step_result connect_run(struct run *run, const struct scenario_step *step)
{
    const char *uart = run->scenario->peers[step->peer].uart_name;
    if (run->has_halted)
        return run_fail(run, "but", "the machine has halted with status %d", run->halt_code);
    return peer_connect(&run->peers, step->peer)
               ? STEP_DONE
               : run_fail(run, "but", "%s has turned %s away", uart, name_of(run, step));
}

enum step_result busy_run(struct run *run, const struct scenario_step *step)
{
    return peer_is_alone(&run->peers, step->peer)
               ? STEP_DONE
               : run_fail(run, "but", "one more peer was let in");
}

enum step_result cut_run(struct run *run, const struct scenario_step *step)
{
    peer_cut(&run->peers, step->peer);
    return STEP_DONE;
}

enum step_result finish_run(struct run *run, const struct scenario_step *step)
{
    peer_finish(&run->peers, step->peer);
    return STEP_DONE;
}

enum step_result gone_run(struct run *run, const struct scenario_step *step)
{
    if (peer_is_gone(&run->peers, step->peer)) {
        peer_cut(&run->peers, step->peer);
        return STEP_DONE;
    }
    if (!run_is_late(run))
        return STEP_WAITS;
    run_fail(run, "but", "%s is still connected", name_of(run, step));
    report_heard(run, step);
    return STEP_FAILED;
}

/* How much of the text is to have been sent by now: all of it, or a key each STEP_KEY_US. */
static size_t due_bytes(const struct run *run, const struct scenario_step *step)
{
    uint64_t keys = (sim_machine_now_us(&run->board.machine) - run->since_us) / STEP_KEY_US + 1;
    size_t count = step->pattern.text.count;
    return step->is_slow && keys < count ? (size_t)keys : count;
}

enum step_result send_run(struct run *run, const struct scenario_step *step)
{
    const struct text *text = &step->pattern.text;
    size_t due = due_bytes(run, step);
    if (!peer_send(&run->peers, step->peer, text->bytes + run->sent_bytes, due - run->sent_bytes))
        return run_fail(run, "but", "there is no memory for it");
    run->sent_bytes = due;
    peers_move(&run->peers);
    size_t unsent = peer_unsent_bytes(&run->peers, step->peer) + text->count - due;
    if (unsent == 0)
        return STEP_DONE;
    if (due < text->count)
        run_look_again(run, run->since_us + due * STEP_KEY_US -
                                sim_machine_now_us(&run->board.machine));
    if (!run_is_late(run))
        return STEP_WAITS;
    run_fail(run, "but", "the machine has not taken the last %zu bytes of it", unsent);
    report_heard(run, step);
    return STEP_FAILED;
}

/* ---- looking for it --------------------------------------------------------------------- */

struct span {
    size_t begin, end;
};

static bool find_text(const struct bytes *heard, size_t from, const struct text *text,
                      struct span *span)
{
    const char *found = memmem(heard->data + from, heard->count - from, text->bytes, text->count);
    if (!found)
        return false;
    span->begin = (size_t)(found - heard->data);
    span->end = span->begin + text->count;
    return true;
}

static bool find_regex(const struct bytes *heard, size_t from, const regex_t *regex,
                       struct span *span)
{
    bool is_line = from == 0 || heard->data[from - 1] == '\n';
    regmatch_t match = {.rm_so = 0, .rm_eo = (regoff_t)(heard->count - from)};
    if (regexec(regex, heard->data + from, 1, &match,
                REG_STARTEND | (is_line ? 0 : REG_NOTBOL)) != 0)
        return false;
    span->begin = from + (size_t)match.rm_so;
    span->end = from + (size_t)match.rm_eo;
    return true;
}

/* Where a search has to begin after one that found nothing: a text may have begun to come, and an
 * expression may match anything in the line that has; beyond lines only if it names their end. */
static size_t next_search(const struct bytes *heard, const struct pattern *pattern)
{
    size_t from = heard->count;
    if (!pattern->is_regex)
        return heard->count >= pattern->text.count ? heard->count - pattern->text.count + 1 : 0;
    if (memchr(pattern->text.bytes, '\n', pattern->text.count))
        return heard->searched;
    while (from > heard->searched && heard->data[from - 1] != '\n')
        from--;
    return from;
}

/* Looks for it in what has come and was not read. */
static bool find(struct bytes *heard, const struct pattern *pattern, struct span *span)
{
    if (heard->count == heard->read)
        return false;
    bool is_found = pattern->is_regex
                        ? find_regex(heard, heard->searched, &pattern->regex, span)
                        : find_text(heard, heard->searched, &pattern->text, span);
    size_t next = is_found ? heard->searched : next_search(heard, pattern);
    if (next > heard->searched)
        heard->searched = next;
    return is_found;
}

/* Whether what has come is the beginning of the text, or could be that of a match. */
static bool may_come_next(const struct bytes *heard, const struct pattern *pattern)
{
    size_t count = heard->count - heard->read;
    if (pattern->is_regex)
        return true;
    return count < pattern->text.count &&
           (count == 0 || memcmp(heard->data + heard->read, pattern->text.bytes, count) == 0);
}

enum step_result expect_run(struct run *run, const struct scenario_step *step)
{
    struct bytes *heard = &run->peers.items[step->peer].heard;
    struct span span = {0, 0};
    bool is_found = find(heard, &step->pattern, &span);
    bool is_first = !step->is_next || span.begin == heard->read;
    if (is_found && is_first) {
        bytes_read_to(heard, span.end);
        return STEP_DONE;
    }
    bool can_come = !step->is_next || (!is_found && may_come_next(heard, &step->pattern));
    if (can_come && !run_is_late(run))
        return STEP_WAITS;
    if (!can_come)
        run_fail(run, "but", "something else came first");
    else if (run->has_halted)
        run_fail(run, "but", "it had not come when the machine halted with status %d",
                 run->halt_code);
    else
        run_fail(run, "but", "it did not come");
    report_heard(run, step);
    return STEP_FAILED;
}

enum step_result refuse_run(struct run *run, const struct scenario_step *step)
{
    struct bytes *heard = &run->peers.items[step->peer].heard;
    struct span span = {0, 0};
    if (find(heard, &step->pattern, &span)) {
        run_fail(run, "but", "it came");
        report_heard(run, step);
        return STEP_FAILED;
    }
    return run_has_passed(run) ? STEP_DONE : STEP_WAITS;
}
