#!/bin/sh
# dependencies.sh check|install program|tests...: the system packages that Duet is built from.
#
# Says nothing when all are there. `check` names what is missing and fails; `install` says which
# command it runs, and runs it. From the environment: CC, WINDOW=no (SDL and fonts are not needed),
# DEPS=no (install nothing).

action=$1
shift
CC=${CC:-cc}
compiler=${CC%% *}

# What is needed, by pkg-config's names.
libraries=
for part; do
    case $part in
        program)
            libraries="$libraries inih md4c libcjson libmd"
            [ "$WINDOW" = no ] || libraries="$libraries sdl2 SDL2_ttf SDL2_image"
            ;;
        tests) libraries="$libraries cmocka" ;;
    esac
done

have_font() {
    for file in /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf \
        /usr/share/fonts/*/DejaVuSans.ttf /usr/share/fonts/DejaVuSans.ttf \
        /opt/homebrew/share/fonts/DejaVuSans.ttf \
        "$HOME"/Library/Fonts/DejaVuSans.ttf "$HOME"/.local/share/fonts/DejaVuSans.ttf; do
        [ -f "$file" ] && return 0
    done
    return 1
}

# Letters of Chinese, which the window can do without: it speaks English then.
have_chinese() {
    if [ -n "$DUET_FONTS" ]; then
        [ -f "$DUET_FONTS/wqy-microhei.ttc" ]
        return
    fi
    for file in /usr/share/fonts/*/wqy-microhei.ttc /usr/share/fonts/*/*/wqy-microhei.ttc \
        /usr/share/fonts/*/NotoSansCJK-Regular.ttc /usr/share/fonts/*/*/NotoSansCJK-Regular.ttc \
        "/System/Library/Fonts/Hiragino Sans GB.ttc"; do
        [ -f "$file" ] && return 0
    done
    return 1
}

# Sets `missing` to the names of what is not there: compiler, libc, pkg-config, font, libraries.
find_missing() {
    missing=
    if ! command -v "$compiler" >/dev/null 2>&1; then
        missing=" compiler libc"
    elif ! $CC -E -include stdio.h -x c /dev/null >/dev/null 2>&1; then
        missing=" libc"
    fi
    case " $* " in
        *" program "*) [ "$WINDOW" = no ] || have_font || missing="$missing font" ;;
    esac
    if ! command -v pkg-config >/dev/null 2>&1; then
        missing="$missing pkg-config"
        found() { return 1; }
    else
        # shellcheck disable=SC2086 # a list of words
        pkg-config --exists $libraries 2>/dev/null && return
        found() { pkg-config --exists "$1" 2>/dev/null; }
    fi
    for library in $libraries; do
        found "$library" || missing="$missing $library"
    done
}

# The package that holds $2, in the words of the package tool $1.
package() {
    awk -v tool="$1" -v name="$2" '
        $1 == "name" { for (i = 2; i <= NF; i++) if ($i == tool) column = i }
        $1 == name { print $column == "-" ? "" : $column }' <<'END'
name        apt-get             dnf                     pacman        brew
compiler    gcc                 gcc                     gcc           gcc
libc        libc6-dev           glibc-devel             glibc         -
pkg-config  pkg-config          pkgconf-pkg-config      pkgconf       pkgconf
font        fonts-dejavu-core   dejavu-sans-fonts       ttf-dejavu    font-dejavu
chinese     fonts-wqy-microhei  wqy-microhei-fonts      wqy-microhei  -
inih        libinih-dev         inih-devel              libinih       inih
md4c        libmd4c-dev         md4c-devel              md4c          md4c
libcjson    libcjson-dev        cjson-devel             cjson         cjson
libmd       libmd-dev           libmd-devel             libmd         libmd
sdl2        libsdl2-dev         SDL2-devel              sdl2          sdl2
SDL2_ttf    libsdl2-ttf-dev     SDL2_ttf-devel          sdl2_ttf      sdl2_ttf
SDL2_image  libsdl2-image-dev   SDL2_image-devel        sdl2_image    sdl2_image
cmocka      libcmocka-dev       libcmocka-devel         cmocka        cmocka
END
}

stop() {
    echo "duet: $*" >&2
    exit 1
}

find_missing "$@"
[ -n "$missing" ] || exit 0
case "$missing" in
    *" compiler"*)
        [ "$compiler" = cc ] || [ "$compiler" = gcc ] ||
            stop "the compiler $compiler (CC) is not found; install it, or leave CC out"
        ;;
esac

tool=
for name in apt-get dnf pacman brew; do
    if command -v $name >/dev/null 2>&1; then
        tool=$name
        break
    fi
done
[ -n "$tool" ] || stop "missing:$missing; install them with this system's package tool"

packages=
for name in $missing; do
    one=$(package $tool "$name")
    packages="$packages${one:+ $one}"
done
[ -n "$packages" ] || stop "missing:$missing"

# On Debian the lists of packages are fetched first: they may be old or absent.
case $tool in
    apt-get) first="apt-get update" second="apt-get install -y --no-install-recommends$packages" ;;
    dnf) first='' second="dnf install -y$packages" ;;
    pacman) first='' second="pacman -Sy --needed --noconfirm$packages" ;;
    brew) first='' second="brew install$packages" ;;
esac
command="${first:+$first && }$second"

[ "$action" = install ] ||
    stop "missing:$packages; \`make deps\` installs them with: $command"
[ "$DEPS" != no ] ||
    stop "missing:$packages (DEPS=no, so nothing was installed); install with: $command"

sudo=
if [ $tool != brew ] && [ "$(id -u)" -ne 0 ]; then
    hint=
    [ "$WINDOW" = no ] || hint='; WINDOW=no needs less: no SDL and no fonts'
    command -v sudo >/dev/null 2>&1 ||
        stop "missing:$packages; an administrator can install them with: $command$hint"
    sudo=sudo
    command="${first:+sudo $first && }sudo $second"
fi

echo "duet: missing:$packages"
echo "duet: running: $command"
# env, because sudo hands on no variables. The commands are lists of words.
# shellcheck disable=SC2086
if [ -n "$first" ]; then
    $sudo env DEBIAN_FRONTEND=noninteractive $first || stop "this failed: $command"
fi
# shellcheck disable=SC2086
$sudo env DEBIAN_FRONTEND=noninteractive $second || stop "this failed: $command"

find_missing "$@"
[ -z "$missing" ] || stop "still missing after the installation:$missing"

# What is installed only along with something else, and need not succeed.
[ "$WINDOW" != no ] && ! have_chinese || exit 0
chinese=$(package $tool chinese)
[ -n "$chinese" ] || exit 0
case $tool in
    apt-get) second="apt-get install -y --no-install-recommends $chinese" ;;
    dnf) second="dnf install -y $chinese" ;;
    pacman) second="pacman -S --needed --noconfirm $chinese" ;;
esac
echo "duet: running: ${sudo:+sudo }$second"
# shellcheck disable=SC2086
$sudo env DEBIAN_FRONTEND=noninteractive $second ||
    echo "duet: going on without $chinese: the window has no letters of Chinese, and is in English"
