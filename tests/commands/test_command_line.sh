#!/bin/sh
# The command line: what it refuses, in one line that names the option, and what it does.

. tests/tools/script.sh
WINDOW=${WINDOW:-yes}
export DUET_LESSONS="$root/lessons"

# does SENTENCE WORDS ARGUMENT...: exit 0, and WORDS on standard output.
does() {
    sentence=$1 words=$2
    shift 2
    duet_ends "$@"
    if [ $status -eq 0 ] && grep -qF -e "$words" out; then
        pass "$sentence"
    else
        miss "$sentence" "exit $status, printed: $(head -n 5 out) said: $(cat err)"
    fi
}

small="--length 8 --batch 16 --set left.hidden=16 --set right.width=16 --quiet"

# A word too much, a word too little ------------------------------------------------------------

refuses "an unknown command is refused with the list of commands" 2 'there are: lesson, train' foo
refuses "an unknown option without a command is refused" 2 'duet: --foo: unknown option' --foo
refuses "an option of the window alone is read" 2 'duet: --scale: "99" is not a number from 0.5 to 8' --scale 99
refuses "an unknown language is refused with those there are" 2 '--language: unknown language "tlh"; there are: en, zh-CN' --language tlh
refuses "a word after an option of the window is refused" 2 'takes no words but options' --light train
refuses "an unknown option is refused with the list of options" 2 '--foo: unknown option; there are: --out' train --foo
refuses "a short option is refused" 2 'duet train: -s: unknown option' train -s 3
refuses "an abbreviated option is refused and the whole one named" 2 'write --batch if' train --bat 8
refuses "an ambiguous abbreviation is refused" 2 '--l: unknown option' train --l 8
refuses "an abbreviated option with a value is refused" 2 'write --steps if' train --ste=8
refuses "an option of a later version is not known" 2 '--rewind: unknown option' train --rewind x
refuses "a missing value is named" 2 '--steps: N is missing' train --steps
refuses "an option in the place of a value is refused" 2 '--out: DIR is missing, found "--json"' train --out --json
refuses "a value for an option that takes none is refused" 2 '--json: takes no value' train --json=1
refuses "a word that is no option is refused" 2 'no words but options' train adding
refuses "a help about nothing is refused" 2 '"foo" is not a command' help foo
refuses "more pairs than a sequence has room for are refused" 2 'items 9 do not fit into length 32' train --task recall --set task.items=9
refuses "a list of nothing is refused with what there is" 2 'tasks, models or lessons' list foo
refuses "a list without a name is refused" 2 'tasks, models or lessons' list
refuses "a lesson without a number is refused" 2 'one number is wanted' lesson
refuses "a new lesson without a name is refused" 2 'one name is wanted' lesson new
refuses "a name that is no folder's is refused" 2 '"My_Lesson" is no name' lesson new My_Lesson
refuses "a name with two hyphens is refused" 2 'single hyphens' lesson new a--b
refuses "a lesson that is there is not made again" 2 '03-vanishing-gradients is there already' lesson new vanishing-gradients
refuses "a lesson that is no number is refused" 2 'N: "three" is not a whole number' lesson three
refuses "a lesson that is not there is refused with those that are" 2 'there is no lesson 77; there are: 1, 2, 3' lesson 77
refuses "no folder to open is refused" 2 'the folder of one run is wanted' open
refuses "two folders to open are refused" 2 'the folder of one run is wanted' open a b
refuses "an unknown lesson behind --lesson is refused" 2 '--lesson: there is no lesson 77' train --lesson 77
refuses "two places to start from are refused" 2 '--config: cannot stand beside --lesson' train --lesson 3 --config x

# Names and numbers ------------------------------------------------------------------------------

