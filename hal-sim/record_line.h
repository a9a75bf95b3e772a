/* record_line.h — a line of the log as bytes.
 *
 *     target 0 text 0 { name 0 kind value } ...     value: text 0, or 8 bytes, little-endian
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef HAL_SIM_RECORD_LINE_H
#define HAL_SIM_RECORD_LINE_H

#include "mn/log.h"

#define RECORD_LINE_BYTES 4096u  /* longer lines lose fields at their end */
#define RECORD_LINE_FIELDS 16u

struct record_line {
    struct mn_log_site site;
    struct mn_field fields[RECORD_LINE_FIELDS];
    struct mn_log_record record; /* points to the two above; its time is not set */
};

/* Returns how many bytes it took, at most RECORD_LINE_BYTES. */
uint32_t record_line_write(const struct mn_log_record *record, uint8_t *bytes);

/* False: these are no line. Texts are borrowed from `bytes`. */
bool record_line_read(struct record_line *line, const uint8_t *bytes, uint32_t count);

#endif
