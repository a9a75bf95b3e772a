/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "config_find.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "config.h"
#include "hal-sim/record_form.h"

#ifndef MELPO_SOURCE_CONFIGS
#error "MELPO_SOURCE_CONFIGS: the source tree's configs/, an absolute path"
#endif
#ifndef MELPO_INSTALLED_CONFIGS
#error "MELPO_INSTALLED_CONFIGS: the installed configs/, an absolute path"
#endif

/* The name in that folder, or, with NULL, as it is. Returns NULL with errno ENOMEM. */
static char *join(const char *folder, const char *name)
{
    size_t room = (folder ? strlen(folder) + 1 : 0) + strlen(name) + 1;
    char *path = malloc(room);
    if (path)
        snprintf(path, room, "%s%s%s", folder ? folder : "", folder ? "/" : "", name);
    return path;
}

static bool is_there(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 || errno != ENOENT;
}

static void report_missing(const char *name, const char *const *folders, size_t count,
                           struct melpo_problems *problems)
{
    char *looked = NULL;
    size_t bytes = 0;
    FILE *text = open_memstream(&looked, &bytes);
    if (text) {
        for (size_t i = 0; i < count; i++)
            fprintf(text, "%s%s", i + 1 == count ? " and " : ", ", folders[i]);
        fclose(text);
    }
    melpo_problems_add(problems, "melpo: %s: no such file in the working directory%s", name,
                       looked ? looked : "");
    free(looked);
}

/* The first folder's path under which the name is there; NULL if none is, or memory is out. */
static char *look_in(const char *name, const char *const *folders, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char *path = join(folders[i], name);
        if (!path || is_there(path))
            return path;
        free(path);
    }
    errno = 0;
    return NULL;
}

char *melpo_config_find_in(const char *name, const char *const *folders, size_t count,
                           struct melpo_problems *problems)
{
    char *path = NULL;
    errno = 0;
    if (strchr(name, '/') || (*name && is_there(name)))
        path = join(NULL, name); /* one that leads nowhere is melpo_config_load's to report */
    else if (*name)
        path = look_in(name, folders, count);
    if (!path && errno == ENOMEM)
        melpo_problems_add(problems, "melpo: %s: out of memory", name);
    else if (!path)
        report_missing(name, folders, count, problems);
    return path;
}

char *melpo_config_find(const char *name, struct melpo_problems *problems)
{
    const char *const folders[] = {MELPO_SOURCE_CONFIGS, MELPO_INSTALLED_CONFIGS};
    return melpo_config_find_in(name, folders, 2, problems);
}

/* Reads to the end or to one byte more than is allowed. Returns NULL with errno set. */
static char *read_all(FILE *file, size_t *count)
{
    size_t room = MELPO_CONFIG_BYTES_MAX + 1;
    char *text = malloc(room);
    if (!text)
        return NULL;
    *count = fread(text, 1, room, file);
    if (!ferror(file))
        return text;
    int why = errno;
    free(text);
    errno = why;
    return NULL;
}

static bool is_folder(FILE *file)
{
    struct stat status;
    return fstat(fileno(file), &status) == 0 && S_ISDIR(status.st_mode);
}

/* Why what was read is not to be gone on with. False: nothing of the kind. */
static bool is_refused(const char *path, const char *text, size_t count,
                       struct melpo_problems *problems)
{
    if (count >= RECORD_MAGIC_BYTES && memcmp(text, RECORD_MAGIC, RECORD_MAGIC_BYTES) == 0)
        melpo_problems_add(problems, "melpo: %s: this is a recording; melpo --replay %s runs it",
                           path, path);
    else if (count > MELPO_CONFIG_BYTES_MAX)
        melpo_problems_add(problems, "melpo: %s: larger than %u bytes", path,
                           MELPO_CONFIG_BYTES_MAX);
    else
        return false;
    return true;
}

char *melpo_config_load(const char *path, size_t *count, struct melpo_problems *problems)
{
    char *text = NULL;
    FILE *file = fopen(path, "rb");
    if (!file)
        melpo_problems_add(problems, "melpo: %s: cannot be read: %s", path, strerror(errno));
    else if (is_folder(file))
        melpo_problems_add(problems, "melpo: %s: is a directory, not a file", path);
    else if (!(text = read_all(file, count)))
        melpo_problems_add(problems, "melpo: %s: cannot be read: %s", path, strerror(errno));
    else if (is_refused(path, text, *count, problems)) {
        free(text);
        text = NULL;
    }
    if (file)
        fclose(file);
    return text;
}

bool melpo_config_read_file(struct melpo_config *config, const char *name,
                            const char *const *sets, size_t set_count,
                            struct melpo_problems *problems)
{
    size_t count = 0;
    char *path = melpo_config_find(name, problems);
    char *text = path ? melpo_config_load(path, &count, problems) : NULL;
    melpo_config_init(config);
    bool done =
        text && melpo_config_read_text(config, path, text, count, sets, set_count, problems);
    free(text);
    free(path);
    return done;
}