refuses "an unknown task is refused with the tasks there are" 2 '--task: unknown task "foo"; there are: adding, copying, sort' train --task foo
refuses "an unknown model is refused with the models there are" 2 '--left: unknown model "foo"; there are: elman, lstm, gru, transformer' train --left foo
refuses "an unknown model of --set is refused too" 2 '--set: left: unknown model "foo"' train --set left.model=foo
refuses "an unknown optimizer is refused with those there are" 2 '--optimizer: unknown value "foo"; there are: sgd' train --optimizer foo
refuses "an unknown key is refused with the keys there are" 2 '--set: unknown key "foo" in section "left"; there are: model' train --set left.foo=1
refuses "an unknown section is refused with the sections there are" 2 '--set: unknown section "foo"; there are: task' train --set foo.bar=1
refuses "a --set without = is refused" 2 '--set: "left.hidden" is not KEY=VALUE' train --set left.hidden
refuses "a --set without a key is refused" 2 '--set: ' train --set =1
refuses "a run without arms is refused" 2 'no arm has a model' train --left none --right none
refuses "length 1 of adding is refused with the range" 2 '--length: task adding: length 1 is impossible; length counts pairs (value, marker), 2 to 4096' train --length 1
refuses "a length that another option made impossible is refused" 2 '--task: task sort: length 200 is impossible' train --length 200 --task sort
refuses "heads that do not divide the width are refused" 2 '--set: right: 3 heads do not divide width 32' train --set right.heads=3
refuses "zero sequences are refused" 2 '--batch: "0" is not a whole number from 1 to 4096' train --batch 0
refuses "negative steps are refused" 2 '--steps: "-5"' train --steps -5
refuses "half a step is refused" 2 '--steps: "1.5"' train --steps 1.5
refuses "a number with something behind it is refused" 2 '--steps: "10x"' train --steps 10x
refuses "an empty number is refused" 2 '--steps: ""' train --steps ''
refuses "an absurd length is refused" 2 '--length: "99999999999999999999"' train --length 99999999999999999999
refuses "an absurd width is refused" 2 '--set: right.width: "1000000000"' train --set right.width=1000000000
refuses "an absurd batch is refused before memory is asked for" 2 'of memory' train --batch 4096 --length 4096 --set left.hidden=1024
refuses "a learning rate that is not a number is refused" 2 '--learning-rate: "nan"' train --learning-rate nan
refuses "an infinite learning rate is refused" 2 '--learning-rate: "inf"' train --learning-rate inf
refuses "a negative clip is refused" 2 '--clip: "-1"' train --clip -1
refuses "a thousand threads are refused" 2 '--threads: "1000"' train --threads 1000
refuses "a line break in a word does not break the line" 2 '--task: unknown task "a?b"' train --task 'a
b'
refuses "a terminal's codes in a word do not reach the terminal" 2 '--task: unknown task "?[31m"' train --task "$(printf '\033[31m')"
refuses "a shot without a file is refused" 2 '--out: is missing' shot
refuses "a shot of no size is refused" 2 '--size: "0x0" is not WIDTHxHEIGHT' shot --size 0x0 --out x.png
refuses "a shot of half a size is refused" 2 '--size: "800" is not WIDTHxHEIGHT' shot --size 800 --out x.png
refuses "a shot of a panel that there is not is refused" 2 '--show: unknown panel "loss"' shot --show panel=loss --out x.png
refuses "a shot does not train by a link" 2 '--show: "step" changes the lab' shot --show 'panel=states&step=9' --out x.png
refuses "a shot of scale nan is refused" 2 '--scale: "nan"' shot --scale nan --out x.png
refuses "a bench of no shape is refused" 2 '--filter: no shape contains "foo"' bench --filter foo
refuses "a bench of a negative number of threads is refused" 2 '--threads: "-1"' bench --threads -1

# Files ------------------------------------------------------------------------------------------

echo 'not a folder' >file
refuses "a folder that cannot be made is reported before training starts" 1 '--out: file/run' train --steps 1000000000 --out file/run
refuses "an empty folder name is refused" 2 '--out: ' train --out ''
refuses "--force without --out is refused" 2 '--force: ' train --force
refuses "a configuration that is not there is reported" 1 '--config: nowhere.ini' train --config nowhere.ini
printf '[task]\nname = adding\nlenght = 50\n' >typo.ini
refuses "a fault in a configuration is reported with its line" 2 '--config: typo.ini:3: unknown key "lenght"' train --config typo.ini
refuses "an eval without a run is refused" 2 '--run: is missing' eval
refuses "an eval of a folder without a run fails" 1 '--run: nowhere/run.ini' eval --run nowhere
refuses "a probe without a file to write is refused" 2 '--out: is missing' probe --run nowhere

# Training ---------------------------------------------------------------------------------------

