/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "log_paper.h"

#include <stdio.h>
#include <string.h>

static void put(struct log_paper *paper, const char *format, ...) MN_PRINTF(2, 3);
static void put(struct log_paper *paper, const char *format, ...)
{
    va_list args;
    size_t room = sizeof paper->text - paper->length;
    va_start(args, format);
    int count = vsnprintf(paper->text + paper->length, room, format, args);
    va_end(args);
    assert_true(count >= 0 && (size_t)count < room);
    paper->length += (uint32_t)count;
}

static void event(struct mn_log_sink *sink, const struct mn_log_record *record)
{
    struct log_paper *paper = sink->context;
    if (paper->only && strcmp(paper->only, record->site->target) != 0)
        return;
    put(paper, "%s", record->site->text);
    for (uint32_t i = 0; i < record->field_count; i++) {
        const struct mn_field *field = &record->fields[i];
        if (field->kind == MN_VALUE_U64)
            put(paper, " %s=%llu", field->name, (unsigned long long)field->value.u64);
        else
            put(paper, " %s=%s", field->name, field->value.str);
    }
    put(paper, "\n");
}

void log_paper_open(struct log_paper *paper, struct bench *bench, const char *only)
{
    *paper = (struct log_paper){.only = only};
    paper->sink.level = MN_LEVEL_TRACE;
    paper->sink.context = paper;
    paper->sink.event = event;
    mn_log_add_sink(&bench->kernel.log, &paper->sink);
}

void log_paper_close(struct log_paper *paper, struct bench *bench)
{
    mn_log_remove_sink(&bench->kernel.log, &paper->sink);
}

void log_paper_assert(struct log_paper *paper, const char *text)
{
    assert_string_equal(paper->text, text);
    paper->length = 0;
    paper->text[0] = '\0';
}
