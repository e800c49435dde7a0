#!/bin/sh
# What tests/tools/dependencies.sh says and runs, on made-up machines: a PATH of stubs in which a
# package is missing, and package tools that only write down how they were called.

dependencies=$(pwd)/tests/tools/dependencies.sh
shell=$(command -v sh)
place=$(mktemp -d) || exit 1
trap 'rm -rf "$place"' EXIT
bin=$place/bin

# stub NAME BODY: a program of that name.
stub() {
    printf '#!%s\n%s\n' "$shell" "$2" >"$bin/$1"
    chmod +x "$bin/$1"
}

# machine ROOT_ID MISSING...: a machine where pkg-config does not know these, until something is
# installed. There is a compiler; a package tool is for the test to add.
machine() {
    rm -rf "${place:?}"/*
    mkdir "$bin"
    for tool in sh awk env cat; do
        ln -s "$(command -v $tool)" "$bin/$tool"
    done
    stub id "echo $1"
    stub cc 'exit 0'
    shift
    stub pkg-config "[ -f $place/installed ] && exit 0
for word; do case \" $* \" in *\" \$word \"*) exit 1 ;; esac; done"
}

# A package tool that notes how it was called, and then everything is there.
package_tool() {
    stub "$1" "echo \"ran $1 \$*\"
echo \"\$DEBIAN_FRONTEND\" > $place/frontend
case \" \$* \" in *' install '*|*' -Sy '*) : > $place/installed ;; esac"
}

# Runs the script there; sets `status`, `out`, `err`.
ask() {
    PATH=$bin HOME=$place CC=${CC_THERE:-cc} WINDOW=${WINDOW_THERE:-no} DEPS=$DEPS_THERE \
        sh "$dependencies" "$@" >"$place/out" 2>"$place/err"
    status=$?
    out=$(cat "$place/out")
    err=$(cat "$place/err")
}

# check SENTENCE CONDITION...: the condition is a command.
check() {
    sentence=$1
    shift
    if "$@"; then
        echo "ok - $sentence"
    else
        printf 'not ok - %s\n# status %s\n# out: %s\n# err: %s\n' "$sentence" "$status" "$out" "$err"
    fi
}
has() { case $1 in *"$2"*) return 0 ;; *) return 1 ;; esac; }
one_line() { [ "$(printf '%s\n' "$1" | wc -l)" -eq 1 ] && [ -n "$1" ]; }

echo 1..30

machine 0
package_tool apt-get
ask install program tests
check "nothing missing: nothing said, nothing run" [ "$status$out$err" = 0 ]

machine 0 inih
package_tool apt-get
DEPS_THERE=no ask install program
check "DEPS=no fails when a package is missing" [ "$status" -eq 1 ]
check "DEPS=no says it in one line" one_line "$out$err"
check "DEPS=no names what is missing" has "$err" "missing: libinih-dev"
check "DEPS=no names the command" has "$err" \
    "apt-get update && apt-get install -y --no-install-recommends libinih-dev"
check "DEPS=no runs nothing" [ ! -f "$place/frontend" ]

ask check program
check "checking runs nothing" [ ! -f "$place/frontend" ]
check "checking says in one line what would" has "$err" "make deps"
check "checking fails" [ "$status" -eq 1 ]

ask install program
check "the command is announced before it runs" [ "$out" = "duet: missing: libinih-dev
duet: running: apt-get update && apt-get install -y --no-install-recommends libinih-dev
ran apt-get update
ran apt-get install -y --no-install-recommends libinih-dev" ]
check "the installation succeeds" [ "$status" -eq 0 ]
check "apt-get asks nothing" [ "$(cat "$place/frontend")" = noninteractive ]

machine 0 cmocka
package_tool apt-get
ask install program
check "the program does not want cmocka" [ "$status$out$err" = 0 ]
ask install program tests
check "the tests want cmocka" has "$out" "missing: libcmocka-dev"

machine 0 sdl2 SDL2_ttf SDL2_image
package_tool apt-get
ask install program
check "WINDOW=no does not want SDL" [ "$status$out$err" = 0 ]
WINDOW_THERE=yes ask install program
check "the window wants SDL" has "$out" "libsdl2-dev libsdl2-ttf-dev libsdl2-image-dev"

# The font's folder is empty, so there are no letters of Chinese.
export DUET_FONTS="$place"
machine 0 sdl2
package_tool apt-get
WINDOW_THERE=yes ask install program
check "along with them come letters of Chinese" has "$out" \
    "ran apt-get install -y --no-install-recommends fonts-wqy-microhei"
: >"$place/wqy-microhei.ttc"
rm "$place/installed"
WINDOW_THERE=yes ask install program
case $out in *wqy*) wants=yes ;; *) wants=no ;; esac
check "which are not wanted twice" [ $wants = no ]
machine 0 sdl2
stub apt-get "case \"\$*\" in *wqy*) exit 100 ;; *install*) : > $place/installed ;; esac"
WINDOW_THERE=yes ask install program
check "if they cannot be had, the rest is enough" [ "$status" -eq 0 ]
check "and it is said" has "$out" "going on without fonts-wqy-microhei"
unset DUET_FONTS

machine 0
rm "$bin/cc" "$bin/pkg-config"
package_tool apt-get
ask install program
check "a bare machine gets a compiler, its headers and pkg-config" has "$out" \
    "install -y --no-install-recommends gcc libc6-dev pkg-config libinih-dev libmd4c-dev"
CC_THERE=strange-cc ask install program
check "a compiler asked for by name is not replaced by another" has "$err" "strange-cc"

machine 1000 sdl2
package_tool apt-get
WINDOW_THERE=yes ask install program
check "without root and sudo there is one line for an administrator" one_line "$out$err"
check "it names WINDOW=no" has "$err" "WINDOW=no"
# shellcheck disable=SC2016 # for the stub
stub sudo 'echo "sudo $*"; "$@"'
WINDOW_THERE=yes ask install program
check "without root sudo is used, and announced" has "$out" \
    "duet: running: sudo apt-get update && sudo apt-get install"

machine 0 md4c
stub apt-get 'exit 100'
ask install program
check "a failed installation is an error that names the command" has "$err" "this failed: apt-get"

machine 0 libcjson cmocka
package_tool dnf
ask install program tests
check "dnf has its own names" has "$out" "ran dnf install -y cjson-devel libcmocka-devel"

machine 0 inih
package_tool pacman
ask install program
check "pacman has its own names" has "$out" "ran pacman -Sy --needed --noconfirm libinih"

machine 1000 inih
package_tool brew
ask install program
check "brew runs without sudo" has "$out" "ran brew install inih"

# make itself: one line from us, and no compiler's error.
machine 0 inih
stub apt-get 'exit 1'
out=$(PATH=$bin:$PATH make --no-print-directory lab DEPS=no WINDOW=no CC=cc BUILD="$place/build" 2>&1)
status=$? err=
check "make lab DEPS=no ends in one clear line" [ "$status" -ne 0 -a \
    "$(printf '%s\n' "$out" | grep -vc '^make')" -eq 1 ]
