#!/bin/sh
# duet bench: what it prints beside each training step, and the program that it asks for others.

. tests/tools/script.sh

# shellcheck disable=SC2034 # for duet_ends
COMMAND=bench
printed() { # ARGUMENT...: without measuring
    duet_ends "$@"
    [ "$status" -eq 0 ]
}
quick() { # ARGUMENT...: one short round on one thread
    duet_ends --threads 1 --rounds 1 --seconds 0 "$@"
    cat out err
    [ "$status" -eq 0 ] && [ ! -s err ]
}

# JSON -------------------------------------------------------------------------------------------

keys() { # KEY... all are in the object on that line of the file out
    line=$1
    shift
    for key; do
        sed -n "${line}p" out | grep -q "\"$key\":" || { echo "no $key" && return 1; }
    done
}
objects() {
    quick --json --filter 1-32-20-16 && [ "$(wc -l <out)" -eq 4 ] &&
        keys 1 machine threads version compiler vectors date peak_gflops peak_gflops_of_one_thread &&
        keys 2 shape threads milliseconds tokens_per_second gflops executed_gflops share_of_peak megabytes
}
check "the machine and each shape are an object" objects
cp out earlier
share() { # what was done, of the peak
    awk 'function number(key,    part) {
             split($0, part, "\"" key "\":")
             return part[2] + 0
         }
         NR == 1 { peak = number("peak_gflops") }
         NR > 1 { share = number("executed_gflops") / peak / number("share_of_peak") }
         NR > 1 && !(peak > 0 && share > 0.999999 && share < 1.000001) { bad = 1 }
         END { exit bad || NR != 4 }' earlier
}
check "the share of the peak is what was done, of the peak" share
memory() {
    sed -n 's/.*"megabytes":\([0-9.e-]*\).*/\1/p' earlier |
        awk '!($1 > 1 && $1 < 1000) { bad = 1 } END { exit bad || NR != 3 }'
}
check "memory is counted" memory

# Another program ------------------------------------------------------------------------------------

# A peer that takes 1000 milliseconds in one way and 2000 in the other, and keeps what it was asked.
cat >peer.sh <<'END'
while read -r name seconds; do
    echo "$name $seconds" >>asked
    case $name in
    gru*) echo "{\"shape\": \"$name\", \"error\": \"no gru here\"}" ;;
    *) echo "{\"shape\": \"$name\", \"peer\": \"P 1\", \"milliseconds\": {\"tuned\": 1000, \"mine\": 2000}}" ;;
    esac
done
END
in_turn() {
    rm -f asked
    quick --filter 1-32-20-16 --rounds 3 --seconds 0.01 --against 'sh peer.sh' &&
        [ "$(grep -c 'elman-1-32-20-16 0.01' asked)" -eq 3 ] && [ "$(grep -c gru asked)" -eq 1 ] &&
        grep -q '^against P 1$' out && grep -qE '^lstm-.* 1000.000 +[0-9.]+x +2000.000 +[0-9.]+x$' out &&
        grep -qE '^gru-.* - +- +- +-  peer: no gru here$' out
}
check "a peer is asked in each round, and may be unable" in_turn
means() {
    grep -qE '^recurrent H <= 32 +tuned +2 +[0-9.]+x +20x +20x  (elman|lstm)-1-32-20-16 [0-9.]+x' out &&
        grep -qE '^recurrent H <= 32 +mine +2 +[0-9.]+x +- +-  (elman|lstm)-1-32-20-16 [0-9.]+x$' out
}
check "the classes are held against their goals" means
ratios() { # the mean of a class of one shape is its ratio, which is that of the times
    quick --json --filter lstm-1-32-20-16 --against 'sh peer.sh' && keys 2 peer peer_milliseconds ratio &&
        keys 3 class way shapes ratio wanted reached aim slowest slowest_ratio &&
        awk 'function number(key,    part) {
                 split($0, part, "\"" key "\":")
                 return part[2] + 0
             }
             NR == 2 { milliseconds = number("milliseconds"); sub(/.*"ratio":/, ""); ratio = number("tuned") }
             NR == 3 { mean = number("ratio"); wanted = number("wanted"); reached = /"reached":true/ }
             function near(x, y) { return x - y < 1e-9 * y && y - x < 1e-9 * y }
             END { exit !near(ratio, 1000 / milliseconds) || !near(mean, ratio) ||
                        reached != (mean >= wanted) }' out
}
check "ratios are those of the times" ratios

