#!/bin/sh
# duet train --resume, and duet probe's choices, from the command line: what they do and what they refuse.

. tests/tools/script.sh

result() { # STATUS SENTENCE WHAT_HAPPENED
    if [ "$1" -eq 0 ]; then pass "$2"; else miss "$2" "$3"; fi
}
all_of() { # DIR: names and bytes of all its files
    (cd "$1" && for file in *; do echo "$file" && cat "$file"; done) | cksum
}

# The same refusal, and nothing in the folder `run` has changed.
refuses() {
    sentence=$1 expected=$2 words=$3
    shift 3
    before=$(all_of run)
    duet_ends "$@"
    [ $status -eq "$expected" ] && [ ! -s out ] && [ "$(wc -l <err)" -eq 1 ] &&
        grep -qF -e "$words" err && [ "$(all_of run)" = "$before" ]
    result $? "$sentence" "exit $status, $(wc -c <out) bytes of output, said: $(cat err)"
}
metrics() { cut -d, -f1,3- "$1/metrics.csv"; } # without the seconds
same() { # DIR DIR: the same run
    cmp "$1/left.safetensors" "$2/left.safetensors" &&
        cmp "$1/right.safetensors" "$2/right.safetensors" && cmp "$1/run.ini" "$2/run.ini" &&
        [ "$(metrics "$1")" = "$(metrics "$2")" ]
}

small="--length 8 --batch 16 --set left.hidden=16 --set right.width=16 --quiet --threads 1"
# shellcheck disable=SC2086 # $small is several words
"$DUET" train $small --steps 100 --out whole >out 2>err
result $? "a run is trained to its end" "$(cat err)"
# shellcheck disable=SC2086
"$DUET" train $small --steps 55 --out run >out 2>err
check "the folder has a checkpoint" test -s run/checkpoint.safetensors
"$DUET" train --resume run --steps 100 --quiet >out 2>err
result $? "a run goes on with more steps" "$(cat err)"
check "and ends in the same bits" same whole run
"$DUET" train --resume run --quiet >out 2>err
result $? "a run that has ended can be opened again" "$(cat err)"
check "and is the same" same whole run
check "eval takes the weights of a run that went on" "$DUET" eval --run run

# shellcheck disable=SC2086
"$DUET" train $small --steps 60 --samples 16 --learning-rate .05 --validate-every 4 --patience 2 --out ended >out 2>err
result $? "a run ends when patience runs out" "$(cat err)"
check "and says which weights are the best" grep -q '  best of step' out
sed 's/  best of step.*//' out >trained
check "eval of it works" "$DUET" eval --run ended
"$DUET" eval --run ended | sed 's/  of step.*//' >evaluated
check "and measures the best weights" cmp -s trained evaluated
"$DUET" eval --run ended --json >out
steps=$(grep -o '"step":[0-9]*' out | sort -u | wc -l)
check "of the step that each arm's are from" test "$steps" -gt 1
# shellcheck disable=SC2016 # for that shell
check "as the table says" sh -c '"$1" eval --run ended | grep -q "  of step [0-9]"' sh "$DUET"

# What a hand has changed, again: the changes stand in events.csv, as the window leaves them.
# shellcheck disable=SC2086
"$DUET" train $small --steps 40 --set right.layers=2 --out changed >out 2>err
cat >changed/events.csv <<'END'
change,key,before,after,left.step,right.step
1,training.clip,1,0.2,10,10
2,right.mask,causal,window,25,27
2,right.span,16,3,25,27
END
rm changed/checkpoint.safetensors # of the run without changes
"$DUET" train --repeat changed --quiet --out again >out 2>err
result $? "a run with changes by hand is made again" "$(cat err)"
check "with the same changes" cmp -s changed/events.csv again/events.csv
check "and the same beginning" cmp -s changed/run.ini again/run.ini
check "it is another run for them" sh -c '! cmp -s changed/right.safetensors again/right.safetensors'
"$DUET" train --repeat again --quiet --threads 2 --out once-more >out 2>err
result $? "what was made again can be made again, with other threads" "$(cat err)"
check "to the same bits" sh -c 'cmp again/left.safetensors once-more/left.safetensors &&
    cmp again/right.safetensors once-more/right.safetensors &&
    cmp again/events.csv once-more/events.csv'
"$DUET" train --resume again --steps 50 --quiet >out 2>err
result $? "it goes on with more steps" "$(cat err)"
check "which are one more change" grep -q '^3,training.steps,40,50,40,40$' again/events.csv
check "eval takes its weights" "$DUET" eval --run again
rm changed/right.safetensors
sed 's/right.mask/right.nonsense/' again/events.csv >changed/events.csv
refuses "an event that cannot be is refused with its line" 1 'changed/events.csv:3: unknown key "nonsense"' train --repeat changed
refuses "repeat cannot stand beside resume" 2 '--repeat: cannot stand beside --resume' train --resume run --repeat changed
refuses "nor beside another beginning" 2 '--config: cannot stand beside --repeat' train --config run/run.ini --repeat changed
refuses "a folder without a name is refused" 2 "--repeat: the folder's name is empty" train --repeat ''

