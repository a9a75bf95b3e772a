/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "devices/png_file.h"

#define NAME_BYTES 96u

struct folder { /* of its own for each test, gone at its end */
    char path[NAME_BYTES / 2];
    char file[NAME_BYTES];
};

static int make_folder(void **state)
{
    struct folder *folder = calloc(1, sizeof *folder);
    assert_non_null(folder);
    strcpy(folder->path, "png_file_XXXXXX");
    assert_non_null(mkdtemp(folder->path));
    snprintf(folder->file, sizeof folder->file, "%s/picture.png", folder->path);
    *state = folder;
    return 0;
}

static int remove_folder(void **state)
{
    struct folder *folder = *state;
    unlink(folder->file);
    assert_int_equal(rmdir(folder->path), 0);
    free(folder);
    return 0;
}

/* A picture whose pixels all differ from their neighbors. */
static struct picture some_picture(uint8_t *pixels, uint32_t width_px, uint32_t height_px,
                                   enum picture_format format)
{
    struct picture picture = {pixels, width_px, height_px, format};
    for (size_t i = 0; i < picture_bytes(&picture); i++)
        pixels[i] = (uint8_t)(i * 83 + (i >> 8));
    return picture;
}

static void assert_comes_back(const char *path, const struct picture *picture)
{
    struct device_error error = {""};
    struct picture again;
    assert_true(png_file_write(path, picture, &error));
    assert_true(png_file_read(path, picture->format, &again, &error));
    assert_string_equal(error.text, "");
    assert_int_equal(again.width_px, picture->width_px);
    assert_int_equal(again.height_px, picture->height_px);
    assert_memory_equal(again.pixels, picture->pixels, picture_bytes(picture));
    picture_free(&again);
    assert_null(again.pixels);
}

static void what_it_writes_it_reads_again(void **state)
{
    static const uint32_t sizes[][2] = {{1, 1}, {1, 40}, {40, 1}, {7, 5}, {400, 240}};
    static uint8_t pixels[400 * 240 * 3];
    const struct folder *folder = *state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct picture grey = some_picture(pixels, sizes[i][0], sizes[i][1], PICTURE_GREY);
        assert_comes_back(folder->file, &grey);
        struct picture colour = some_picture(pixels, sizes[i][0], sizes[i][1], PICTURE_RGB);
        assert_comes_back(folder->file, &colour);
    }
}

static size_t read_bytes(const char *path, uint8_t *bytes, size_t room)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t count = fread(bytes, 1, room, file);
    fclose(file);
    return count;
}

static void write_bytes(const char *path, const void *bytes, size_t count)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, count, file), count);
    fclose(file);
}

static void the_same_picture_gives_the_same_bytes_and_replaces_what_was_there(void **state)
{
    static uint8_t pixels[60 * 50], first[8192], second[8192];
    const struct folder *folder = *state;
    struct picture large = some_picture(pixels, 60, 50, PICTURE_GREY);
    struct picture small = some_picture(pixels, 20, 10, PICTURE_GREY);
    struct device_error error;

    assert_true(png_file_write(folder->file, &small, &error));
    size_t count = read_bytes(folder->file, first, sizeof first);
    assert_true(png_file_write(folder->file, &large, &error));
    assert_true(png_file_write(folder->file, &small, &error));

    assert_int_equal(read_bytes(folder->file, second, sizeof second), count);
    assert_memory_equal(first, second, count);
}

static void a_grey_picture_reads_as_colours_and_back(void **state)
{
    uint8_t pixels[] = {0, 255, 128, 0, 255, 255};
    const struct folder *folder = *state;
    struct picture grey = {pixels, 3, 2, PICTURE_GREY}, colour, again;
    struct device_error error;
    assert_true(png_file_write(folder->file, &grey, &error));

    assert_true(png_file_read(folder->file, PICTURE_RGB, &colour, &error));
    for (uint32_t i = 0; i < sizeof pixels * 3; i++)
        assert_int_equal(colour.pixels[i], pixels[i / 3]);
    assert_true(png_file_write(folder->file, &colour, &error));
    assert_true(png_file_read(folder->file, PICTURE_GREY, &again, &error));

    assert_memory_equal(again.pixels, pixels, sizeof pixels);
    picture_free(&colour);
    picture_free(&again);
}

