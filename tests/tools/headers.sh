#!/bin/sh
# Proves that every header compiles on its own, and twice in one file; from the root.
#
# COMPILE is the compile command, WINDOW_CFLAGS what headers in viz/window need besides.

failed=0
for header in $(find common rnn transformer lessons viz tests -name '*.h' 2>/dev/null | sort); do
    flags=
    case $header in
        viz/window/* | tests/viz/window/*)
            [ "$WINDOW" = no ] && continue
            flags=$WINDOW_CFLAGS
            ;;
    esac
    # Tests include cmocka's header only after those that it wants.
    printf '#include "%s"\n#include "%s"\ntypedef int a_file_is_not_empty;\n' "$header" "$header" |
        eval "$COMPILE $flags -fsyntax-only -x c -" || {
        echo "$header does not compile on its own" >&2
        failed=1
    }
done
exit $failed
