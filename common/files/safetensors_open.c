/* The reading half of safetensors.h. */
#include "common/files/safetensors.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/files/file_read.h"
#include "common/files/utf8.h"

enum {
    LENGTH_BYTES = 8,    /* before the header: its length */
    DATA_ALIGNMENT = 64, /* of each tensor in memory: a cache line */
    NAME_SHOWN = 200,    /* bytes of a name that a message repeats */
    FOUND_MAX = 64       /* bytes of the description of anything else */
};
static const char METADATA_KEY[] = "__metadata__";
static const double EXACT_MAX =
    9007199254740992.0; /* 2^53: up to here a double counts by one */

/* A tensor with its place in the data section. */
struct place {
    struct safetensors_tensor tensor;
    uint64_t begin, end;
    size_t order; /* in the header */
};

/* What the functions below share. */
struct reading {
    const char *path;
    struct error *error;
    FILE *file;
    uint64_t length;      /* of what the file has left: of the data, once the header is read */
    cJSON *header;        /* owned */
    struct place *places; /* (count) owned */
    size_t count;
};

static enum status no_memory(const struct reading *r)
{
    return error_set(r->error, STATUS_NO_MEMORY, "%s: no memory to read it", r->path);
}

static enum status read_bytes(struct reading *r, void *bytes, size_t count)
{
    errno = 0;
    if (fread(bytes, 1, count, r->file) != count)
        return error_set(r->error, STATUS_FILE, "%s: cannot read: %s", r->path,
                         errno != 0 ? strerror(errno) : "it became shorter meanwhile");
    r->length -= count;
    return STATUS_OK;
}

/*
 * Refuse a header that cJSON would be too kind to: it takes any control character for a blank,
 * and ends a string at an escaped NUL, after which two different names are one.
 */
static enum status check_text(const struct reading *r, const char *text, size_t length)
{
    static const char escaped_nul[] = "\\u0000";
    size_t bad = utf8_find_bad(text, length);

    for (size_t i = 0; i < bad; i++)
        if ((unsigned char)text[i] < 0x20 && memchr("\t\n\r", text[i], 3) == NULL)
            bad = i;
    if (bad < length)
        return error_set(r->error, STATUS_FILE,
                         "%s: the header is not JSON: its byte %zu is 0x%02X", r->path, bad,
                         (unsigned)(unsigned char)text[bad]);
    if (strstr(text, escaped_nul) != NULL)
        return error_set(r->error, STATUS_FILE,
                         "%s: the header has a %s, which no name can hold", r->path,
                         escaped_nul);
    return STATUS_OK;
}

/* Read the length and the header; what is left of the file is data. */
static enum status read_header(struct reading *r)
{
    enum status status;
    const char *end = NULL;
    char *text = NULL;
    uint64_t length;

    if (r->length < LENGTH_BYTES)
        return error_set(r->error, STATUS_FILE,
                         "%s: %" PRIu64 " bytes: a safetensors file has at least %d", r->path,
                         r->length, (int)LENGTH_BYTES);
    status = read_bytes(r, &length, LENGTH_BYTES);
    if (status != STATUS_OK)
        return status;
    if (length > r->length || length > SAFETENSORS_HEADER_MAX)
        return error_set(r->error, STATUS_FILE,
                         "%s: a header of %" PRIu64 " bytes: the file has %" PRIu64
                         " more, and at most %d are allowed (not a safetensors file?)",
                         r->path, length, r->length, (int)SAFETENSORS_HEADER_MAX);
    text = malloc((size_t)length + 1);
    if (text == NULL)
        return no_memory(r);
    status = read_bytes(r, text, (size_t)length);
    if (status != STATUS_OK)
        goto out;
    text[length] = '\0';
    status = check_text(r, text, (size_t)length);
    if (status != STATUS_OK)
        goto out;
    if (text[0] != '{') {
        status = error_set(r->error, STATUS_FILE,
                           "%s: the header is not a JSON object: see its byte 0", r->path);
        goto out;
    }
    r->header = cJSON_ParseWithLengthOpts(text, (size_t)length + 1, &end, true);
    if (r->header == NULL) /* cJSON does not say which of the two */
        status = error_set(r->error, STATUS_FILE,
                           "%s: the header is not a JSON object, or memory ran out reading it: "
                           "see its byte %td",
                           r->path, end != NULL ? end - text : (ptrdiff_t)0);
out:
    free(text);
    return status;
}