static void assert_is_refused(bool succeeded, const struct device_error *error, const char *text)
{
    assert_false(succeeded);
    assert_string_equal(error->text, text);
}

static void a_file_that_cannot_be_written_is_named_with_the_reason(void **state)
{
    uint8_t pixel = 0;
    struct picture picture = {&pixel, 1, 1, PICTURE_GREY};
    struct device_error error;
    (void)state;

    assert_is_refused(png_file_write("no/such/folder.png", &picture, &error), &error,
                      "cannot write the picture \"no/such/folder.png\": "
                      "No such file or directory");
    assert_is_refused(png_file_write(".", &picture, &error), &error,
                      "cannot write the picture \".\": Is a directory");
    assert_is_refused(png_file_write("/dev/full", &picture, &error), &error,
                      "cannot write the picture \"/dev/full\": No space left on device");
}

static void a_picture_without_pixels_or_too_large_is_refused_and_the_file_stays(void **state)
{
    static uint8_t pixels[PICTURE_SIDE_MAX + 1];
    static const uint32_t sizes[][2] = {{0, 5}, {5, 0}, {PICTURE_SIDE_MAX + 1, 1},
                                        {1, PICTURE_SIDE_MAX + 1}};
    const struct folder *folder = *state;
    struct device_error error;
    uint8_t byte = 0;
    write_bytes(folder->file, "x", 1);

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct picture picture = {pixels, sizes[i][0], sizes[i][1], PICTURE_GREY};
        assert_false(png_file_write(folder->file, &picture, &error));
        assert_non_null(strstr(error.text, "a side is not of 1 to 16384 pixels"));
    }

    assert_int_equal(read_bytes(folder->file, &byte, 1), 1);
    assert_int_equal(byte, 'x');
}

static void a_file_that_cannot_be_read_is_named_with_the_reason(void **state)
{
    const struct folder *folder = *state;
    struct device_error error;
    struct picture picture;

    assert_is_refused(png_file_read("no_such.png", PICTURE_GREY, &picture, &error), &error,
                      "cannot read the picture \"no_such.png\": No such file or directory");
    assert_null(picture.pixels);

    write_bytes(folder->file, "this is no picture", 18);
    assert_false(png_file_read(folder->file, PICTURE_GREY, &picture, &error));
    assert_non_null(strstr(error.text, folder->file));
    assert_non_null(strstr(error.text, "PNG"));
    assert_null(picture.pixels);
}

static void a_file_cut_anywhere_or_spoiled_is_refused_or_read_without_harm(void **state)
{
    static uint8_t pixels[30 * 20], bytes[4096];
    const struct folder *folder = *state;
    struct picture picture = some_picture(pixels, 30, 20, PICTURE_GREY), again;
    struct device_error error;
    assert_true(png_file_write(folder->file, &picture, &error));
    size_t count = read_bytes(folder->file, bytes, sizeof bytes);

    for (size_t cut = 0; cut < count - 12; cut++) { /* the last 12 only say that it ends */
        write_bytes(folder->file, bytes, cut);
        assert_false(png_file_read(folder->file, PICTURE_GREY, &again, &error));
        assert_null(again.pixels);
    }
    for (size_t at = 0; at < count; at++) {
        bytes[at] ^= 0x55;
        write_bytes(folder->file, bytes, count);
        if (png_file_read(folder->file, PICTURE_GREY, &again, &error))
            picture_free(&again);
        bytes[at] ^= 0x55;
    }
}

#define IN_A_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(what_it_writes_it_reads_again),
        IN_A_FOLDER(the_same_picture_gives_the_same_bytes_and_replaces_what_was_there),
        IN_A_FOLDER(a_grey_picture_reads_as_colours_and_back),
        cmocka_unit_test(a_file_that_cannot_be_written_is_named_with_the_reason),
        IN_A_FOLDER(a_picture_without_pixels_or_too_large_is_refused_and_the_file_stays),
        IN_A_FOLDER(a_file_that_cannot_be_read_is_named_with_the_reason),
        IN_A_FOLDER(a_file_cut_anywhere_or_spoiled_is_refused_or_read_without_harm),
    };
    return cmocka_run_group_tests_name("png_file", tests, NULL, NULL);
}