# shellcheck disable=SC2086 # $small is several words
does "twenty steps print one object per report" '"event":"end"' train $small --steps 20 --json --out one --threads 1
cp out lines
is_json() { # FILE: each line one object, without NaN
    if command -v python3 >/dev/null 2>&1; then
        python3 -c 'import json, sys
def refuse(word): raise ValueError(word)
for line in open(sys.argv[1]): assert isinstance(json.loads(line, parse_constant=refuse), dict)' "$1"
    else
        ! grep -qv '^{.*}$' "$1" && ! grep -qiE '(nan|inf)[,}]' "$1"
    fi
}
reports() {
    is_json lines && [ "$(grep -c '"event":"progress"' lines)" -eq 2 ] && [ "$(wc -l <lines)" -eq 3 ] &&
        grep '"event":"end"' lines | grep '"test_loss":' | grep -q '"test_accuracy":' &&
        grep -q '"arm":"left","model":"elman","parameters":[0-9]*,"loss":[0-9.]*,"accuracy":[0-9.]*,"gradient_norm":[0-9.]*' lines
}
check "every line is valid and has the keys" reports
# shellcheck disable=SC2086
does "a finite set, looks and a longer test have their keys" '"long_loss":' train $small --steps 20 --samples 30 --validate-every 10 --test-length 12 --pace flops --schedule cosine --warmup 5 --optimizer rmsprop --json --out held
looks() {
    is_json out && [ "$(grep -c '"event":"progress"' out)" -eq 2 ] &&
        grep '"event":"end"' out | grep '"validation_loss":[0-9]' | grep '"long_accuracy":' | grep -q '"best_step":20' &&
        grep '"event":"progress","step":10' out | grep -q '"arm":"right".*"step":1[0-9],"validation_loss":[0-9]' &&
        head -n 1 held/metrics.csv | grep -q 'left.step,left.loss,.*,left.validation_loss'
}
check "and say what they should" looks
does "eval tests at the other length too" 'at 12' eval --run held
refuses "a longer test that is none is refused" 2 'test_length 8 is not beyond length, which is 8' train --length 8 --test-length 8
refuses "patience without looks is refused" 2 'training.validate_every is 0' train --set training.patience=2
# shellcheck disable=SC2086
does "two threads train, too" 'transformer' train $small --steps 20 --out two --threads 2
same() { cmp "$1/left.safetensors" "$2/left.safetensors" && cmp "$1/right.safetensors" "$2/right.safetensors"; }
check "one and two threads give the same bits" same one two
metrics() { cut -d, -f1,3- "$1/metrics.csv"; } # without the seconds
same_metrics() { [ "$(metrics "$1")" = "$(metrics "$2")" ] && [ "$(wc -l <"$1/metrics.csv")" -eq 3 ]; }
check "and the same losses" same_metrics one two
does "a run.ini is a configuration" 'baseline' train --config one/run.ini --out again --quiet
repeats() { same one again && cmp one/run.ini again/run.ini && same_metrics one again; }
check "it repeats the run bit for bit" repeats
does "options change what a run.ini says, whatever their order" 'baseline' train --seed 2 --quiet --config one/run.ini --out other
differs() { grep -q 'seed = 2' other/run.ini && ! cmp -s one/left.safetensors other/left.safetensors; }
check "another seed gives another run" differs
refuses "a folder that holds a run is refused" 2 '--out: one already holds a run; choose another folder or add --force' train --out one
# shellcheck disable=SC2086
does "unless --force is given" 'baseline' train $small --steps 5 --out other --force
# shellcheck disable=SC2086
does "an arm can be left out" 'left ' train $small --steps 2 --right none --out single
check "then it has no file" test ! -e single/right.safetensors
does "a lesson can be trained without a window" 'baseline' train --lesson 6 --steps 2 --quiet
refuses "a folder that is a file is reported" 1 '--out: file' train --out file --steps 1

# shellcheck disable=SC2086
"$DUET" train $small --steps 200 --learning-rate 100 --optimizer sgd --clip 0 --out burst --json >out 2>err
status=$?
diverges() {
    [ $status -eq 1 ] && grep -q 'left (elman) stops: step [0-9]*: .*it began in ' err &&
        grep -q 'right (transformer) stops: step' err && is_json out &&
        [ "$(grep -c '"event":"stop"' out)" -eq 2 ]
}
check "a run that diverges exits 1 and names step and tensor of each arm" diverges
finite() { # the numbers behind the header
    for file; do
        header=$(od -A n -t u8 -N 8 "$file" | tr -d ' ')
        tail -c +$((header + 9)) "$file" | od -A n -v -t f4 >numbers
        [ -s numbers ] && ! grep -qiE 'nan|inf' numbers || return 1
    done
}
check "the last good weights are saved" finite burst/left.safetensors burst/right.safetensors
usable() { "$DUET" eval --run burst --json >out && is_json out && ! grep -q 'loss":null' out; }
check "their loss is a number" usable
# shellcheck disable=SC2086
"$DUET" train $small --steps 50 --set left.learning_rate=100 --optimizer sgd --clip 0 --out half >out 2>err
honest() { tail -n 1 half/metrics.csv | grep -q '^50,[0-9.]*,nan,nan,nan,[0-9]'; }
check "metrics.csv has nan for the steps that a stopped arm did not make" honest