/* Report a fault of one tensor: what was found and what is allowed. */
__attribute__((format(printf, 3, 4))) static enum status
tensor_fault(const struct reading *r, const char *name, const char *format, ...)
{
    char what[ERROR_MESSAGE_MAX / 2];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    return error_set(r->error, STATUS_FILE, "%s: tensor \"%.*s\": %s", r->path,
                     utf8_shown(name, NAME_SHOWN), name, what);
}

/* What item is, for a message. item may be NULL. Returns found. */
static const char *describe(const cJSON *item, char found[FOUND_MAX])
{
    if (item == NULL)
        snprintf(found, FOUND_MAX, "nothing");
    else if (cJSON_IsNumber(item))
        snprintf(found, FOUND_MAX, "%.17g", item->valuedouble);
    else if (cJSON_IsString(item) && strlen(item->valuestring) < FOUND_MAX - 2 &&
             item->valuestring[utf8_find_unprintable(item->valuestring,
                                                     strlen(item->valuestring))] == '\0')
        snprintf(found, FOUND_MAX, "\"%s\"", item->valuestring);
    else
        snprintf(found, FOUND_MAX, "%s",
                 cJSON_IsString(item)   ? "a string"
                 : cJSON_IsArray(item)  ? "an array"
                 : cJSON_IsObject(item) ? "an object"
                                        : "true, false or null");
    return found;
}

/* A whole number from 0 to 2^53. */
static bool whole_number(const cJSON *item, uint64_t *number)
{
    if (!cJSON_IsNumber(item) || !(item->valuedouble >= 0 && item->valuedouble <= EXACT_MAX))
        return false;
    *number = (uint64_t)item->valuedouble;
    return (double)*number == item->valuedouble;
}

static enum status parse_dtype(const struct reading *r, struct safetensors_tensor *tensor,
                               const cJSON *item)
{
    char found[FOUND_MAX];

    for (int i = 0; i < SAFETENSORS_DTYPES && cJSON_IsString(item); i++) {
        if (strcmp(item->valuestring, safetensors_dtype_name((enum safetensors_dtype)i)) != 0)
            continue;
        tensor->dtype = (enum safetensors_dtype)i;
        return STATUS_OK;
    }
    return tensor_fault(r, tensor->name, "dtype is %s: F32, F64, I64 and I32 are allowed",
                        describe(item, found));
}

/* Fill the tensor's shape, and *elements with its product, which is at most 2^53. */
static enum status parse_shape(const struct reading *r, struct safetensors_tensor *tensor,
                               uint64_t *elements, const cJSON *array)
{
    char found[FOUND_MAX];
    const cJSON *item;
    uint64_t extent;

    if (!cJSON_IsArray(array))
        return tensor_fault(r, tensor->name, "shape is %s: an array is needed",
                            describe(array, found));
    *elements = 1;
    cJSON_ArrayForEach(item, array)
    {
        if (tensor->rank == SAFETENSORS_RANK_MAX)
            return tensor_fault(r, tensor->name, "shape has more than the %d numbers allowed",
                                (int)SAFETENSORS_RANK_MAX);
        if (!whole_number(item, &extent) || extent > SIZE_MAX)
            return tensor_fault(r, tensor->name, "shape has %s: whole numbers are allowed",
                                describe(item, found));
        if (extent != 0 && *elements > (uint64_t)EXACT_MAX / extent)
            return tensor_fault(r, tensor->name, "shape has more than 2^53 elements");
        *elements *= extent;
        tensor->shape[tensor->rank++] = (size_t)extent;
    }
    return STATUS_OK;
}

static enum status parse_offsets(const struct reading *r, struct place *place,
                                 uint64_t elements, const cJSON *array)
{
    uint64_t bytes = elements * safetensors_dtype_size(place->tensor.dtype);
    const char *name = place->tensor.name;
    uint64_t *ends[] = { &place->begin, &place->end };
    char found[FOUND_MAX];

    if (!cJSON_IsArray(array) || cJSON_GetArraySize(array) != 2)
        return tensor_fault(r, name, "data_offsets is %s: an array [begin, end] is needed",
                            cJSON_IsArray(array) ? "not of two" : describe(array, found));
    for (int i = 0; i < 2; i++)
        if (!whole_number(cJSON_GetArrayItem(array, i), ends[i]))
            return tensor_fault(r, name, "data_offsets has %s: whole numbers are allowed",
                                describe(cJSON_GetArrayItem(array, i), found));
    if (place->begin > place->end || place->end > r->length)
        return tensor_fault(r, name,
                            "data_offsets are %" PRIu64 " to %" PRIu64
                            ": the file's data are bytes 0 to %" PRIu64,
                            place->begin, place->end, r->length);
    if (place->end - place->begin != bytes)
        return tensor_fault(
            r, name, "data_offsets hold %" PRIu64 " bytes: its shape and %s need %" PRIu64,
            place->end - place->begin, safetensors_dtype_name(place->tensor.dtype), bytes);
    return STATUS_OK;
}

