#!/bin/sh
# What tests/tools/bits.sh says of builds that agree, differ, fail or are not possible, on made-up
# machines: a PATH of stubs, whose make writes a program that prints what the test wants.

bits=$(pwd)/tests/tools/bits.sh
table=$(pwd)/tests/bits/weights_hash.c
DUET=${DUET:-./duet}
shell=$(command -v sh)
place=$(mktemp -d) || exit 1
trap 'rm -rf "$place"' EXIT
bin=$place/bin
reference=$place/build/bits/weights_hash

# stub PATH BODY: a program there.
stub() {
    printf '#!%s\n%s\n' "$shell" "$2" >"$1"
    chmod +x "$1"
}

# machine MISSING...: all compilers, a processor that knows everything, and builds that agree; but without
# these programs.
machine() {
    rm -rf "${place:?}"/*
    mkdir -p "$bin" "$place/said" "${reference%/*}"
    for tool in awk cat dirname grep mkdir mktemp mv rm sed tail wc chmod; do
        ln -s "$(command -v $tool)" "$bin/$tool"
    done
    for compiler in gcc clang aarch64-linux-gnu-gcc; do
        stub "$bin/$compiler" 'exit 0'
    done
    # shellcheck disable=SC2016 # for the stub
    stub "$bin/qemu-aarch64-static" '"$@"'
    stub "$bin/make" "$(cat <<END
for word; do case \$word in CC=*) cc=\${word#CC=} ;; ARCH=*) arch=\${word#ARCH=} ;; esac; done
mkdir -p "\$(dirname "\$word")"
[ ! -f "$place/said/\$cc-\$arch.error" ] || { cat "$place/said/\$cc-\$arch.error"; exit 2; }
[ -f "$place/said/\$cc-\$arch" ] || cat "$place/said/all" >"$place/said/\$cc-\$arch"
printf '#!%s\n. "%s"\n' "$shell" "$place/said/\$cc-\$arch" >"\$word"
chmod +x "\$word"
END
)"
    echo 'flags : sse2 avx2 avx512vl' >"$place/processor"
    says all 'echo 11  model=a; echo 22  model=b'
    stub "$reference" "$(cat "$place/said/all")"
    for program; do
        rm "$bin/$program"
    done
}

# says BUILD BODY: what the program of that build does.
says() { echo "$2" >"$place/said/$1"; }

# Runs the script there; sets `status` and `out`.
ask() {
    out=$(PATH=$bin MAKE=make BITS_PROCESSOR=$place/processor "$shell" "$bits" "$reference" 2>&1)
    status=$?
}

# check SENTENCE CONDITION...: the condition is a command.
check() {
    sentence=$1
    shift
    if "$@"; then
        echo "ok - $sentence"
    else
        printf 'not ok - %s\n# status %s\n' "$sentence" "$status"
        printf '%s\n' "$out" | sed 's/^/# /'
    fi
}
# has BUILD WORDS: there is a line that begins with that build and has these words.
has() { printf '%s\n' "$out" | grep -F -e "$2" | grep -q "^$1  *"; }
same() { printf '%s\n' "$out" | grep -c 'the same bits$'; }

echo 1..19

machine
ask
check "builds that agree pass" [ "$status" -eq 0 ]
check "all of them are compared" [ "$(same)" -eq 7 ]

says clang-x86-64-v3 'echo 11  model=a; echo 23  model=b'
ask
check "a build that differs fails" [ "$status" -eq 1 ]
check "and says so" has 'clang -march=x86-64-v3' 'FAILED: 1 of 2 models have other bits'
check "with the model" [ "$(printf '%s\n' "$out" | grep model=)" = '    model=b' ]
check "the others are compared all the same" [ "$(same)" -eq 6 ]

machine
says gcc-x86-64-v4 'echo 11  model=a'
ask
check "a model that is missing is a difference" has 'gcc -march=x86-64-v4' 'FAILED: 1 of 2'

machine
says aarch64-linux-gnu-gcc-armv8-a.error 'lstm.c:1: error'
ask
check "a build that does not compile fails with the compiler's words" [ "$status" -eq 1 -a \
    "${out#*lstm.c:1: error}" != "$out" ]

machine
# shellcheck disable=SC2016 # for the stub
says gcc-x86-64-v3 'echo 11  model=a; echo 22  model=b; kill -9 $$'
ask
check "a program that crashes fails" has 'gcc -march=x86-64-v3' 'FAILED: it does not run'

machine
says gcc-x86-64 'echo 12  model=a; echo 22  model=b'
ask
check "without fused multiply-add other bits are allowed" [ "$status" -eq 0 ]
check "and counted" has 'gcc -march=x86-64' '1 of 2 models have other bits'

machine clang
ask
check "a compiler that is not there is skipped" [ "$status" -eq 0 ]
check "and its package named" has 'clang -march=x86-64-v4' '(apt-get install clang)'

machine qemu-aarch64-static
ask
check "what nothing here runs is compiled" has 'aarch64-linux-gnu-gcc -march=armv8-a' 'compiles; not run'

machine
echo 'flags : sse2 avx2' >"$place/processor"
ask
check "what this processor does not know is compiled" has 'gcc -march=x86-64-v4' \
    'compiles; not run: this processor has no avx512vl'

machine
# shellcheck disable=SC2016 # for the stub
stub "$bin/gcc" 'case "$*" in *x86-64*) exit 1 ;; esac'
ask
check "a compiler for other processors is skipped" has 'gcc -march=x86-64-v3' 'skipped'

machine
# shellcheck disable=SC2016 # for the stub
stub "$reference" 'echo 11  model=a; echo "2$2"  model=b'
ask
check "bits that depend on the threads fail" [ "$status" -eq 1 ]

machine
stub "$reference" 'exit 0'
ask
check "a reference that says nothing fails" [ "$status" -eq 1 ]

out=
for model in $("$DUET" list models | awk '/^[a-z]/ { print $1 }'); do
    grep -qF "model=$model " "$table" || out="$out $model"
done
check "every model is among those whose weights are compared" [ -z "$out" ]