# shellcheck disable=SC2086
"$DUET" train $small --steps 3 --out resolved >/dev/null 2>&1
overrides() {
    "$DUET" train --config resolved/run.ini --learning-rate 0.05 --right gru --quiet --steps 2 \
        --out overridden >/dev/null && grep -c '^learning_rate = 0.05$' overridden/run.ini |
        grep -qx 3 && grep -A1 '^model = gru' overridden/run.ini | grep -qx 'layers = 1'
}
check "an option has its way over what a run.ini kept" overrides

# signal NAME CODE: a training that would take hours ends after its step, saved.
signal() {
    if ! env --default-signal=INT true 2>/dev/null; then
        echo "ok - SIG$1 saves and exits $2 # SKIP env cannot reset signals"
        tests=$((tests + 1))
        return
    fi
    : >lines # not those of an earlier test
    # shellcheck disable=SC2086
    env --default-signal=INT "$DUET" train $small --steps 1000000000 --out "signal$1" --json >lines 2>err &
    process=$!
    waited=0
    while [ "$(wc -l <lines)" -lt 2 ] && [ $waited -lt 1200 ]; do
        sleep 0.05
        waited=$((waited + 1))
    done
    kill -s "$1" $process
    wait $process
    status=$?
    if [ $status -eq "$2" ] && is_json lines && finite "signal$1/left.safetensors" &&
        grep -q '"interrupted":true' lines && [ "$(wc -l <err)" -eq 1 ]; then
        pass "SIG$1 saves and exits $2"
    else
        miss "SIG$1 saves and exits $2" "exit $status: $(cat err)"
    fi
}
signal INT 130
signal TERM 143
# shellcheck disable=SC2086
"$DUET" train $small --steps 1000000000 --json --out pipe 2>err | head -n 1 >lines
check "a reader that goes away ends a training, which is saved" finite pipe/left.safetensors

# Looking at a run -------------------------------------------------------------------------------

does "eval prints loss and accuracy" 'elman' eval --run one
does "eval of one arm prints one object" '"arms":[{"arm":"right","model":"transformer"' eval --run one --arm right --json
tested() { [ -n "$1" ] && [ "$1" = "$2" ]; }
test_loss() { sed 's/.*"model":"transformer".*"test_loss":\([^,}]*\).*/\1/' "$1"; }
"$DUET" train --config one/run.ini --json 2>/dev/null | tail -n 1 >end
check "it is the loss that training ended with" tested "$(test_loss out)" "$(test_loss end)"
refuses "eval of an arm that is none is refused" 2 '--arm: "middle" is no arm' eval --run one --arm middle
refuses "eval of an arm that is not there is refused" 2 '--arm: this run has no arm "right"; there are: left' eval --run single --arm right
cp -r one damaged && printf 'x' >damaged/left.safetensors
refuses "a damaged weight file is refused" 1 '--run: damaged/left.safetensors' eval --run damaged
does "probe writes what is inside an arm" 'layers.0.hidden' probe --run one --sample 3 --out probe.safetensors
check "the file has states and gradients" grep -q 'gradient.layers.0.hidden' probe.safetensors
check "the file says where it is from" grep -q '"sample":"3"' probe.safetensors
does "probe takes the loss at a step" 'gradients of the loss at step 7' probe --run one --arm right --loss-at 7 --out probe.safetensors
refuses "a step without an output is refused with those that have one" 2 '--loss-at: no output of step "3" is in the loss; allowed are last, all, and the scored steps: 7 to 7' probe --run one --loss-at 3 --out x
refuses "a negative sample is refused" 2 '--sample: "-1"' probe --run one --sample -1 --out x
refuses "a probe that cannot be written is reported" 1 '--out: file/x' probe --run one --out file/x

# The rest ---------------------------------------------------------------------------------------

does "help lists the commands" 'duet train' help
does "--help does the same" 'duet train' --help
for command in lesson train eval probe check open shot bench list help; do
    does "$command has a --help" "usage: duet $command" "$command" --help
