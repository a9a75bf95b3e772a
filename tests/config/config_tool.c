/* config_tool — reads many configurations in one process, for check_configs.py.
 *
 *     config_tool check FILE...              the problems of each, then "== N FILE"
 *     config_tool print FILE [PATH=VALUE...] what is in force, or the problems and status 2
 *     config_tool find NAME FOLDER...        the path found, or the problem and status 2
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "config_find.h"
#include "options.h"

static int check(int count, char *const names[])
{
    struct melpo_config config;
    for (int i = 0; i < count; i++) {
        struct melpo_problems problems = MELPO_PROBLEMS_NONE;
        melpo_config_read_file(&config, names[i], NULL, 0, &problems);
        melpo_problems_print(&problems, stdout);
        printf("== %zu %s\n", problems.count, names[i]);
        melpo_problems_finish(&problems);
    }
    return MELPO_EXIT_OK;
}

static int print(int count, char *const words[])
{
    struct melpo_config config;
    struct melpo_problems problems = MELPO_PROBLEMS_NONE;
    bool done = count > 0 &&
                melpo_config_read_file(&config, words[0], (const char *const *)(words + 1),
                                       (size_t)count - 1, &problems);
    if (done)
        melpo_config_print(&config, stdout);
    melpo_problems_print(&problems, stderr);
    melpo_problems_finish(&problems);
    return done ? MELPO_EXIT_OK : MELPO_EXIT_USAGE;
}

static int find(int count, char *const words[])
{
    struct melpo_problems problems = MELPO_PROBLEMS_NONE;
    char *path = count == 0 ? NULL
                            : melpo_config_find_in(words[0], (const char *const *)(words + 1),
                                                   (size_t)count - 1, &problems);
    if (path)
        puts(path);
    int status = path ? MELPO_EXIT_OK : MELPO_EXIT_USAGE;
    melpo_problems_print(&problems, stderr);
    melpo_problems_finish(&problems);
    free(path);
    return status;
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    if (strcmp(what, "check") == 0)
        return check(argc - 2, argv + 2);
    if (strcmp(what, "print") == 0)
        return print(argc - 2, argv + 2);
    if (strcmp(what, "find") == 0)
        return find(argc - 2, argv + 2);
    fputs("usage: config_tool check|print|find ...\n", stderr);
    return MELPO_EXIT_USAGE;
}
