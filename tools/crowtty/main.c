/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attach.h"
#include "decode.h"
#include "tools/common/color.h"
#include "options.h"
#include "top.h"

#define PIECE_BYTES 65536u

/* Descriptors 0 to 2 that came closed would be given to sockets. */
static void open_standard_streams(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) == -1 && errno == EBADF && open("/dev/null", O_RDWR) != fd)
            abort(); /* the lowest one that is free: cannot be another */
    }
}

static int fail(const char *what)
{
    fprintf(stderr, "crowtty: %s: %s\n", what, strerror(errno));
    return EXIT_FAILED;
}

static bool take_all(struct decode *decode, FILE *file)
{
    static uint8_t piece[PIECE_BYTES];
    size_t count;
    while ((count = fread(piece, 1, sizeof piece, file)) > 0)
        decode_take(decode, piece, (uint32_t)count);
    return !ferror(file);
}

static int decode_file(const struct options *options, FILE *file, FILE *perfetto_file)
{
    static struct decode decode; /* too large for a stack, needed once */
    static struct perfetto perfetto;
    bool is_colored = options->color == COLOR_ALWAYS ||
                      (options->color == COLOR_AUTO && host_color_is_wanted(stdout));
    decode_init(&decode, stdout, options->has_port ? options->port : DECODE_ALL_PORTS,
                &options->filter, is_colored);
    if (perfetto_file) {
        perfetto_init(&perfetto, perfetto_file, options->file);
        trace_session_add(&decode.session, &perfetto.sink);
    }
    int status = take_all(&decode, file) ? EXIT_ENDED : fail(options->file);
    decode_finish(&decode);
    if (perfetto_file && (!perfetto_finish(&perfetto) || fclose(perfetto_file) != 0))
        status = fail(options->perfetto);
    return status;
}

static int decode_run(const struct options *options)
{
    bool is_stdin = strcmp(options->file, "-") == 0;
    FILE *file = is_stdin ? stdin : fopen(options->file, "rb");
    FILE *perfetto_file = NULL;
    if (!file)
        return fail(options->file);
    if (options->perfetto && !(perfetto_file = fopen(options->perfetto, "w")))
        return fail(options->perfetto);
    int status = decode_file(options, file, perfetto_file);
    if (!is_stdin)
        fclose(file);
    return status;
}

static int run(int argc, char *argv[])
{
    static struct options options;
    int status = options_parse(argc, argv, &options, stdout, stderr);
    if (status != OPTIONS_GO_ON)
        return status;
    switch (options.command) {
    case COMMAND_TOP: return top_run(&options);
    case COMMAND_DECODE: return decode_run(&options);
    case COMMAND_ATTACH: break;
    }
    return attach_run(&options);
}

int main(int argc, char *argv[])
{
    static char line[BUFSIZ];
    open_standard_streams();
    setvbuf(stderr, line, _IOLBF, sizeof line); /* whole lines, between those of others */
    int status = run(argc, argv);
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    fputs("crowtty: standard output cannot be written to\n", stderr);
    return status == EXIT_ENDED ? EXIT_FAILED : status;
}
