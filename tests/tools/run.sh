#!/bin/sh
# Runs test programs (cmocka) and test scripts (.sh) one after another, from the root.
#
# Both speak TAP: a line `ok - sentence` or `not ok - sentence` for each test. One that passes takes
# one line here, one that fails shows all that it said. The last line is `N passed, N failed`.

export CMOCKA_MESSAGE_OUTPUT=TAP SDL_VIDEODRIVER=dummy SDL_AUDIODRIVER=dummy NO_COLOR=1
unset MAKEFLAGS MAKELEVEL MFLAGS CMOCKA_XML_FILE
BUILD=${BUILD:-build/release}
output=$(mktemp) || exit 1
XDG_DATA_HOME=$(mktemp -d) || exit 1 # what is remembered of whoever runs the tests stays as it is
export XDG_DATA_HOME
trap 'rm -rf "$output" "$XDG_DATA_HOME"' EXIT
limit= # where nobody watches, a test that hangs is a test that fails
if [ "$CI" = true ] && command -v timeout >/dev/null 2>&1; then
    limit="timeout 900"
fi

now() { # milliseconds where date knows them, whole seconds elsewhere
    time=$(date +%s%N)
    case $time in
        *[!0-9]*) echo "$(date +%s)000" ;;
        *) echo "${time%??????}" ;;
    esac
}

# Prints "PASSED FAILED SKIPPED" of one output; $2 is the program's exit status. What was planned and
# not reported has failed, and so has a program that ends badly after its last test.
count() {
    awk -v status="$2" '
        /^1\.\.[0-9]+/ { planned += substr($0, 4) }
        /^(not )?ok .*# SKIP/ { skipped++; next }
        /^ok / { passed++ }
        /^not ok / { failed++ }
        END {
            missing = planned - passed - failed - skipped
            if (missing > 0)
                failed += missing
            if (!failed && (status != 0 || passed + skipped == 0))
                failed++
            print passed + 0, failed + 0, skipped + 0
        }' "$1"
}

passed=0 failed=0 failures=
for test; do
    start=$(now)
    case $test in
        *.sh) $limit sh "$test" ;;
        /*) $limit "$test" ;;
        *) $limit "./$test" ;;
    esac >"$output" 2>&1 </dev/null
    status=$?
    took=$(($(now) - start))
    name=${test#"$BUILD"/}
    read -r good bad skipped <<END
$(count "$output" $status)
END
    passed=$((passed + good))
    failed=$((failed + bad))
    note=
    [ "$skipped" -eq 0 ] || note=", $skipped skipped"
    if [ "$bad" -ne 0 ]; then
        failures="$failures $name"
        note="$note, $bad FAILED (exit status $status):"
    fi
    printf '%-48s %4d passed  %3d.%03d s%s\n' "$name" "$good" $((took / 1000)) $((took % 1000)) "$note"
    [ "$bad" -eq 0 ] || sed 's/^/    /' "$output"
done

for name in $failures; do
    echo "failed: $name"
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ $# -gt 0 ]
