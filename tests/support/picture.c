/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "host.h"

#include "picture.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define PATH_BYTES 512u
#define WHY_BYTES 2048u

static void path_of(char path[PATH_BYTES], const char *folder, const char *name, const char *end)
{
    if ((size_t)snprintf(path, PATH_BYTES, "%s/%s%s.png", folder, name, end) >= PATH_BYTES)
        abort();
}

static bool say(char *why, size_t why_bytes, const char *name, const char *what)
{
    snprintf(why, why_bytes, "picture %s: %s", name, what);
    return false;
}

static uint32_t greater(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

/* A grey, or -1 where the picture has no pixel. */
static int grey_at(const struct picture *picture, uint32_t x, uint32_t y)
{
    if (x >= picture->width_px || y >= picture->height_px)
        return -1;
    return picture->pixels[(size_t)y * picture->width_px + x];
}

struct difference {
    struct picture picture; /* as large as the larger one on each side */
    size_t count;           /* pixels */
    uint32_t x, y;          /* of the first */
};

static void compare_pixel(struct difference *difference, uint32_t x, uint32_t y, int expected,
                          int actual)
{
    struct picture *picture = &difference->picture;
    uint8_t *colour = &picture->pixels[3 * ((size_t)y * picture->width_px + x)];
    if (expected == actual) {
        memset(colour, expected / 3, 3);
        return;
    }
    if (difference->count++ == 0) {
        difference->x = x;
        difference->y = y;
    }
    colour[0] = expected > actual ? 255 : 0;
    colour[1] = expected < actual ? 255 : 0;
}

static struct difference compare(const struct picture *expected, const struct picture *actual)
{
    struct difference difference = {.picture = {.format = PICTURE_RGB}};
    struct picture *picture = &difference.picture;
    picture->width_px = greater(expected->width_px, actual->width_px);
    picture->height_px = greater(expected->height_px, actual->height_px);
    picture->pixels = calloc(1, picture_bytes(picture));
    if (!picture->pixels)
        abort();
    for (uint32_t y = 0; y < picture->height_px; y++)
        for (uint32_t x = 0; x < picture->width_px; x++)
            compare_pixel(&difference, x, y, grey_at(expected, x, y), grey_at(actual, x, y));
    return difference;
}

/* Writes a picture of a mismatch, and adds where it is to `why`. */
static void show(const struct picture_places *places, const char *name, const char *end,
                 const struct picture *picture, char *why, size_t why_bytes)
{
    char path[PATH_BYTES];
    struct device_error error = {""};
    size_t used = strlen(why);
    path_of(path, places->output, name, end);
    if (png_file_write(path, picture, &error))
        snprintf(why + used, why_bytes - used, "\n  %s", path);
    else
        snprintf(why + used, why_bytes - used, "\n  %s", error.text);
}

static bool tell(const struct picture_places *places, const char *name,
                 const struct picture *expected, const struct picture *actual,
                 const struct difference *difference, char *why, size_t why_bytes)
{
    char what[PATH_BYTES];
    if (mkdir(places->output, 0777) != 0 && errno != EEXIST) {
        snprintf(what, sizeof what, "differs; cannot make %.200s: %s", places->output,
                 strerror(errno));
        return say(why, why_bytes, name, what);
    }
    snprintf(what, sizeof what,
             "%ux%u pixels expected, %ux%u came; %zu differ, the first at (%u, %u). "
             "scripts/dev pictures takes it as it is. See",
             expected->width_px, expected->height_px, actual->width_px, actual->height_px,
             difference->count, difference->x, difference->y);
    say(why, why_bytes, name, what);
    show(places, name, ".expected", expected, why, why_bytes);
    show(places, name, ".actual", actual, why, why_bytes);
    show(places, name, ".difference", &difference->picture, why, why_bytes);
    return false;
}

/* There is no golden one, or it cannot be read: what came is shown all the same. */
static bool tell_unread(const struct picture_places *places, const char *name,
                        const struct picture *actual, const struct device_error *error, char *why,
                        size_t why_bytes)
{
    mkdir(places->output, 0777); /* if that fails, writing says so */
    snprintf(why, why_bytes, "picture %s: %s; scripts/dev pictures makes it. See", name,
             error->text);
    show(places, name, ".actual", actual, why, why_bytes);
    return false;
}

bool picture_compare(const struct picture_places *places, const char *name,
                     const struct picture *actual, char *why, size_t why_bytes)
{
    char golden[PATH_BYTES];
    struct device_error error = {""};
    struct picture expected;
    path_of(golden, places->golden, name, "");
    bool is_read = png_file_read(golden, PICTURE_GREY, &expected, &error);
    if (!is_read && !places->is_update)
        return tell_unread(places, name, actual, &error, why, why_bytes);
    bool is_same = false;
    if (is_read) {
        struct difference difference = compare(&expected, actual);
        is_same = difference.count == 0;
        if (!is_same && !places->is_update)
            tell(places, name, &expected, actual, &difference, why, why_bytes);
        picture_free(&difference.picture);
        picture_free(&expected);
    }
    if (is_same || !places->is_update)
        return is_same;
    return png_file_write(golden, actual, &error) || say(why, why_bytes, name, error.text);
}

static struct picture picture_of(const struct mn_bitmap *bitmap)
{
    struct picture picture = {.width_px = (uint32_t)bitmap->width_px,
                              .height_px = (uint32_t)bitmap->height_px,
                              .format = PICTURE_GREY};
    picture.pixels = malloc(picture_bytes(&picture));
    if (!picture.pixels)
        abort();
    for (uint32_t y = 0; y < picture.height_px; y++)
        for (uint32_t x = 0; x < picture.width_px; x++)
            picture.pixels[(size_t)y * picture.width_px + x] =
                bitmap->pixels[(size_t)y * bitmap->stride_bytes + x] == MN_PIXEL_OFF ? 0 : 255;
    return picture;
}

void assert_picture_(const char *name, const struct mn_bitmap *bitmap, const char *file, int line)
{
    const struct picture_places places = {PICTURES_GOLDEN, PICTURES_OUTPUT,
                                          getenv("MN_UPDATE_PICTURES") != NULL};
    char why[WHY_BYTES];
    struct picture actual = picture_of(bitmap);
    bool is_same = picture_compare(&places, name, &actual, why, sizeof why);
    picture_free(&actual);
    if (is_same)
        return;
    print_error("%s\n", why);
    _fail(file, line);
}
