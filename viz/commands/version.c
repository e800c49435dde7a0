#include "viz/commands/version.h"

#include <stdio.h>

#include "common/numeric/parallel.h"
#include "common/numeric/vector.h"

/* clang's __VERSION__ begins with its name. */
#ifdef __clang__
#define COMPILER ""
#else
#define COMPILER "gcc "
#endif

static const char *number_type(void)
{
    return sizeof(real) == sizeof(float) ? "float" : "double";
}

static const char *processor(void)
{
#if defined(__x86_64__)
    return "x86-64";
#elif defined(__aarch64__)
    return "aarch64";
#else
    return "another processor";
#endif
}

/* As vector.h chooses; plain C becomes what the compiler was allowed to use. */
const char *version_vectors(void)
{
#if defined(__AVX512F__)
    return "AVX-512";
#elif defined(__AVX2__) && defined(__FMA__)
    return "AVX2";
#elif defined(__AVX__)
    return "plain C on AVX";
#elif defined(__SSE2__)
    return "plain C on SSE2";
#elif defined(__ARM_NEON)
    return "plain C on NEON";
#else
    return "plain C";
#endif
}

void version_print(void)
{
    printf("duet %s\n", DUET_VERSION);
    printf("numbers  %s\n", number_type());
    printf("built    for %s, by %s\n", processor(), COMPILER __VERSION__);
    printf("vectors  %s, %d lanes, %sfused multiply-add\n", version_vectors(), VECTOR_LANES,
           FUSED_IN_HARDWARE ? "" : "no ");
#ifdef _OPENMP
    printf("OpenMP   yes, %d threads\n", parallel_available());
#else
    printf("OpenMP   no: one thread\n");
#endif
#ifdef DUET_NO_WINDOW
    printf("window   no\n");
#else
    printf("window   yes\n");
#endif
}
