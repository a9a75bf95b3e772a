/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "picture.h"

#define PATH_BYTES 96u

struct folders { /* of their own for each test, gone at its end */
    char golden[PATH_BYTES / 2], output[PATH_BYTES];
    struct picture_places places;
    char why[2048];
};

static int make_folders(void **state)
{
    struct folders *folders = calloc(1, sizeof *folders);
    assert_non_null(folders);
    strcpy(folders->golden, "picture_XXXXXX");
    assert_non_null(mkdtemp(folders->golden));
    snprintf(folders->output, sizeof folders->output, "%s/output", folders->golden);
    folders->places = (struct picture_places){folders->golden, folders->output, false};
    *state = folders;
    return 0;
}

static int remove_folders(void **state)
{
    static const char *const names[] = {"one.png", "output/one.expected.png",
                                        "output/one.actual.png", "output/one.difference.png"};
    struct folders *folders = *state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char path[PATH_BYTES];
        snprintf(path, sizeof path, "%s/%s", folders->golden, names[i]);
        unlink(path);
    }
    rmdir(folders->output);
    assert_int_equal(rmdir(folders->golden), 0);
    free(folders);
    return 0;
}

static bool compares(struct folders *folders, const struct picture *picture)
{
    folders->why[0] = '\0';
    bool is_same = picture_compare(&folders->places, "one", picture, folders->why,
                                   sizeof folders->why);
    assert_int_equal(is_same, folders->why[0] == '\0');
    return is_same;
}

static void update(struct folders *folders, const struct picture *picture)
{
    folders->places.is_update = true;
    assert_true(compares(folders, picture));
    folders->places.is_update = false;
}

/* The picture that was written about a mismatch. */
static struct picture written(struct folders *folders, const char *end, enum picture_format format)
{
    char path[PATH_BYTES];
    struct picture picture;
    struct device_error error;
    snprintf(path, sizeof path, "%s/output/one.%s.png", folders->golden, end);
    assert_non_null(strstr(folders->why, path));
    assert_true(png_file_read(path, format, &picture, &error));
    return picture;
}

static void the_golden_picture_passes_and_nothing_is_written(void **state)
{
    uint8_t pixels[] = {0, 255, 255, 0};
    struct picture picture = {pixels, 2, 2, PICTURE_GREY};
    struct folders *folders = *state;
    update(folders, &picture);

    assert_true(compares(folders, &picture));

    assert_int_equal(access(folders->output, F_OK), -1);
}

static void a_mismatch_shows_what_was_expected_what_came_and_where_they_differ(void **state)
{
    uint8_t before[] = {0, 255, 255, 0}, after[] = {0, 255, 0, 255};
    const uint8_t colours[] = {0, 0, 0, 85, 85, 85, 255, 0, 0, 0, 255, 0};
    struct picture golden = {before, 2, 2, PICTURE_GREY}, actual = {after, 2, 2, PICTURE_GREY};
    struct folders *folders = *state;
    update(folders, &golden);

    assert_false(compares(folders, &actual));

    assert_non_null(strstr(folders->why, "picture one: "));
    assert_non_null(strstr(folders->why, "2 differ, the first at (0, 1)"));
    struct picture expected = written(folders, "expected", PICTURE_GREY);
    struct picture came = written(folders, "actual", PICTURE_GREY);
    struct picture difference = written(folders, "difference", PICTURE_RGB);
    assert_memory_equal(expected.pixels, before, sizeof before);
    assert_memory_equal(came.pixels, after, sizeof after);
    assert_memory_equal(difference.pixels, colours, sizeof colours);
    picture_free(&expected);
    picture_free(&came);
    picture_free(&difference);
}

static void a_picture_of_another_size_differs_where_only_one_has_pixels(void **state)
{
    uint8_t black[6] = {0};
    struct picture golden = {black, 2, 2, PICTURE_GREY}, wide = {black, 3, 2, PICTURE_GREY};
    struct picture high = {black, 2, 3, PICTURE_GREY};
    struct folders *folders = *state;
    update(folders, &golden);

    assert_false(compares(folders, &wide));
    assert_non_null(strstr(folders->why, "2x2 pixels expected, 3x2 came; 2 differ"));
    assert_false(compares(folders, &high));
    assert_non_null(strstr(folders->why, "2 differ, the first at (0, 2)"));

    struct picture difference = written(folders, "difference", PICTURE_RGB);
    assert_int_equal(difference.width_px, 2);
    assert_int_equal(difference.height_px, 3);
    picture_free(&difference);
}

static void a_golden_picture_that_is_not_there_is_named_and_what_came_is_shown(void **state)
{
    uint8_t pixel = 255;
    struct picture picture = {&pixel, 1, 1, PICTURE_GREY};
    struct folders *folders = *state;

    assert_false(compares(folders, &picture));

    assert_non_null(strstr(folders->why, "/one.png\": No such file or directory"));
    struct picture came = written(folders, "actual", PICTURE_GREY);
    assert_int_equal(came.pixels[0], 255);
    picture_free(&came);
}

static void an_update_replaces_what_differs(void **state)
{
    uint8_t black = 0, white = 255;
    struct picture first = {&black, 1, 1, PICTURE_GREY}, second = {&white, 1, 1, PICTURE_GREY};
    struct folders *folders = *state;
    update(folders, &first);

    update(folders, &second);

    assert_true(compares(folders, &second));
    assert_false(compares(folders, &first));
}

#define IN_FOLDERS(test) cmocka_unit_test_setup_teardown(test, make_folders, remove_folders)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDERS(the_golden_picture_passes_and_nothing_is_written),
        IN_FOLDERS(a_mismatch_shows_what_was_expected_what_came_and_where_they_differ),
        IN_FOLDERS(a_picture_of_another_size_differs_where_only_one_has_pixels),
        IN_FOLDERS(a_golden_picture_that_is_not_there_is_named_and_what_came_is_shown),
        IN_FOLDERS(an_update_replaces_what_differs),
    };
    return cmocka_run_group_tests_name("golden_picture", tests, NULL, NULL);
}
