/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/base.h"

#define ERR_NAME_(name, value, text) \
    case name:                       \
        return #name;
#define ERR_TEXT_(name, value, text) \
    case name:                       \
        return text;

const char *mn_err_name(enum mn_err err)
{
    switch (err) {
        MN_ERR_MAP(ERR_NAME_)
    }
    return "?";
}

const char *mn_err_text(enum mn_err err)
{
    switch (err) {
        MN_ERR_MAP(ERR_TEXT_)
    }
    return "?";
}
