/* junit.c — verdicts as the XML that CI systems read.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <string.h>

#include "tools/common/utf8.h"
#include "verdict.h"

/* Writes text for an attribute or an element; what XML cannot hold becomes U+FFFD. */
static void write_escaped(const char *text, size_t count, FILE *out)
{
    static const char special[] = "&<>\"";
    static const char *const names[] = {"&amp;", "&lt;", "&gt;", "&quot;"};
    for (size_t at = 0; at < count;) {
        size_t bytes = host_utf8_length(text + at, count - at);
        const char *found = text[at] ? strchr(special, text[at]) : NULL;
        bool is_control = (unsigned char)text[at] < 0x20 && text[at] != '\n' && text[at] != '\t';
        if (found)
            fputs(names[found - special], out);
        else if (bytes == 0 || is_control || text[at] == 0x7f)
            fputs("\xef\xbf\xbd", out);
        else
            fwrite(text + at, 1, bytes, out);
        at += bytes ? bytes : 1;
    }
}

static void write_time(uint64_t time_us, FILE *out)
{
    fprintf(out, " time=\"%llu.%06llu\"", (unsigned long long)(time_us / 1000000),
            (unsigned long long)(time_us % 1000000));
}

/* "tests/scenario/hello.scenario": the class is tests.scenario, the name hello. */
static void write_name(const char *path, FILE *out)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    const char *dot = strrchr(name, '.');
    fputs(" classname=\"", out);
    for (const char *at = path; at < name - 1; at++)
        *at == '/' ? fputc('.', out) : (write_escaped(at, 1, out), 0);
    fputs("\" name=\"", out);
    write_escaped(name, dot && dot > name ? (size_t)(dot - name) : strlen(name), out);
    fputs("\" file=\"", out);
    write_escaped(path, strlen(path), out);
    fputc('"', out);
}

static void write_case(const struct scenario *scenario, const struct verdict *verdict, FILE *out)
{
    fputs("    <testcase", out);
    write_name(scenario->name, out);
    write_time(verdict->wall_us, out);
    if (verdict->has_held) {
        fputs("/>\n", out);
        return;
    }
    const char *text = verdict->text ? verdict->text : "";
    fputs(">\n      <failure message=\"", out);
    write_escaped(text, strcspn(text, "\n"), out);
    fputs("\">", out);
    write_escaped(text, strlen(text), out);
    fputs("</failure>\n    </testcase>\n", out);
}

static void write_sums(const struct verdict *verdicts, size_t count, FILE *out)
{
    uint64_t wall_us = 0;
    size_t failed = 0;
    for (size_t i = 0; i < count; i++) {
        wall_us += verdicts[i].wall_us;
        failed += !verdicts[i].has_held;
    }
    fprintf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"0\"", count, failed);
    write_time(wall_us, out);
}

void junit_write(const struct scenario *scenarios, const struct verdict *verdicts, size_t count,
                 FILE *out)
{
    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites", out);
    write_sums(verdicts, count, out);
    fputs(">\n  <testsuite name=\"melpo test\"", out);
    write_sums(verdicts, count, out);
    fputs(" skipped=\"0\">\n", out);
    for (size_t i = 0; i < count; i++)
        write_case(&scenarios[i], &verdicts[i], out);
    fputs("  </testsuite>\n</testsuites>\n", out);
}
