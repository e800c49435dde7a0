#!/bin/sh
# The tree keeps its floors, and tests/tools/layers.sh sees each way to break them.

layers=$(pwd)/tests/tools/layers.sh
tree=$(mktemp -d) || exit 1
trap 'rm -rf "$tree"' EXIT

# A house in order: every allowed direction is used.
build() {
    rm -rf "$tree"
    mkdir -p "$tree/common/numeric" "$tree/common/layers" "$tree/rnn" "$tree/transformer" \
        "$tree/lessons" "$tree/viz/window" "$tree/tests/rnn"
    echo '#include <stdio.h>' >"$tree/common/error.h"
    echo '#include "common/error.h"' >"$tree/common/numeric/real.h"
    printf '#include <omp.h>\n#pragma omp parallel for\n' >"$tree/common/numeric/parallel.c"
    echo '#include "common/numeric/real.h"' >"$tree/common/layers/linear.h"
    echo '#include "common/layers/linear.h"' >"$tree/rnn/lstm.h"
    echo '#include "common/layers/linear.h"' >"$tree/transformer/attention.h"
    printf '#include "rnn/lstm.h"\n#include "transformer/attention.h"\n' >"$tree/lessons/lab.h"
    echo '#include "lessons/lab.h"' >"$tree/viz/main.c"
    echo '#include <SDL.h>' >"$tree/viz/window/window.c"
    echo '#include "tests/support.h"' >"$tree/tests/rnn/test_lstm.c"
    : >"$tree/tests/support.h"
}

# sentence, file, line that is added to it
catches() {
    build
    printf '\n%s\n' "$3" >>"$tree/$2"
    if said=$(sh "$layers" "$tree" 2>&1); then
        echo "not ok - $1"
    elif [ "$(printf '%s\n' "$said" | grep -c "^$2:[0-9]*: ")" -ne 1 ]; then
        echo "not ok - $1"
        printf '%s\n' "$said"
    else
        echo "ok - $1"
    fi
}

# sentence, command that shows it
shows() {
    sentence=$1
    shift
    if "$@"; then echo "ok - $sentence"; else echo "not ok - $sentence"; fi
}

echo 1..15
shows "dependencies of this tree point down only" sh "$layers" .
build
shows "a tree in order passes" sh "$layers" "$tree"
catches "common may not include rnn" common/layers/linear.h '#include "rnn/lstm.h"'
catches "rnn may not include transformer" rnn/lstm.h '#include "transformer/attention.h"'
catches "transformer may not include rnn" transformer/attention.h '  #  include "rnn/lstm.h"'
catches "lessons may not include viz" lessons/lab.h '#include "viz/window/window.h"'
catches "viz may not include tests" viz/main.c '#include "tests/support.h"'
catches "numeric may not include the rest of common" common/numeric/real.h \
    '#include "common/layers/linear.h"'
catches "errors may not include the rest of common" common/error.h \
    '#include "common/layers/linear.h"'
catches "a path that climbs is refused" rnn/lstm.h '#include "../transformer/attention.h"'
catches "a path that does not start at the root is refused" rnn/lstm.h '#include "gru.h"'
catches "SDL outside viz/window is refused" viz/main.c '#include <SDL2/SDL.h>'
catches "SDL's other libraries outside viz/window are refused" lessons/lab.h '#include <SDL_ttf.h>'
catches "omp.h outside parallel.c is refused" rnn/lstm.h '#include <omp.h>'
catches "an OpenMP pragma outside parallel.c is refused" common/layers/linear.h \
    '#pragma omp parallel for'
