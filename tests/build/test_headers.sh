#!/bin/sh
# Every header compiles on its own.

if said=$(sh tests/tools/headers.sh 2>&1); then
    echo "ok - every header compiles on its own"
else
    echo "not ok - every header compiles on its own"
    printf '%s\n' "$said"
fi

COMPILE=${COMPILE:-cc} # alone, the script needs no flags
headers=$(pwd)/tests/tools/headers.sh
tree=$(mktemp -d) || exit 1
trap 'rm -rf "$tree"' EXIT
mkdir "$tree/common"
echo 'size_t length(const char *text);' >"$tree/common/text.h"
if (cd "$tree" && COMPILE=$COMPILE sh "$headers") >/dev/null 2>&1; then
    echo "not ok - a header that needs another before it is refused"
else
    echo "ok - a header that needs another before it is refused"
fi
