/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "board_parts.h"

#include <string.h>

#define LINE_BYTES 80u /* said in one line of the log */
#define ESCAPE_BYTES 4u

/* As a scenario would have it. Returns where the next one goes. */
static char *put(char *at, uint8_t byte)
{
    static const char values[] = "\r\n\t\033\"\\", names[] = "rnte\"\\";
    const char *value = byte ? strchr(values, byte) : NULL;
    if (value)
        return at + sprintf(at, "\\%c", names[value - values]);
    return at + sprintf(at, byte >= ' ' && byte < 0x7f ? "%c" : "\\x%02x", byte);
}

static uint32_t say_line(struct board *board, uint32_t uart, const char *verb,
                         const uint8_t *bytes, uint32_t count)
{
    char text[LINE_BYTES * ESCAPE_BYTES + 3] = "\"", *at = text + 1;
    uint32_t said = count < LINE_BYTES ? count : LINE_BYTES;
    for (uint32_t i = 0; i < said; i++)
        at = put(at, bytes[i]);
    strcpy(at, "\"");
    const struct mn_field fields[] = {
        MN_FIELD_STR("uart", board->config->platform.uarts[uart].name),
        MN_FIELD_DEBUG("text", text),
    };
    log_text_write(board->log, MN_LEVEL_INFO, "sim::replay", verb, fields, MN_COUNT_OF(fields));
    return said;
}

void board_say_talk(struct board *board, uint32_t uart, const char *verb, const uint8_t *bytes,
                    uint32_t count)
{
    for (uint32_t at = 0; at < count && board->seam.says_talk;)
        at += say_line(board, uart, verb, bytes + at, count - at);
}