refuses "another task is refused with both" 2 '--resume: run/checkpoint.safetensors: was made with task.name = adding, not sort' train --resume run --task sort
refuses "another length is refused with both" 2 'task.length = 8, not 9' train --resume run --length 9
refuses "another model is refused with both" 2 'left.model = elman, not gru' train --resume run --left gru
refuses "another width is refused with both" 2 'right.width = 16, not 32' train --resume run --set right.width=32
refuses "a missing arm is refused" 2 'right.model = transformer, not none' train --resume run --right none
refuses "another seed is refused with both" 2 'training.seed = 1, not 2' train --resume run --seed 2
refuses "another batch is refused with both" 2 'training.batch = 16, not 8' train --resume run --batch 8
refuses "fewer steps than were made are refused" 2 'the run has made 100 steps' train --resume run --steps 99
refuses "a folder that is not there is refused" 1 '--resume: nowhere/run.ini: cannot read: No such file' train --resume nowhere
refuses "an empty folder name is refused" 2 '--resume: the folder' train --resume ''
refuses "--resume beside --out is refused" 2 '--out: cannot stand beside --resume' train --resume run --out other
refuses "--resume beside --lesson is refused" 2 '--lesson: cannot stand beside --resume' train --resume run --lesson 3
refuses "--resume beside --config is refused" 2 '--config: cannot stand beside --resume' train --resume run --config x
refuses "--resume beside --force is refused" 2 '--force: is of use with --out only' train --resume run --force
# shellcheck disable=SC2086
refuses "a folder that holds a run is refused" 2 '--out: run already holds a run' train $small --out run
cp -r run good
head -c 1000 good/checkpoint.safetensors >run/checkpoint.safetensors
refuses "a checkpoint that was cut is refused" 1 '--resume: run/checkpoint.safetensors: ' train --resume run
rm run/checkpoint.safetensors
refuses "a run without a checkpoint is refused" 1 'run/checkpoint.safetensors: cannot read: No such file' train --resume run
rm -r run && cp -r good run

# killed SIGNAL STATUS: a run that saves every other step ends so, and goes on to the bits of `whole`.
killed() {
    rm -rf "$1"
    # shellcheck disable=SC2086
    "$DUET" train $small --steps 1000000000 --checkpoint-every 2 --out "$1" >out 2>err &
    process=$!
    waited=0
    while [ ! -s "$1/checkpoint.safetensors" ] && [ $waited -lt 1200 ]; do
        sleep 0.05
        waited=$((waited + 1))
    done
    kill -s "$1" $process
    wait $process 2>/dev/null
    status=$?
    [ $status -eq "$2" ]
    result $? "SIG$1 ends a run with status $2" "exit $status: $(cat err)"
    # how far it came, and a run of that length and a few more steps that nobody interrupts
    reached=$(head -c 400 "$1/checkpoint.safetensors" | tr -d '\0' |
        sed -n 's/.*"lab.step":"\([0-9]*\)".*/\1/p' | head -n 1)
    "$DUET" train --resume "$1" --steps $((reached + 6)) --quiet >out 2>err
    result $? "it goes on" "$(cat err)"
    "$DUET" train --config "$1/run.ini" --quiet --out "$1-whole" >out 2>err
    check "and ends in the bits of one that nobody interrupted" same "$1-whole" "$1"
}
killed KILL 137
killed TERM 143

# A part of a probe, a sequence of one's own -------------------------------------------------------

"$DUET" probe --run run --arm right --layer 1 --out part.safetensors >out 2>err
result $? "probe writes one layer" "$(cat err)"
only_layer_1() { grep -q 'layers.1.attention' part.safetensors && ! grep -q 'layers.0' part.safetensors; }
check "and no other" only_layer_1
refuses "a layer that is not there is refused with those that are" 2 '--layer: there is no layer "9"; there are: layers.0.' probe --run run --layer 9 --out x
refuses "two sequences are refused" 2 '--input: cannot stand beside --sample' probe --run run --input 1 --sample 1 --out x
refuses "a sequence that is not text is refused" 2 '--input: byte 2 of the sequence is 0xFF' probe --run run --input "$(printf '1\377')" --out x
"$DUET" probe --run run --input '.07 .99* .3 .25*' --out own.safetensors >out 2>err
status=$?
if grep -q 'takes no input of your own' err; then
    echo "ok - a sequence of one's own is probed # SKIP the task has no grammar"
    tests=$((tests + 1))
else
    grep -qF '.99' out && grep -qF '"own_input":".07 .99* .3 .25*"' own.safetensors
    result $((status + $?)) "a sequence of one's own is probed" "$(cat out err)"
    refuses "a sequence that is none is refused" 2 '--input: ' probe --run run --input '.07 much' --out x
fi
echo "1..$tests"
