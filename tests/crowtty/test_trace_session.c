/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stream.h"
#include "text.h"

#define HERE MN_FIELD_STR("message", "here")

struct heard {
    struct trace_session session;
    struct stream stream;
    struct trace_sink sink;
    unsigned events, restarts, spans[MN_TRACE_DISCARDED + 1];
    uint64_t span_id, at_us, at_ns;
    char message[64];
    int level;
    uint64_t lost;
};

static void event(void *context, struct trace_session *session, const struct trace_event *event)
{
    struct heard *heard = context;
    assert_ptr_equal(session, &heard->session);
    heard->events++;
    heard->span_id = event->span_id;
    heard->at_us = event->at_us;
    heard->at_ns = event->has_ns ? event->at_ns : 0;
    text_copy(heard->message, sizeof heard->message, trace_event_message(event));
}

static void span(void *context, struct trace_session *session, enum mn_trace_kind kind,
                 const struct trace_span *span)
{
    struct heard *heard = context;
    (void)session;
    assert_non_null(span);
    heard->spans[kind]++;
}

static void lost(void *context, const struct mn_trace_message *message)
{
    ((struct heard *)context)->lost += message->as.discarded.events;
}

static void level(void *context, int level)
{
    ((struct heard *)context)->level = level;
}

static void restarted(void *context)
{
    ((struct heard *)context)->restarts++;
}

static int begin(void **state)
{
    struct heard *heard = calloc(1, sizeof *heard);
    heard->sink = (struct trace_sink){.context = heard, .event = event, .span = span,
                                      .lost = lost, .level = level, .restart = restarted};
    trace_session_init(&heard->session);
    trace_session_add(&heard->session, &heard->sink);
    stream_meta(&heard->stream, 1, "place", "a::b", MN_LEVEL_INFO);
    stream_meta(&heard->stream, 2, "stretch", "a::b", MN_LEVEL_INFO);
    *state = heard;
    return 0;
}

static int end(void **state)
{
    struct heard *heard = *state;
    trace_session_finish(&heard->session);
    free(heard);
    return 0;
}

static void send(struct heard *heard)
{
    stream_send(&heard->stream, &heard->session);
}

static void an_event_finds_its_metadata(void **state)
{
    struct heard *heard = *state;
    heard->stream.at_us = 5;
    heard->stream.at_ns = 77;

    STREAM_EVENT(&heard->stream, 1, HERE);
    send(heard);

    assert_int_equal(heard->events, 1);
    assert_string_equal(heard->message, "here");
    assert_int_equal(heard->at_us, 5);
    assert_int_equal(heard->at_ns, 77);
}

static void without_a_message_the_name_is_it(void **state)
{
    struct heard *heard = *state;

    STREAM_EVENT(&heard->stream, 1, MN_FIELD_U64("message", 3));
    send(heard);

    assert_string_equal(heard->message, "place");
}

static void unknown_metadata_is_trouble_and_nothing_else(void **state)
{
    struct heard *heard = *state;

    STREAM_EVENT(&heard->stream, 9, HERE);
    stream_span(&heard->stream, 5, 9, 0);
    STREAM_EVENT(&heard->stream, 1, HERE);
    send(heard);

    assert_int_equal(heard->session.troubles[TRACE_TROUBLE_META_UNKNOWN], 2);
    assert_int_equal(heard->events, 1);
    assert_int_equal(heard->session.spans.count, 0);
}

static void metadata_may_be_registered_again_and_otherwise(void **state)
{
    struct heard *heard = *state;

    stream_meta(&heard->stream, 1, "elsewhere", "c", MN_LEVEL_WARN);
    STREAM_EVENT(&heard->stream, 1, MN_FIELD_BOOL("x", true));
    send(heard);

    assert_string_equal(heard->message, "elsewhere");
    assert_int_equal(heard->session.metas.count, 2);
}

static void a_span_lives_until_its_last_holder_lets_go(void **state)
{
    struct heard *heard = *state;

    stream_span(&heard->stream, 5, 2, 0);
    stream_step(&heard->stream, MN_TRACE_CLONE_SPAN, 5);
    stream_step(&heard->stream, MN_TRACE_DROP_SPAN, 5);
    send(heard);
    assert_non_null(trace_session_span(&heard->session, 5));

    stream_step(&heard->stream, MN_TRACE_DROP_SPAN, 5);
    send(heard);
    assert_null(trace_session_span(&heard->session, 5));
    assert_int_equal(heard->spans[MN_TRACE_DROP_SPAN], 1);
}

static void a_span_inside_another_holds_it(void **state)
{
    struct heard *heard = *state;

    stream_span(&heard->stream, 5, 2, 0);
    stream_span(&heard->stream, 6, 2, 5);
    stream_step(&heard->stream, MN_TRACE_DROP_SPAN, 5);
    send(heard);
    assert_non_null(trace_session_span(&heard->session, 5));

    stream_step(&heard->stream, MN_TRACE_DROP_SPAN, 6);
    send(heard);
    assert_int_equal(heard->session.spans.count, 0);
}

static void an_id_used_again_is_a_new_span(void **state)
{
    struct heard *heard = *state;

    stream_span(&heard->stream, 5, 2, 0);
    stream_span(&heard->stream, 6, 2, 5);
    stream_span(&heard->stream, 6, 2, 6); /* inside itself: inside nothing */
    stream_step(&heard->stream, MN_TRACE_DROP_SPAN, 5);
    send(heard);

    assert_null(trace_session_span(&heard->session, 5));
    assert_int_equal(trace_session_span(&heard->session, 6)->parent_id, 0);
}