# survives SENTENCE WORDS PEER [SECONDS]: exit status 1, one line with WORDS, and all our own numbers
survives() {
    sentence=$1 words=$2
    duet_ends --threads 1 --rounds 2 --seconds 0 --filter 1-32-20-16 --wait "${4:-100}" --against "$3"
    if [ "$status" -eq 1 ] && [ "$(wc -l <err)" -eq 1 ] && grep -qF -e "$words" err &&
        [ "$(grep -cE '^(elman|gru|lstm)-' out)" -eq 3 ]; then
        pass "$sentence"
    else
        miss "$sentence" "exit $status, said $(cat err): $(cat out)"
    fi
}
survives "a peer that cannot be started is named, and ours are not lost" 'the peer ended with status 127' \
    './no-such-peer 2>/dev/null'
survives "one that dies" 'the peer ended with status 4' 'read -r name; exit 4'
survives "one that hangs" 'the peer said nothing for 0.3 seconds' 'sleep 98.7' 0.3
survives "one that talks nonsense" 'its answer is no JSON object: "what?"' 'while read -r name; do echo "what?"; done'
survives "one that answers another question" 'is not about the shape that was asked for' \
    'while read -r name; do echo "{\"shape\": \"x\"}"; done'
nobody() {
    # shellcheck disable=SC2009 # pgrep -f would find this shell
    ! ps -e -o args 2>/dev/null | grep -q '^sleep 98\.7$'
}
check "what hangs is ended" nobody

# Before ---------------------------------------------------------------------------------------------

compares() {
    quick --filter 1-32-20-16 --compare earlier && [ "$(grep -cE '^(elman|gru|lstm)-.*x$' out)" -eq 3 ] &&
        grep -qE '^[0-9.]+ times as fast as in earlier \(geometric mean of 3 shapes\)$' out &&
        grep -q 'duet 0.1.0' out && ! grep -q 'another machine' out
}
check "shapes are compared with an earlier output" compares
twice() { # twice as slow then, on another processor
    printf '%s\n' '{"machine":"Z80","threads":1,"version":"0.0.1","compiler":"cc","vectors":"plain","date":"1980-01-01"}' \
        '{"shape":"lstm-1-32-20-16","threads":1,"milliseconds":1000}' '{"other":1}' >old
    quick --json --filter 1-32-20-16 --compare old && keys 4 before_milliseconds faster_than_before &&
        keys 5 compared_with shapes faster_than_before same_machine before &&
        grep -q '"shapes":1,' out && grep -q '"same_machine":false,"before":{"machine":"Z80"' out
}
check "another machine is said, not refused" twice
seven() {
    sed 's/"threads":1,/"threads":7,/' old >seven && quick --filter 1-32-20-16 --compare seven &&
        grep -q '^seven has none of these shapes on 1 thread$' out
}
check "a time on other threads is not compared" seven
says_so() {
    quick --filter 1-32-20-16 --compare old && grep -q 'from Z80, 1 thread, duet 0.0.1.*: another machine' out
}
check "in words too" says_so
means_of() { # three and twelve times as fast, six in the geometric mean
    printf '%s\n' '{"machine":"Z80","threads":1}' '{"shape":"lstm-1-32-20-16","threads":1,"milliseconds":2}' \
        '{"shape":"gru-1-32-20-16","threads":1,"milliseconds":1}' >new
    sed 's/"milliseconds":2/"milliseconds":6/; s/"milliseconds":1/"milliseconds":12/' new >slow
    printed --from new --compare slow && grep -qE '^lstm-1-32-20-16 .* 6.000 +3.00x$' out &&
        grep -q '^6.00 times as fast as in slow (geometric mean of 2 shapes)$' out && ! grep -q another out
}
check "the comparison is a geometric mean" means_of
page() {
    # shellcheck disable=SC2016 # backticks of Markdown
    printed --from earlier --markdown --filter lstm && grep -qE '^\| `lstm-1-32-20-16` \| [0-9.]+ \| [0-9]+ \|' out &&
        [ "$(grep -c '^|' out)" -eq 3 ] && grep -q 'duet 0.1.0, ' out
}
check "an earlier output becomes a page" page
same() {
    printed --from earlier --json && cmp out earlier
}
check "or is printed as it was" same

# The rest -------------------------------------------------------------------------------------------

