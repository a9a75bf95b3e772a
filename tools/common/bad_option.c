/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "tools/common/bad_option.h"

#include <string.h>

#include "tools/common/nearest.h"
#include "tools/common/quote.h"

/* How many options begin with the `count` characters at `word`. */
static size_t count_prefixed(const struct option *options, const char *word, size_t count)
{
    size_t found = 0;
    for (; options->name; options++)
        found += strncmp(options->name, word, count) == 0;
    return found;
}

static const char *nearest_to(const struct option *options, const char *word)
{
    const char *names[HOST_OPTIONS_MAX];
    size_t count = 0;
    for (; options->name && count < HOST_OPTIONS_MAX; options++)
        names[count++] = options->name;
    return host_nearest(word, names, count);
}

static void report_long(const char *program, const struct option *options, const char *word,
                        FILE *err)
{
    char name[64], quoted[HOST_QUOTE_SHORT_BYTES];
    size_t count = strcspn(word, "=");
    snprintf(name, sizeof name, "--%.*s", (int)count, word);
    host_quote_short(name, quoted);
    const char *nearest = nearest_to(options, name + 2);
    size_t prefixed = count_prefixed(options, word, count);
    if (prefixed > 1)
        fprintf(err, "%s: %s could be several options\n", program, name);
    else if (prefixed == 1)
        fprintf(err, "%s: %s takes no value\n", program, name);
    else if (nearest)
        fprintf(err, "%s: unknown option %s; did you mean \"--%s\"?\n", program, quoted, nearest);
    else
        fprintf(err, "%s: unknown option %s\n", program, quoted);
}

/* In a group of letters optopt is the one. */
void host_bad_option_unknown(const char *program, const struct option *options,
                             char *const argv[], int before, FILE *err)
{
    char quoted[HOST_QUOTE_SHORT_BYTES], letter[3] = {'-', (char)optopt, '\0'};
    const char *word = argv[before];
    if (strncmp(word, "--", 2) == 0) {
        report_long(program, options, word + 2, err);
    } else {
        host_quote_short(letter, quoted);
        fprintf(err, "%s: unknown option %s\n", program, quoted);
    }
}

void host_bad_option_missing(const char *program, char *const argv[], int before, FILE *err)
{
    fprintf(err, "%s: %s needs a value\n", program, argv[before]);
}

void host_bad_option_value(const char *program, const char *option, const char *expected,
                           const char *got, FILE *err)
{
    char quoted[HOST_QUOTE_SHORT_BYTES];
    host_quote_short(got, quoted);
    fprintf(err, "%s: --%s: expected %s, got %s\n", program, option, expected, quoted);
}
