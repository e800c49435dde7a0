#!/bin/sh
# bits.sh REFERENCE: does every compiler, for every processor, build what trains to the same weights?
#
# REFERENCE is the program tests/bits/weights_hash of the build that is asked about. It has to give the
# same hashes on 1, 2 and 3 threads, and so have the builds of the table below; what is missing for one of
# them is named, and the package that has it. Exit 1 if a build differs, with the models, or fails.
#
# They are built beside the reference's folder, in $BUILD-bits/COMPILER-ARCH. From the environment: MAKE,
# BITS_STEPS (50), and for tests BITS_PROCESSOR (/proc/cpuinfo).

reference=$1
MAKE=${MAKE:-make}
steps=${BITS_STEPS:-50}
processor=${BITS_PROCESSOR:-/proc/cpuinfo}
folders=${reference%/bits/weights_hash}-bits
place=$(mktemp -d) || exit 1
trap 'rm -rf "$place"' EXIT
failed=0

# compiler, ARCH, what the processor must know, what runs it, whose bits it has to give: without fused
# multiply-add every product is rounded once more, so those are others.
builds() {
    cat <<'END'
gcc                    x86-64-v4  avx512vl  -                    same
clang                  x86-64-v4  avx512vl  -                    same
gcc                    x86-64-v3  avx2      -                    same
clang                  x86-64-v3  avx2      -                    same
aarch64-linux-gnu-gcc  armv8-a    -         qemu-aarch64-static  same
gcc                    x86-64     sse2      -                    other
END
}

# Debian's package of a program.
package() {
    case $1 in
        aarch64-linux-gnu-gcc) echo "gcc-aarch64-linux-gnu libc6-dev-arm64-cross" ;;
        qemu-aarch64-static) echo qemu-user-static ;;
        *) echo "$1" ;;
    esac
}

say() { # BUILD RESULT
    printf '%-38s %s\n' "$1" "$2"
}
skip() { # BUILD PROGRAM
    say "$1" "skipped: $2 is not here (apt-get install $(package "$2"))"
}
fail() { # BUILD RESULT FILE: the file's lines say why
    say "$1" "FAILED: $2"
    tail -n 20 "$3" | sed 's/^/    /'
    failed=1
}
have() { command -v "$1" >/dev/null 2>&1; }

# The rows of the reference that the hashes in $1 have otherwise or not at all.
differing() {
    awk '{ hash = $1; sub(/^[^ ]* */, "") }
        NR == FNR { found[$0] = hash; next }
        found[$0] != hash { print }' "$1" "$place/reference"
}

# verdict BUILD same|other: compare $place/hashes with the reference.
verdict() {
    differing "$place/hashes" >"$place/differ"
    count=$(wc -l <"$place/differ")
    if [ "$2" = other ]; then
        say "$1" "$count of $rows models have other bits, as is allowed: no fused multiply-add"
    elif [ "$count" -eq 0 ] && [ "$(wc -l <"$place/hashes")" -eq "$rows" ]; then
        say "$1" "the same bits"
    else
        fail "$1" "$count of $rows models have other bits" "$place/differ"
    fi
}

# run PROGRAM...: its hashes into $place/hashes, what it complains about into $place/log.
run() { "$@" >"$place/hashes" 2>"$place/log" </dev/null; }

# One line of the table: build it, run it if that is possible, compare.
check() {
    compiler=$1 arch=$2 instruction=$3 runner=$4 compared=$5
    name="$compiler -march=$arch"
    folder=$folders/$compiler-$arch
    static=
    [ "$runner" = - ] && runner= || static=-static
    if ! have "$compiler"; then
        skip "$name" "$compiler"
        return
    fi
    if ! "$compiler" -march="$arch" -E -x c /dev/null >/dev/null 2>&1; then
        say "$name" "skipped: this $compiler does not compile for it"
        return
    fi
    # MAKE is a list of words.
    # shellcheck disable=SC2086
    if ! $MAKE MODE=release WINDOW=no FILTER= CC="$compiler" ARCH="$arch" LDFLAGS=$static \
        BUILD="$folder" "$folder/bits/weights_hash" >"$place/log" 2>&1 </dev/null; then
        fail "$name" "it does not compile" "$place/log"
    elif [ "$instruction" != - ] && ! grep -qw "$instruction" "$processor"; then
        say "$name" "compiles; not run: this processor has no $instruction"
    elif [ -n "$runner" ] && ! have "$runner"; then
        say "$name" "compiles; not run: $runner is not here (apt-get install $(package "$runner"))"
    elif ! run $runner "$folder/bits/weights_hash" "$steps"; then
        fail "$name" "it does not run" "$place/log"
    else
        verdict "$name" "$compared"
    fi
}

if ! run "$reference" "$steps" 1 || [ ! -s "$place/hashes" ]; then
    fail "this build" "it does not run" "$place/log"
    exit 1
fi
mv "$place/hashes" "$place/reference"
rows=$(wc -l <"$place/reference")
say "this build, 1 thread" "$rows models, $steps steps each: the reference"
for threads in 2 3; do
    if run "$reference" "$steps" $threads; then
        verdict "this build, $threads threads" same
    else
        fail "this build, $threads threads" "it does not run" "$place/log"
    fi
done
builds >"$place/builds"
while read -r line; do
    # shellcheck disable=SC2086 # a list of words
    check $line
done <"$place/builds"
exit $failed
