/* The part of config.h that writes and reads INI files. */
#include <string.h>

#include "common/files/ini_file.h"
#include "lessons/config.h"

/* `kind` is the section's name in the table of keys: "arm" for "left". */
static enum status write_section(const struct lab_config *config, const char *name,
                                 const char *kind, FILE *file, struct error *error)
{
    int count;
    const struct config_key *keys = config_keys(&count);
    enum status status = STATUS_OK;

    ini_file_write_section(file, name);
    for (int i = 0; i < count && status == STATUS_OK; i++) {
        char text[CONFIG_TEXT_MAX];

        if (strcmp(keys[i].section, kind) != 0)
            continue;
        config_get(config, name, &keys[i], text);
        status = ini_file_write_entry(file, keys[i].name, text, error);
    }
    return status;
}

enum status config_write(const struct lab_config *config, FILE *file, struct error *error)
{
    enum status status = write_section(config, "task", "task", file, error);

    if (status == STATUS_OK)
        status = write_section(config, "training", "training", file, error);
    for (int i = 0; i < ARMS_MAX && status == STATUS_OK; i++)
        if (config->arm[i].model[0] != '\0')
            status = write_section(config, arm_name(i), "arm", file, error);
    return status;
}

static enum status read_entry(void *context, const char *section, const char *key,
                              const char *value, struct error *error)
{
    char name[2 * INI_FILE_LINE_MAX];

    snprintf(name, sizeof name, "%s.%s", section, key);
    return config_set(context, name, value, error);
}

enum status config_read(struct lab_config *config, const char *path, struct error *error)
{
    struct lab_config read = config_default();
    enum status status;

    for (int i = 0; i < ARMS_MAX; i++)
        read.arm[i].model[0] = '\0';
    status = ini_file_read(path, read_entry, &read, error);
    if (status == STATUS_OK)
        *config = read;
    return status;
}
