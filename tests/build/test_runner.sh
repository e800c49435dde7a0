#!/bin/sh
# tests/tools/run.sh counts what tests report, and what they fail to report.

place=$(mktemp -d) || exit 1
trap 'rm -rf "$place"' EXIT

# counts SENTENCE LAST_LINE STATUS: one script, read from standard input.
counts() {
    cat >"$place/test_it.sh"
    said=$(sh tests/tools/run.sh "$place/test_it.sh" 2>&1)
    status=$?
    if [ "$(printf '%s\n' "$said" | tail -n 1)" = "$2" ] && [ "$status" -eq "$3" ]; then
        echo "ok - $1"
    else
        printf 'not ok - %s\n# %s\n' "$1" "$said"
    fi
}

echo 1..8
counts "tests that pass are counted" "2 passed, 0 failed" 0 <<'END'
echo 1..2; echo 'ok - one'; echo 'ok 2 - two'
END
counts "a test that fails fails the run" "1 passed, 1 failed" 1 <<'END'
echo 1..2; echo 'ok - one'; echo 'not ok - two'; exit 0
END
counts "a test that is skipped is neither" "1 passed, 0 failed" 0 <<'END'
echo 1..2; echo 'ok - one'; echo 'not ok 2 # SKIP two'
END
counts "tests that a crash kept from running have failed" "1 passed, 2 failed" 1 <<'END'
echo 1..3; echo 'ok - one'; kill -9 $$
END
counts "a bad end after the last test is a failure" "1 passed, 1 failed" 1 <<'END'
echo 1..1; echo 'ok - one'; exit 23
END
counts "a program without a single test is a failure" "0 passed, 1 failed" 1 <<'END'
exit 0
END
counts "two groups in one program are added" "3 passed, 0 failed" 0 <<'END'
echo 1..1; echo 'ok - one'; echo 1..2; echo 'ok - two'; echo 'ok - three'
END
said=$(sh tests/tools/run.sh)
if [ $? -eq 1 ] && [ "$said" = "0 passed, 0 failed" ]; then
    echo "ok - no tests at all is a failure"
else
    echo "not ok - no tests at all is a failure"
fi