/* One entry of the header: an object with exactly the three fields, each once. */
static enum status parse_tensor(const struct reading *r, struct place *place,
                                const cJSON *object)
{
    static const char *const names[] = { "dtype", "shape", "data_offsets" };
    const cJSON *fields[] = { NULL, NULL, NULL };
    struct safetensors_tensor *tensor = &place->tensor;
    char found[FOUND_MAX];
    enum status status;
    const cJSON *field;
    uint64_t elements = 0;

    tensor->name = object->string;
    if (tensor->name[0] == '\0' ||
        tensor->name[utf8_find_unprintable(tensor->name, strlen(tensor->name))] != '\0')
        return error_set(r->error, STATUS_FILE,
                         "%s: the name of tensor %zu is empty or has a control character: text "
                         "is allowed",
                         r->path, place->order);
    if (!cJSON_IsObject(object))
        return tensor_fault(r, tensor->name, "found %s: an object is needed",
                            describe(object, found));
    cJSON_ArrayForEach(field, object)
    {
        int i = 0;

        while (i < 3 && strcmp(field->string, names[i]) != 0)
            i++;
        if (i == 3 || fields[i] != NULL)
            return tensor_fault(r, tensor->name,
                                "a field that is unknown or twice there: one each of dtype, "
                                "shape and data_offsets is allowed");
        fields[i] = field;
    }
    status = parse_dtype(r, tensor, fields[0]);
    if (status == STATUS_OK)
        status = parse_shape(r, tensor, &elements, fields[1]);
    if (status == STATUS_OK)
        status = parse_offsets(r, place, elements, fields[2]);
    return status;
}

