/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "tools/common/color.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool host_color_is_wanted(FILE *out)
{
    const char *no_color = getenv("NO_COLOR");
    const char *term = getenv("TERM");
    bool is_refused = no_color && *no_color;
    bool is_dumb = term && strcmp(term, "dumb") == 0;
    return isatty(fileno(out)) && !is_refused && !is_dumb;
}
