/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "program.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

_Noreturn static void run_child(const char *const arguments[], const int pipe_ends[2])
{
    int nothing = open("/dev/null", O_RDWR);
    dup2(nothing, STDIN_FILENO);
    dup2(nothing, STDOUT_FILENO);
    dup2(pipe_ends[1], STDERR_FILENO);
    close(pipe_ends[0]);
    close(pipe_ends[1]);
    execv(arguments[0], (char **)arguments); /* which does not write there */
    _exit(127);
}

bool program_start(struct program *program, const char *const arguments[])
{
    int pipe_ends[2];
    if (pipe(pipe_ends) != 0)
        return false;
    program->pid = fork();
    if (program->pid == 0)
        run_child(arguments, pipe_ends);
    close(pipe_ends[1]);
    program->log = pipe_ends[0];
    return program->pid > 0;
}

uint16_t program_port(struct program *program)
{
    static const char mark[] = "listening address=127.0.0.1:";
    char text[4096];
    size_t bytes = 0;
    while (bytes + 1 < sizeof text) {
        ssize_t count = read(program->log, text + bytes, sizeof text - 1 - bytes);
        if (count <= 0)
            return 0;
        bytes += (size_t)count;
        text[bytes] = '\0';
        const char *found = strstr(text, mark);
        if (found && strchr(found, '\n'))
            return (uint16_t)atoi(found + sizeof mark - 1);
    }
    return 0;
}

int program_wait(struct program *program)
{
    int status;
    close(program->log);
    if (waitpid(program->pid, &status, 0) != program->pid || !WIFEXITED(status))
        return -1;
    return WEXITSTATUS(status);
}

void program_stop(struct program *program)
{
    kill(program->pid, SIGTERM);
    program_wait(program);
}

bool program_boot(struct program *program)
{
    static const char *const arguments[] = {
        MELPO_PROGRAM, "--config", "headless.json",
        "--set", "platform.uarts.0.address=127.0.0.1:0",
        "--set", "platform.uarts.0.attach=loopback",
        "--set", "platform.uarts.0.incoming_size=65536",
        "--set", "platform.uarts.0.outgoing_size=65536",
        NULL,
    };
    return program_start(program, arguments);
}
