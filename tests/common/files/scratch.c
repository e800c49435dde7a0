#include "tests/common/files/scratch.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/test.h"

int scratch_setup(void **state)
{
    const char *base = getenv("TMPDIR");
    struct scratch *scratch = calloc(1, sizeof *scratch);

    if (scratch == NULL)
        return -1;
    scratch->row = *state;
    snprintf(scratch->folder, sizeof scratch->folder, "%s/duet-test-XXXXXX",
             base != NULL && *base != '\0' && strlen(base) < SCRATCH_PATH_MAX / 2 ? base
                                                                                  : "/tmp");
    if (mkdtemp(scratch->folder) == NULL) {
        free(scratch);
        return -1;
    }
    strcpy(scratch->path, scratch->folder);
    strcat(scratch->path, "/file");
    *state = scratch;
    return 0;
}

/* Remove what path names, with everything in it. Links are removed, not followed. */
static int remove_all(const char *path)
{
    struct stat found;
    struct dirent *entry;
    DIR *folder;
    int result = 0;

    if (lstat(path, &found) != 0)
        return -1;
    if (!S_ISDIR(found.st_mode))
        return unlink(path);
    folder = opendir(path);
    if (folder == NULL)
        return -1;
    while ((entry = readdir(folder)) != NULL) {
        char inner[2 * SCRATCH_PATH_MAX];

        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
        result |= remove_all(inner);
    }
    closedir(folder);
    return result | rmdir(path);
}

int scratch_teardown(void **state)
{
    struct scratch *scratch = *state;
    int result = remove_all(scratch->folder);

    free(scratch);
    return result;
}

size_t scratch_count(const struct scratch *scratch)
{
    DIR *folder = opendir(scratch->folder);
    size_t count = 0;

    assert_non_null(folder);
    while (readdir(folder) != NULL)
        count++;
    closedir(folder);
    return count - 2; /* "." and ".." */
}

void scratch_write(const char *path, const void *bytes, size_t length)
{
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

void scratch_assert_text(const char *path, const char *text)
{
    char found[4096];
    FILE *file = fopen(path, "rb");
    size_t length;

    assert_non_null(file);
    length = fread(found, 1, sizeof found - 1, file);
    fclose(file);
    found[length] = '\0';
    assert_string_equal(found, text);
}
