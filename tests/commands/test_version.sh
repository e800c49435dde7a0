#!/bin/sh
# `duet --version` says for what it was built: asked of the compiler with the program's own flags.

. tests/tools/script.sh
COMPILE=${COMPILE:-cc} # alone, the script knows no flags

(cd "$root" && eval "$COMPILE -dM -E -x c /dev/null") >macros
defined() { grep -q "^#define $1 " macros; }
duet_ends --version
# says SENTENCE LINE: it is among what the program said.
says() { check "--version says $1" grep -qxF -e "$2" out; }

if defined __FMA__ || defined __ARM_FEATURE_FMA || defined __FP_FAST_FMAF; then
    fused="fused multiply-add"
else
    fused="no fused multiply-add"
fi
if defined __AVX512F__; then
    vectors="AVX-512, 16 lanes"
elif defined __AVX2__ && defined __FMA__; then
    vectors="AVX2, 8 lanes"
elif defined __AVX__; then
    vectors="plain C on AVX, 4 lanes"
elif defined __SSE2__; then
    vectors="plain C on SSE2, 4 lanes"
elif defined __ARM_NEON; then
    vectors="plain C on NEON, 4 lanes"
else
    vectors="plain C, 4 lanes"
fi
if defined __x86_64__; then
    processor=x86-64
elif defined __aarch64__; then
    processor=aarch64
else
    processor="another processor"
fi
compiler=$(sed -n 's/^#define __VERSION__ "\(.*\)"$/\1/p' macros)
defined __clang__ || compiler="gcc $compiler"

echo 1..3
says "what computes" "vectors  $vectors, $fused"
says "for which processor, by which compiler" "built    for $processor, by $compiler"
says "the type of numbers" "numbers  float"
