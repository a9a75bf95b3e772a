/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include <inttypes.h>

#include "config_table.h"
#include "tools/common/quote.h"

static void indent(FILE *out, unsigned depth)
{
    fprintf(out, "%*s", (int)(2 * depth), "");
}

static void print_section(const struct melpo_section *section, const void *holder, FILE *out,
                          unsigned depth);

static void print_list(const struct melpo_key *key, const void *holder, FILE *out,
                       unsigned depth)
{
    uint32_t count = *(const uint32_t *)(const void *)((const char *)holder + key->count_offset);
    const char *item = melpo_key_field_const(key, holder);
    fputs(count ? "[\n" : "[", out);
    for (uint32_t i = 0; i < count; i++, item += key->section->bytes) {
        indent(out, depth + 1);
        print_section(key->section, item, out, depth + 1);
        fputs(i + 1 < count ? ",\n" : "\n", out);
    }
    if (count)
        indent(out, depth);
    fputc(']', out);
}

static void print_with_unit(const struct melpo_key *key, const void *field, FILE *out)
{
    char text[MELPO_ADDRESS_BYTES];
    if (key->kind == MELPO_KIND_SIZE)
        melpo_print_size(*(const uint32_t *)field, text);
    else if (key->kind == MELPO_KIND_DURATION)
        melpo_print_duration(*(const uint64_t *)field, text);
    else if (key->kind == MELPO_KIND_COLOR)
        melpo_print_color(*(const uint32_t *)field, text);
    else
        melpo_print_address(field, text);
    fprintf(out, "\"%s\"", text);
}

static void print_value(const struct melpo_key *key, const void *holder, FILE *out,
                        unsigned depth)
{
    const void *field = melpo_key_field_const(key, holder);
    switch (key->kind) {
    case MELPO_KIND_BOOL:
        fputs(*(const bool *)field ? "true" : "false", out);
        break;
    case MELPO_KIND_INTEGER:
        fprintf(out, "%" PRIu32, *(const uint32_t *)field);
        break;
    case MELPO_KIND_SIZE:
    case MELPO_KIND_DURATION:
    case MELPO_KIND_ADDRESS:
    case MELPO_KIND_COLOR:
        print_with_unit(key, field, out);
        break;
    case MELPO_KIND_TEXT:
    case MELPO_KIND_NAME:
        host_quote(field, out);
        break;
    case MELPO_KIND_CHOICE:
        fprintf(out, "\"%s\"", key->choices[*(const uint32_t *)field]);
        break;
    case MELPO_KIND_SECTION:
        print_section(key->section, field, out, depth);
        break;
    case MELPO_KIND_LIST:
        print_list(key, holder, out, depth);
        break;
    case MELPO_KIND_IGNORED:
        break;
    }
}

static void print_section(const struct melpo_section *section, const void *holder, FILE *out,
                          unsigned depth)
{
    const char *before = "{\n";
    for (size_t i = 0; i < section->key_count; i++) {
        const struct melpo_key *key = &section->keys[i];
        if (key->kind == MELPO_KIND_IGNORED)
            continue;
        fputs(before, out);
        indent(out, depth + 1);
        fprintf(out, "\"%s\": ", key->name);
        print_value(key, holder, out, depth + 1);
        before = ",\n";
    }
    fputc('\n', out);
    indent(out, depth);
    fputc('}', out);
}

void melpo_config_print(const struct melpo_config *config, FILE *out)
{
    print_section(&melpo_config_section, config, out, 0);
    fputc('\n', out);
}