done
does "help of a command lists its options" '--learning-rate X' help train
does "help wins over a fault" 'usage: duet train' train --foo --help
does "there is a list of tasks" 'copying' list tasks
does "the list of tasks says what else can be chosen" 'scored: answers in the loss, every or answer (every)' list tasks
does "there is a list of models" 'transformer' list models
mkdir mine
cp -R "$root/lessons/06-attention" mine/
DUET_LESSONS=$place/mine
does "a new lesson gets the next number" 'mine/07-three-words: write the text' lesson new three-words
does "and stands in the list" ' of 2 claims    Three words' list lessons
does "and lacks nothing but its Chinese" 'README.zh-CN.md: is missing' check 7 --texts
check "and nothing else" test "$(wc -l <out)" -eq 2
does "and its claims hold as it is" 'gru_vanishes_at_first' check 7 --seed 1
DUET_LESSONS=$root/lessons
does "there is a list of lessons" '03  ' list lessons
check "of which none was visited" grep -qE '^03  -        0 of [0-9]+ claims ' out
does "bench measures a shape" '"shape":"lstm-1-32-20-16","threads":1,"milliseconds":' bench --json --threads 1 --filter lstm-1-32-20-16
if [ -c /dev/full ]; then
    "$DUET" list tasks >/dev/full 2>err
    check "output that is lost is a failure" test $? -eq 1
fi

mkdir -p tiny/03-tiny
printf '# Tiny\n' >tiny/03-tiny/README.md
printf '[lesson]\ntitle = Tiny\nquestion = Is it?\n[task]\nname = adding\nlength = 6\n[training]\nsteps = 16\nbatch = 4\n[left]\nmodel = elman\nhidden = 8\n[right]\nmodel = transformer\nwidth = 8\n' >tiny/03-tiny/lesson.ini
export DUET_LESSONS="$place/tiny"
does "a lesson runs in the terminal" 'step 16/16' lesson 3 --terminal
check "with the fixed axis" grep -q '1e2 |' out
check "in plain letters where the locale is" test -z "$(tr -d '\000-\177' <out)"
sed -i.old 's/^title = Tiny$/&\ntitle.zh-CN = 小小/' tiny/03-tiny/lesson.ini
LC_ALL=C.UTF-8 does "and in Chinese, if it is told so" '第 03 课：小小' lesson 3 --terminal --language zh-CN
LC_ALL=zh_CN.UTF-8 does "or if the environment says so" '第 03 课：小小' lesson 3 --terminal
LC_ALL=zh_CN.UTF-8 does "as does the list of lessons" '结论 0 / 0       小小' list lessons
LC_ALL=zh_CN does "but not where its letters cannot be written" '0 of 0 claims    Tiny' list lessons
LC_ALL=C
SDL_VIDEODRIVER=nosuchdriver
export SDL_VIDEODRIVER
if [ "$WINDOW" = yes ]; then reason='no display'; else reason='without a window'; fi
does "a lesson that was opened was visited" '03  visited  0 of 0 claims    Tiny' list lessons
does "without a display lessons that were visited are listed" '03  visited' # the program alone
check "with the reason, and how one is opened" grep -q "$reason.*duet lesson N" out
rm data/duet/progress.ini
does "without a display the first lesson runs in the terminal" "$reason"
check "to its end" grep -q 'step 16/16' out
if [ "$WINDOW" = yes ]; then
    check "and leaves the window as a picture" grep -q 'duet-lesson-03.png' out
    is_picture() { head -c 4 "$1" | grep -q PNG; }
    check "which is one" is_picture duet-lesson-03.png
    SDL_VIDEODRIVER=dummy "$DUET" >out 2>err &
    process=$!
    waited=0
    while [ ! -e data/duet/visited ] && [ $waited -lt 1200 ]; do
        sleep 0.05
        waited=$((waited + 1))
    done
    check "the first launch of the window is remembered" test -e data/duet/visited
    kill -9 $process 2>/dev/null
    wait $process 2>/dev/null
    does "shot draws the window" 'shots/x.png: step 2, 640 x 400' shot --lesson 3 --step 2 --size 640x400 --out shots/x.png
    does "a shot lists the place of what can be pressed" "Full stop: one update of every arm" shot --lesson 3 --step 0 --size 1280x720 --controls --out shots/y.png
    check "as a picture" is_picture shots/x.png
    does "shot draws what links say" 'shots/z.png: step 1' shot --lesson 3 --step 1 --size 1280x720 --show arm=right --show 'panel=attention&head=2' --out shots/z.png
    refuses "a shot that cannot be written is reported" 1 '--out: ' shot --lesson 3 --step 1000000000 --out file/x.png
else
    refuses "without a window there is no shot" 1 'built without a window' shot --lesson 3 --step 2 --out x.png
fi
echo "1..$tests"