static int compare_strings(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Refuse two fields of one name: cJSON keeps both. what: "tensor" or "metadata key". */
static enum status check_unique(const struct reading *r, const cJSON *object, const char *what)
{
    enum status status = STATUS_OK;
    const char **names;
    const cJSON *field;
    size_t count = 0;

    cJSON_ArrayForEach(field, object) count++;
    names = malloc((count + 1) * sizeof *names);
    if (names == NULL)
        return no_memory(r);
    count = 0;
    cJSON_ArrayForEach(field, object) names[count++] = field->string;
    qsort(names, count, sizeof *names, compare_strings);
    for (size_t i = 1; i < count && status == STATUS_OK; i++)
        if (strcmp(names[i - 1], names[i]) == 0)
            status = error_set(r->error, STATUS_FILE, "%s: the %s \"%.*s\" is there twice",
                               r->path, what, utf8_shown(names[i], NAME_SHOWN), names[i]);
    free(names);
    return status;
}

static enum status parse_metadata(const struct reading *r, struct safetensors *st,
                                  const cJSON *object)
{
    char found[FOUND_MAX];
    const cJSON *field;

    if (!cJSON_IsObject(object))
        return error_set(r->error, STATUS_FILE, "%s: %s is %s: an object is needed", r->path,
                         METADATA_KEY, describe(object, found));
    st->metadata = malloc(((size_t)cJSON_GetArraySize(object) + 1) * sizeof *st->metadata);
    if (st->metadata == NULL)
        return no_memory(r);
    cJSON_ArrayForEach(field, object)
    {
        if (field->string[utf8_find_unprintable(field->string, strlen(field->string))] != '\0')
            return error_set(r->error, STATUS_FILE,
                             "%s: metadata key %zu has a control character: text is allowed",
                             r->path, st->metadata_count);
        if (!cJSON_IsString(field))
            return error_set(r->error, STATUS_FILE,
                             "%s: the metadata value of \"%.*s\" is %s: a string is needed",
                             r->path, utf8_shown(field->string, NAME_SHOWN), field->string,
                             describe(field, found));
        st->metadata[st->metadata_count++] =
            (struct safetensors_metadata){ field->string, field->valuestring };
    }
    return check_unique(r, object, "metadata key");
}

/* Zero elements may lie at the same place as others: then the header's order counts. */
static int compare_places(const void *a, const void *b)
{
    const struct place *p = a;
    const struct place *q = b;

    if (p->begin != q->begin)
        return p->begin < q->begin ? -1 : 1;
    if (p->end != q->end)
        return p->end < q->end ? -1 : 1;
    return p->order < q->order ? -1 : p->order > q->order;
}

/* Sort the places and see that they cover the data without overlaps, holes or a remainder. */
static enum status check_places(const struct reading *r)
{
    uint64_t end = 0;

    qsort(r->places, r->count, sizeof *r->places, compare_places);
    for (size_t i = 0; i < r->count; i++) {
        const struct place *place = &r->places[i];

        if (place->begin != end)
            return tensor_fault(r, place->tensor.name,
                                "its data begin at byte %" PRIu64
                                ", those before end at %" PRIu64 ": no %s is allowed",
                                place->begin, end, place->begin < end ? "overlap" : "hole");
        end = place->end;
    }
    if (end != r->length)
        return error_set(r->error, STATUS_FILE,
                         "%s: %" PRIu64 " bytes of data, of which the tensors use %" PRIu64
                         ": none may be left over",
                         r->path, r->length, end);
    return STATUS_OK;
}

/* Everything in the header: r->places and the metadata. */
static enum status parse_header(struct reading *r, struct safetensors *st)
{
    enum status status;
    const cJSON *field;

    status = check_unique(r, r->header, "tensor");
    if (status != STATUS_OK)
        return status;
    r->places = calloc((size_t)cJSON_GetArraySize(r->header) + 1, sizeof *r->places);
    if (r->places == NULL)
        return no_memory(r);
    cJSON_ArrayForEach(field, r->header)
    {
        if (strcmp(field->string, METADATA_KEY) == 0) {
            status = parse_metadata(r, st, field);
        } else {
            r->places[r->count].order = r->count;
            status = parse_tensor(r, &r->places[r->count++], field);
        }
        if (status != STATUS_OK)
            return status;
    }
    return check_places(r);
}

static size_t aligned(size_t bytes)
{
    return (bytes + DATA_ALIGNMENT - 1) / DATA_ALIGNMENT * DATA_ALIGNMENT;
}

/* Read the data into one block, each tensor at the next multiple of DATA_ALIGNMENT. */
static enum status read_data(struct reading *r, struct safetensors *st)
{
    enum status status;
    size_t size = DATA_ALIGNMENT; /* never 0 */
    char *to;

    for (size_t i = 0; i < r->count; i++) {
        uint64_t bytes = r->places[i].end - r->places[i].begin;

        if (bytes > SIZE_MAX / 2 - size)
            return no_memory(r);
        size += aligned((size_t)bytes);
    }
    st->tensors = malloc((r->count + 1) * sizeof *st->tensors);
    if (st->tensors == NULL || posix_memalign(&st->block, DATA_ALIGNMENT, size) != 0) {
        st->block = NULL; /* POSIX leaves it open */
        return no_memory(r);
    }
    to = st->block;
    for (size_t i = 0; i < r->count; i++) {
        size_t bytes = (size_t)(r->places[i].end - r->places[i].begin);

        status = read_bytes(r, to, bytes);
        if (status != STATUS_OK)
            return status;
        st->tensors[i] = r->places[i].tensor;
        st->tensors[i].data = to;
        to += aligned(bytes);
    }
    st->tensor_count = r->count;
    return STATUS_OK;
}

enum status safetensors_open(struct safetensors *st, const char *path, struct error *error)
{
    struct reading r = { .path = path, .error = error };
    struct safetensors new = { 0 };
    enum status status;

    status = file_read_open(&r.file, &r.length, path, error);
    if (status != STATUS_OK)
        return status;
    status = read_header(&r);
    if (status == STATUS_OK)
        status = parse_header(&r, &new);
    if (status == STATUS_OK)
        status = read_data(&r, &new);
    new.header = r.header;
    if (status == STATUS_OK)
        *st = new;
    else
        safetensors_free(&new);
    free(r.places);
    fclose(r.file); /* read-only: nothing buffered to lose */
    return status;
}