static void an_event_belongs_to_the_innermost_span_entered(void **state)
{
    struct heard *heard = *state;
    stream_span(&heard->stream, 5, 2, 0);
    stream_span(&heard->stream, 6, 2, 0);
    stream_step(&heard->stream, MN_TRACE_ENTER, 5);
    stream_step(&heard->stream, MN_TRACE_ENTER, 6);

    STREAM_EVENT(&heard->stream, 1, HERE);
    send(heard);
    assert_int_equal(heard->span_id, 6);

    stream_step(&heard->stream, MN_TRACE_EXIT, 5); /* not in the order they were entered */
    STREAM_EVENT(&heard->stream, 1, HERE);
    send(heard);
    assert_int_equal(heard->span_id, 6);

    stream_step(&heard->stream, MN_TRACE_EXIT, 6);
    stream_step(&heard->stream, MN_TRACE_EXIT, 6);
    STREAM_EVENT(&heard->stream, 1, HERE);
    send(heard);
    assert_int_equal(heard->span_id, 0);
}

static void both_tables_are_bounded(void **state)
{
    struct heard *heard = *state;
    for (uint64_t id = 1; id <= TRACE_SPANS_MAX + 10; id++) {
        stream_meta(&heard->stream, id, "m", "t", MN_LEVEL_INFO);
        stream_span(&heard->stream, id, 1, 0);
        send(heard);
    }

    assert_int_equal(heard->session.metas.count, TRACE_METAS_MAX);
    assert_int_equal(heard->session.spans.count, TRACE_SPANS_MAX);
    assert_int_equal(heard->session.troubles[TRACE_TROUBLE_META_FULL],
                     TRACE_SPANS_MAX + 10 - TRACE_METAS_MAX);
    assert_int_equal(heard->session.troubles[TRACE_TROUBLE_SPAN_FULL], 10);
}

static void more_entered_than_followed_does_no_harm(void **state)
{
    struct heard *heard = *state;
    stream_span(&heard->stream, 5, 2, 0);

    for (unsigned i = 0; i < 2 * TRACE_ENTERED_MAX; i++)
        stream_step(&heard->stream, MN_TRACE_ENTER, 5);
    send(heard);

    assert_int_equal(heard->session.entered_count, TRACE_ENTERED_MAX);
}

static void losses_and_levels_are_handed_on(void **state)
{
    struct heard *heard = *state;
    const struct mn_trace_message discarded = {.kind = MN_TRACE_DISCARDED,
                                               .as.discarded = {.events = 12}};
    const struct mn_trace_message heartbeat = {.kind = MN_TRACE_HEARTBEAT,
                                               .as.level = MN_LEVEL_OFF};

    stream_add(&heard->stream, &discarded);
    stream_add(&heard->stream, &heartbeat);
    send(heard);

    assert_int_equal(heard->lost, 12);
    assert_int_equal(heard->level, MN_LEVEL_OFF);
}

static void damage_costs_one_message(void **state)
{
    struct heard *heard = *state;
    send(heard);
    for (uint32_t spoiled = 0;; spoiled++) {
        STREAM_EVENT(&heard->stream, 1, HERE);
        if (spoiled == heard->stream.count)
            break;
        heard->stream.bytes[spoiled] ^= 0xff;
        STREAM_EVENT(&heard->stream, 1, HERE);
        STREAM_EVENT(&heard->stream, 1, HERE);
        unsigned before = heard->events;
        send(heard);
        assert_in_range(heard->events, before + 1, before + 3);
    }
}

static void time_that_goes_back_is_a_restart(void **state)
{
    struct heard *heard = *state;
    heard->stream.at_us = 1000;
    stream_span(&heard->stream, 5, 2, 0);
    stream_step(&heard->stream, MN_TRACE_ENTER, 5);
    STREAM_EVENT(&heard->stream, 1, HERE);
    heard->stream.at_us = 10;
    STREAM_EVENT(&heard->stream, 1, HERE);
    send(heard);

    assert_int_equal(heard->restarts, 1);
    assert_int_equal(heard->session.spans.count, 0);
    assert_int_equal(heard->span_id, 0);
    assert_int_equal(heard->events, 2);
}

static void a_restart_forgets_all(void **state)
{
    struct heard *heard = *state;
    stream_span(&heard->stream, 5, 2, 0);
    send(heard);

    trace_session_restart(&heard->session);
    STREAM_EVENT(&heard->stream, 1, HERE);
    send(heard);

    assert_int_equal(heard->events, 0);
    assert_int_equal(heard->session.spans.count + heard->session.metas.count, 0);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(an_event_finds_its_metadata),
        CASE(without_a_message_the_name_is_it),
        CASE(unknown_metadata_is_trouble_and_nothing_else),
        CASE(metadata_may_be_registered_again_and_otherwise),
        CASE(a_span_lives_until_its_last_holder_lets_go),
        CASE(a_span_inside_another_holds_it),
        CASE(an_id_used_again_is_a_new_span),
        CASE(an_event_belongs_to_the_innermost_span_entered),
        CASE(both_tables_are_bounded),
        CASE(more_entered_than_followed_does_no_harm),
        CASE(losses_and_levels_are_handed_on),
        CASE(damage_costs_one_message),
        CASE(time_that_goes_back_is_a_restart),
        CASE(a_restart_forgets_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
