#!/bin/sh
# The Makefile's promises about what is built again, on a tiny tree.

place=$(mktemp -d) || exit 1
trap 'rm -rf "$place"' EXIT
mkdir -p "$place/common" "$place/viz/window" "$place/tests/tools"
cp Makefile "$place"
cp tests/tools/*.sh "$place/tests/tools"
cd "$place" || exit 1

echo 'int one(void);' >common/one.h
printf '#include "common/one.h"\nint one(void)\n{\n    return 1;\n}\n' >common/one.c
echo 'not C at all' >viz/window/broken.c
cat >viz/main.c <<'END'
#include <stdio.h>

#include "common/one.h"

int main(void)
{
    printf("%s %s %d\n", DUET_VERSION, DUET_DATA_DIR, one());
    return 0;
}
END

build() { make --no-print-directory WINDOW=no "$@" >out 2>&1; }
compiled() { grep -c '^  CC' out; }
check() {
    sentence=$1
    shift
    if "$@"; then
        echo "ok - $sentence"
    else
        echo "not ok - $sentence"
        sed 's/^/# /' out
    fi
}

echo 1..10
build
check "WINDOW=no builds without looking into viz/window" \
    [ "$(./duet)" = "0.1.0 /usr/local/share/duet 1" ]
build
check "nothing is compiled twice" [ "$(compiled)" -eq 0 ]
touch common/one.h
build
check "a header compiles its users again" [ "$(compiled)" -eq 2 ]
build CFLAGS=-DANOTHER
check "another flag compiles everything again" [ "$(compiled)" -eq 2 ]
build PREFIX=/elsewhere
check "the program knows where it is installed" [ "$(./duet)" = "0.1.0 /elsewhere/share/duet 1" ]
build MODE=debug
check "another mode has its own folder and program" [ -x build/debug-nowindow/duet ]
build
check "and leaves ./duet alone" [ "$(./duet)" = "0.1.0 /usr/local/share/duet 1" ]
build install DESTDIR="$place/to" PREFIX=/usr
check "installation lands below DESTDIR" [ "$(to/usr/bin/duet)" = "0.1.0 /usr/share/duet 1" ]
rm common/one.c
build
check "a source that is gone leaves the library" grep -q 'undefined reference' out
build MODE=fast
check "a mode that is none is refused in one line" [ "$(wc -l <out)" -eq 1 ]
