#!/bin/sh
# duet sample, and duet bench --generate: what they write, and what they refuse in one line.

. tests/tools/script.sh

# refused STATUS WORDS ARGUMENT...: that exit status, nothing on standard output, one line with WORDS
refused() {
    expected=$1 words=$2
    shift 2
    duet_ends "$@"
    cat err
    [ $status -eq "$expected" ] && [ ! -s out ] && [ "$(wc -l <err)" -eq 1 ] &&
        grep -qF -e "$words" err
}

"$DUET" train --task sort --left gru --right transformer --batch 32 --steps 600 --quiet --threads 1 \
    --learning-rate 0.005 --set left.hidden=32 --set right.width=16 --out run >/dev/null 2>&1
"$DUET" train --task sort --left transformer --right none --set left.mask=full --steps 1 --quiet --threads 1 \
    --out full >/dev/null 2>&1
"$DUET" train --length 8 --steps 1 --quiet --threads 1 --out numbers >/dev/null 2>&1
"$DUET" train --task copying --left elman --right none --length 3 --steps 1 --quiet --threads 1 \
    --out copying >/dev/null 2>&1

writes() { # ARM: six digits are sorted by a trained model
    "$DUET" sample --run run --arm "$1" --prompt '2 0 1 2 1 0' --temperature 0 2>err &&
        grep -qE '^6 tokens, [0-9.]+ ms each$' err
}
sorted() {
    [ "$(writes "$1")" = '2 0 1 2 1 0 0 0 1 1 2 2' ]
}
check "a gru writes what it has learned" sorted left
check "a transformer writes what it has learned" sorted right

again() { # the same seed writes the same, another one something else at a high temperature
    for seed in 5 5 6; do
        "$DUET" sample --run run --prompt '2 0 1 2 1 0' --temperature 50 --tokens 60 --seed $seed \
            2>/dev/null >"text$seed" || return 1
        [ ! -f first ] && [ $seed -eq 5 ] && cp text5 first
    done
    cmp first text5 && ! cmp -s text5 text6
}
check "a seed decides what is written" again
# shellcheck disable=SC2016 # for that shell
check "as many tokens as are wanted" sh -c '[ "$(wc -w <text5)" -eq 66 ]'
top() {
    "$DUET" sample --run run --prompt '2 0 1 2 1 0' --temperature 50 --top-k 1 2>/dev/null >top &&
        [ "$(cat top)" = "$(writes left)" ]
}
check "the likeliest of one is that of temperature 0" top
json() {
    "$DUET" sample --run run --prompt '2 0 1 2 1 0' --temperature 0 --json >out 2>err && [ ! -s err ] &&
        grep -qE '^\{"arm":"left","model":"gru","task":"sort","prompt":"2 0 1 2 1 0","text":"0 0 1 1 2 2","tokens":\[0,0,1,1,2,2\],"ended":false,"milliseconds_per_token":[0-9.e-]+\}$' out
}
check "--json prints one object" json

check "a prompt must be given" refused 2 '--prompt: is missing' sample --run run
check "a run must be given" refused 2 '--run: is missing' sample --prompt 1
check "a prompt that the task cannot read is refused" refused 2 '--prompt: task sort' \
    sample --run run --prompt '2 0 7'
check "a temperature below 0 is refused" refused 2 '--temperature: "-1" is not a number from 0 to 100' \
    sample --run run --prompt '2 0 1 2 1 0' --temperature=-1
check "a temperature that is no number is refused" refused 2 '--temperature: "nan"' \
    sample --run run --prompt '2 0 1 2 1 0' --temperature nan
check "no tokens at all are refused" refused 2 '--tokens: "0"' \
    sample --run run --prompt '2 0 1 2 1 0' --tokens 0
check "a model that looks ahead is refused with the layer" refused 2 'core.layers.0 (block)' \
    sample --run full --prompt '2 0 1 2 1 0'
check "more than the answer is refused" refused 2 'there is one answer' \
    sample --run copying --tokens 2 --prompt '1 2 3 4 5 6 7 8 1 2'

bench() {
    "$DUET" bench --generate --json >rows && [ "$(wc -l <rows)" -eq 12 ] &&
        [ "$(grep '"model":"gru"' rows | sed 's/.*"state_bytes"://' | sort -u | wc -l)" -eq 1 ] &&
        grep -q '"model":"transformer","position":2048,.*"state_bytes":2097152}' rows
}
check "a recurrent state stays as large, keys and values grow" bench
check "--filter does not go with --generate" refused 2 '--filter' bench --generate --filter gru

echo "1..$tests"