scaling() { # the first speed-up of a shape is 1
    duet_ends --scaling --threads 3 --rounds 1 --seconds 0 --filter lstm-1-32 --json
    [ "$status" -eq 0 ] && keys 1 scaling threads milliseconds speed_up megabytes &&
        [ "$(sed 's/.*"threads":\([0-9]*\).*/\1/' out | tr '\n' ' ')" = '1 2 3 ' ] && head -n 1 out | grep -q '"speed_up":1,'
}
check "--scaling measures 1, 2, ... all threads" scaling
long() {
    duet_ends --long 256 --rounds 1 --seconds 0 --json
    [ "$status" -eq 0 ] && [ "$(wc -l <out)" -eq 12 ] && [ "$(grep -c '"length":256,' out)" -eq 4 ] &&
        [ "$(grep -c '"window":64,' out)" -eq 3 ] &&
        keys 1 model length microseconds_per_token megabytes evaluation_microseconds_per_token evaluation_megabytes
}
check "--long measures up to that length" long
start() {
    duet_ends --start --rounds 1 --json
    [ "$status" -eq 0 ] && keys 1 start milliseconds resident_megabytes megabytes &&
        if [ "$WINDOW" = yes ]; then
            sed -n 2p out | grep -qE '"start":"duet lesson 3, .*,"resident_megabytes":[0-9.]+,"megabytes":[0-9.]+'
        else
            [ "$(wc -l <out)" -eq 1 ]
        fi
}
DUET_LESSONS=$root/lessons
export DUET_LESSONS
watched() { # two lessons, watched and touched; what is lost is what is not made
    duet_ends --window --threads 1 --rounds 1 --seconds 0 --json
    if [ "$WINDOW" != yes ]; then
        [ "$status" -eq 1 ] && grep -q 'without a window' err
        return
    fi
    [ "$status" -eq 0 ] && [ "$(wc -l <out)" -eq 4 ] && [ "$(grep -c '"touched":true' out)" -eq 2 ] &&
        keys 1 window threads touched steps_per_second_alone steps_per_second cost pictures_per_second \
            frames_per_second new_frame_milliseconds same_frame_milliseconds &&
        grep -c '"same_frame_milliseconds":null' out | grep -qx 2 &&
        awk 'function number(key,    part) {
                 split($0, part, "\"" key "\":")
                 return part[2] + 0
             }
             { left = 1 - number("cost") - number("steps_per_second") / number("steps_per_second_alone") }
             left > 1e-9 || left < -1e-9 || number("new_frame_milliseconds") <= 0 { bad = 1 }
             END { exit bad }' out
}
check "--window trains two lessons alone and watched" watched
check "--start waits for a picture, where there is a window" start
tables() { # one after another
    duet_ends --long 64 --start --rounds 1 --seconds 0 --markdown
    [ "$status" -eq 0 ] && [ "$(grep -c '^|---' out)" -eq 2 ]
}
check "several can be asked for" tables

# Refusals -------------------------------------------------------------------------------------------

echo 'what' >broken
echo '{"shape":"lstm"}' >empty
refuses "a shape that there is not" 2 '--filter: no shape contains "foo"' --filter foo
refuses "a shape that the earlier output has not" 2 '--filter: no shape contains "transformer"' \
    --from earlier --filter transformer
refuses "a shape that --scaling has not" 2 '--filter: no shape of --scaling contains "gru"' --scaling --filter gru
refuses "a shape of the start" 2 '--filter: means nothing to --start' --start --filter lstm
refuses "a peer of more threads" 2 '--against: means nothing to --scaling' --scaling --against true
refuses "rounds of what is not measured in rounds" 2 '--rounds: means nothing to --generate' --generate --rounds 3
refuses "a peer of what was measured earlier" 2 '--against: means nothing to --from' --from earlier --against true
refuses "patience with nobody" 2 '--wait: means nothing without --against' --wait 3
refuses "two forms at once" 2 '--markdown: means nothing beside --json' --generate --json --markdown
refuses "sequences that are too long" 2 '--long: "5000" is not a whole number from 64 to 4096' --long 5000
refuses "more threads than are allowed" 2 '--threads: "257" is not a whole number from 0 to 256' --threads 257
refuses "no rounds at all" 2 '--rounds: "0"' --rounds 0
refuses "a time below 0" 2 '--seconds: "-1"' --seconds -1
refuses "an earlier output that is not there" 1 'nowhere' --compare nowhere
refuses "one that is none" 1 'broken:1: is no JSON object: "what"' --compare broken
refuses "one without shapes" 1 'empty: has no shape that was measured' --from empty

# PyTorch --------------------------------------------------------------------------------------------

python=/usr/bin/python3
if "$python" -c 'import torch' 2>/dev/null; then
    torch() {
        printf '%s\n' 'gru-1-32-20-16 0' 'transformer-1-32-2-20-16 0' 'gru-1-32 0' 'x-1-2-3-4 0' |
            "$python" "$root/tests/bench/torch_step.py" >answers &&
            [ "$(grep -cE '^\{"shape": "(gru|transformer)-1-32-[-0-9]*", "peer": "PyTorch [^"]*", "milliseconds": \{"tuned": [0-9.]+, "installed": [0-9.]+\}\}$' answers)" -eq 2 ] &&
            [ "$(grep -c '"error": ' answers)" -eq 2 ]
    }
    check "PyTorch answers for both families, and says what it cannot" torch
else
    pass "PyTorch answers for both families # SKIP no python3-torch"
fi
echo "1..$tests"
