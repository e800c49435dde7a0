#include "viz/commands/version.h"

#include <stdio.h>

#include "common/numeric/parallel.h"
#include "common/numeric/vector.h"

static const char *number_type(void)
{
    return sizeof(real) == sizeof(float) ? "float" : "double";
}

static const char *vector_type(void)
{
#if defined(__AVX512F__)
    return "AVX-512";
#elif defined(__AVX2__) && defined(__FMA__)
    return "AVX2";
#else
    return "plain";
#endif
}

void version_print(void)
{
    printf("duet %s\n", DUET_VERSION);
    printf("numbers  %s\n", number_type());
    printf("vectors  %s, %d lanes%s\n", vector_type(), VECTOR_LANES,
           FUSED_IN_HARDWARE ? "" : ", no fused multiply-add");
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
