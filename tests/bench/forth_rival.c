/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "forth_rival.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define NO_PROGRAM 127

const struct forth_rival forth_rivals[FORTH_RIVALS] = {
    [FORTH_OURS] = {"ours", {FORTH_CLI_PROGRAM}},
    [FORTH_ITC] = {"gforth-itc", {"gforth-itc"}},
    [FORTH_FAST] = {"gforth-fast", {"gforth-fast"}},
    [FORTH_PFORTH] = {"pforth", {"pforth", "-q"}},
};

_Noreturn static void run_child(const struct forth_rival *rival, const char *path, int out)
{
    const char *arguments[5];
    size_t count = 0;
    int nothing = open("/dev/null", O_RDWR);
    while (rival->arguments[count]) {
        arguments[count] = rival->arguments[count];
        count++;
    }
    arguments[count] = path;
    arguments[count + 1] = NULL;
    dup2(nothing, STDIN_FILENO);
    dup2(out, STDOUT_FILENO);
    dup2(nothing, STDERR_FILENO);
    setenv("HOME", "/nonexistent", 1);           /* nobody's own settings, no history */
    execvp(arguments[0], (char **)arguments); /* which does not write there */
    _exit(NO_PROGRAM);
}

static double milliseconds(struct timeval time)
{
    return (double)time.tv_sec * 1e3 + (double)time.tv_usec / 1e3;
}

/* Every Forth has its own idea of blanks around what it prints. */
static void read_printed(struct forth_printed *printed)
{
    off_t end = lseek(printed->fd, 0, SEEK_CUR);
    size_t count = end > 0 ? (size_t)end : 0, kept = 0;
    printed->bytes = malloc(count + 1);
    if (!printed->bytes || pread(printed->fd, printed->bytes, count, 0) != (ssize_t)count)
        abort();
    for (size_t i = 0; i < count; i++) {
        if (!isspace((unsigned char)printed->bytes[i]))
            printed->bytes[kept++] = printed->bytes[i];
    }
    printed->count = kept;
}

enum forth_end forth_rival_run(const struct forth_rival *rival, const char *path,
                               struct forth_printed *printed, double *spent_ms)
{
    struct rusage usage;
    int status;
    lseek(printed->fd, 0, SEEK_SET);
    pid_t pid = fork();
    if (pid == 0)
        run_child(rival, path, printed->fd);
    if (pid < 0 || wait4(pid, &status, 0, &usage) != pid || !WIFEXITED(status))
        return FORTH_FAILED;
    if (WEXITSTATUS(status) == NO_PROGRAM)
        return FORTH_MISSING;
    *spent_ms = milliseconds(usage.ru_utime) + milliseconds(usage.ru_stime);
    if (!printed->bytes)
        read_printed(printed);
    return WEXITSTATUS(status) == 0 ? FORTH_RAN : FORTH_FAILED;
}
