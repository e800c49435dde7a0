#!/bin/sh
# duet check: what it takes, what it prints, and how it ends.

COMMAND=check
. tests/tools/script.sh
export DUET_LESSONS="$place/lessons"

ends() { # SENTENCE STATUS ARGUMENT...: of duet check
    sentence=$1 expected=$2
    shift 2
    duet_ends "$@"
    if [ $status -eq "$expected" ]; then
        pass "$sentence"
    else
        miss "$sentence" "exit $status, printed: $(cat out) said: $(cat err)"
    fi
}

claims() { # FILE TITLE CLAIM...: a file of claims about two small arms that are trained for four steps
    {
        printf '[lesson]\ntitle = %s\nquestion = Is it?\n[task]\nname = sort\nlength = 4\n' "$2"
        printf '[training]\nsteps = 4\nbatch = 4\n[left]\nmodel = elman\nhidden = 8\n'
        printf '[right]\nmodel = transformer\nlayers = 1\nwidth = 8\n[claims]\n'
    } >"$1"
    file=$1
    shift 2
    for claim; do printf 'claim.%s\n' "$claim" >>"$file"; done
}

mkdir -p lessons/04-four lessons/05-five some empty
claims lessons/04-four/lesson.ini Four 'sure = left.test_loss > 0'
claims lessons/05-five/lesson.ini Five 'never = left.test_loss > 9' 'level = left.slope_input < 9'
claims some/b.ini Bee 'size = left.parameters >= 1'
claims some/a.ini Ay 'gap = right.test_accuracy - left.test_accuracy <= 1 median' \
    'late = left.steps_to(1) > 100'

# The texts --------------------------------------------------------------------------------------

ends "what a text lacks is told without training" 0 4 --texts
check "with its place" grep -qx '.*/04-four/README.md: is missing: the lesson has no text' out
check "and nothing more" test "$(wc -l <out)" -eq 2
printf '# Four\n\nWhat?\n' >lessons/04-four/README.md
ends "a line is named where there is one" 0 4 --texts
check "before all that is missing as a whole" grep -qE '/04-four/README.md:1: the first paragraph' out
ends "JSON has the same" 0 4 --texts --json
check "as an object each" grep -qE '^\{"lesson":4,"finding":"README.md:1: the first paragraph.*"\}$' out
ends "files of claims have no text to lack" 0 some --texts
check "and nothing is said" test ! -s out

# The table --------------------------------------------------------------------------------------

ends "a claim that holds ends with 0" 0 4
table() {
    grep -qE '^04  Four +seed 1 +seed 2 +seed 3$' out &&
        grep -qE '^    sure +left.test_loss > 0 +[0-9.]+ +[0-9.]+ +[0-9.]+  holds$' out &&
        grep -qE '^    seconds +[0-9.]+ +[0-9.]+ +[0-9.]+$' out &&
        grep -qx '1 claims: 1 hold, 0 do not, 0 skipped' out
}
check "the table has a line for the claim with what three seeds measured" table
check "and nothing is said on standard error" test ! -s err
check "what holds has been met" grep -qx 'met = 04-four//sure' data/duet/progress.ini
ends "one claim that does not hold ends with 1" 1
check "what does not has not" sh -c '! grep -q never data/duet/progress.ini'
all() {
    grep -q '^04  Four' out && grep -q '^05  Five' out && grep -qE 'never .*  FAILS$' out &&
        grep -qE 'level .*  holds$' out && grep -qx '3 claims: 2 hold, 1 do not, 0 skipped' out
}
check "without a word all lessons are checked" all
aligned() { [ "$(grep -E '(holds|FAILS)$' out | sed 's/  [a-zA-Z]*$//' | awk '{ print length }' | sort -u | wc -l)" -eq 1 ]; }
check "the columns of all lessons are aligned" aligned
ends "a folder of claims is checked" 0 some
folder() { grep -E '^(a|b)  ' out | cut -c 1-6 | tr '\n' '|' | grep -qx 'a  Ay |b  Bee|'; }
check "file by file, by name" folder
check "which is no lesson's progress" sh -c '! grep -q size data/duet/progress.ini'
check "a median is printed behind the verdict" grep -qE 'median  .*  holds, median -?[0-9.e-]+$' out
check "what was never reached is called so" grep -qE 'late .* never +never +never  holds$' out
ends "one seed alone" 0 4 --seed 7
seed() { grep -qE '^04  Four +seed 7$' out; }
check "is the one that was named" seed
ends "so many seeds" 0 4 --seed 7 --seeds 2
seeds() { grep -qE '^04  Four +seed 7 +seed 8$' out; }
check "begin with the first one" seeds
ends "lessons, files and folders may be mixed" 1 5 some/b.ini lessons/04-four
mixed() { grep -E '^[^ ].*seed' out | cut -c 1-2 | tr '\n' ' ' | grep -qx '05 b  04 '; }
check "and come in the order of the words" mixed
"$DUET" check 4 --threads 1 | grep -v seconds >one
"$DUET" check 4 --threads 3 | grep -v seconds >three
check "threads change nothing" cmp one three

# Experiments ------------------------------------------------------------------------------------

mkdir -p elsewhere/06-six
claims elsewhere/06-six/lesson.ini Six
claims elsewhere/06-six/b-two.ini Two 'large = left.parameters == 0'
claims elsewhere/06-six/a-one.ini One 'size = left.parameters >= 1' 'even = left.baseline - right.baseline == 0'
DUET_LESSONS="$place/elsewhere"
ends "the experiments of a lesson are checked with it" 1 6 --seed 1
experiments() {
    grep -E 'seed 1$' out | cut -c 1-13 | tr '\n' '|' | grep -qx '06 a-one  One|06 b-two  Two|' &&
        grep -qx '3 claims: 2 hold, 1 do not, 0 skipped' out
}
check "by name, and nothing is trained for a lesson.ini without claims" experiments
check "claims of experiments are met under their names" grep -qx 'met = 06-six/a-one/size' data/duet/progress.ini
ends "all lessons have theirs" 1 --seed 1
check "in the same way" experiments
ends "a folder of a lesson has them" 1 elsewhere/06-six --seed 1 --json
named() { grep '"claim":"size"' out | grep '"lesson":6' | grep -q '"experiment":"a-one"'; }
check "and JSON has their names" named
sed -i 's/parameters == 0/parameters > 0/' elsewhere/06-six/b-two.ini
ends "claims that hold in experiments alone are enough" 0 6 --seed 1
ends "one experiment can be checked by its file" 0 elsewhere/06-six/a-one.ini --seed 1
check "under its own name" grep -qE '^a-one  One ' out
echo 'claim.wrong = left.size > 0' >>elsewhere/06-six/b-two.ini
ends "a fault in an experiment" 2 6
check "is told with file and line" grep -q '06-six/b-two.ini:19: unknown quantity "size"' err
COMMAND=list
ends "by duet list lessons, too" 2 lessons
check "with file and line" grep -q '06-six/b-two.ini:19: unknown quantity "size"' err
COMMAND=check
DUET_LESSONS="$place/lessons"

# JSON -------------------------------------------------------------------------------------------

ends "lines of JSON end like the table" 1 5 some --json --seeds 2
is_json() {
    if command -v python3 >/dev/null 2>&1; then
        python3 -c 'import json
def refuse(word): raise ValueError(word)
lines = [json.loads(line, parse_constant=refuse) for line in open("out")]
keys = {"lesson", "claim", "seed", "measured", "relation", "value", "holds"}
assert all(keys <= set(line) for line in lines)
of = lambda name: [line for line in lines if line["claim"] == name]
assert [line["seed"] for line in of("never")] == [1, 2]
assert all(line["lesson"] == 5 and not line["holds"] and line["relation"] == ">" and
           line["value"] == 9 and line["measured"] < 9 for line in of("never"))
gap, = of("gap")
assert gap["lesson"] == "some/a.ini" and gap["seed"] is None and gap["over"] == "median"
assert gap["seeds"] == [1, 2] and gap["holds"]
assert abs(gap["measured"] - sum(gap["each"]) / 2) < 1e-12
assert [line["measured"] for line in of("late")] == [None, None]
assert len(lines) == 2 + 2 + 1 + 2 + 2'
    else
        ! grep -qv '^{.*}$' out
    fi
}
check "each is an object with what was measured" is_json

# What cannot be kept ----------------------------------------------------------------------------

echo nonsense >data/duet/progress.ini
ends "a broken file of progress stops nothing" 0 4 --seed 1
check "but is told, once" test "$(grep -c 'not kept: .*progress.ini:1' err)" -eq 1
check "and stays as it was" grep -qx nonsense data/duet/progress.ini
rm data/duet/progress.ini

# What fails -------------------------------------------------------------------------------------

claims burst.ini Burst 'far = left.test_loss < 1e30' 'near = right.test_loss < 1e30'
sed -i 's/^name = sort/name = adding/; s/^steps = 4/steps = 60\noptimizer = sgd\nclip = 0/
    s/^hidden = 8/hidden = 8\nlearning_rate = 100/' burst.ini
ends "an arm that diverges fails its claims" 1 burst.ini
burst() {
    grep -qE 'far .* nan +nan +nan  FAILS: seed 1: left \(elman\) stops: step [0-9]+: ' out &&
        grep -qE 'near .*  holds$' out
}
check "with the reason, and not those of the other arm" burst

ends "in JSON too" 1 burst.ini --json --seed 1
reason() {
    grep '"claim":"far"' out | grep '"measured":null' | grep '"holds":false' |
        grep -q '"reason":"seed 1: left (elman) stops' && ! grep '"claim":"near"' out | grep -q reason
}
check "where the reason stands beside null" reason

# What is skipped --------------------------------------------------------------------------------

claims prose.ini Prose 'learns = left.test_loss > 0' 'typical = left.test_accuracy < 2 median'
sed -i 's/^name = sort/name = text/' prose.ini
export DUET_TEXT="$place/nowhere"
ends "claims whose data is not here do not fail" 0 prose.ini 4 --seeds 2
skipped() {
    grep -qE "learns .* -- +--  skipped: task text: no file is given, .*$place/nowhere: " out &&
        grep -qE 'typical .* -- +--  skipped: ' out && grep -qE 'sure .*  holds$' out &&
        grep -qx '3 claims: 1 hold, 0 do not, 2 skipped' out
}
check "they are skipped, with the reason, and the others are not" skipped
ends "in JSON too" 0 prose.ini --json
skipped_json() {
    [ "$(grep -c '"measured":null,"holds":null,"skipped":"task text: no file is given' out)" -eq 2 ] &&
        [ "$(wc -l <out)" -eq 2 ]
}
check "with one line for each and nothing measured" skipped_json
yes 'the quick brown fox jumps over the lazy dog' | head -n 500 >fox.txt
DUET_TEXT="$place/fox.txt"
ends "the usual text is the one that DUET_TEXT names" 0 prose.ini --seeds 2
prose() { grep -qE 'learns .*  holds$' out && grep -qx '2 claims: 2 hold, 0 do not, 0 skipped' out; }
check "and then nothing is skipped" prose
sed -i "s|^name = text|name = text\\nfile = $place/nowhere|" prose.ini
refuses "a text of the lesson's own that is not there is a fault" 1 "$place/nowhere: " prose.ini
unset DUET_TEXT

# What is refused --------------------------------------------------------------------------------

refuses "a lesson that is not there is refused with those that are" 2 'there is no lesson 6; there are: 4, 5' 6
refuses "a word that is neither number nor file is refused" 2 '"foo" is no file and no folder' foo
refuses "a folder without claims is refused" 1 'empty: neither a lesson.ini nor another file *.ini' empty
refuses "no seeds are refused" 2 '--seeds: "0" is not a whole number from 1 to 32' 4 --seeds 0
refuses "half a seed is refused" 2 '--seed: "1.5"' 4 --seed 1.5
refuses "a negative number of threads is refused" 2 '--threads: "-1"' 4 --threads -1
claims wrong.ini Wrong 'a = left.speed < 1'
refuses "a claim about nothing is refused with its line before anything is trained" 2 'wrong.ini:18: unknown quantity "speed"' 4 wrong.ini
claims twice.ini Twice 'a = left.loss < 1' 'a = left.loss < 2'
refuses "a second claim of a name is refused" 2 'twice.ini:19: there is a claim a already' twice.ini
claims long.ini Long 'a = left.long_loss < 1'
refuses "a long test without a length is refused" 2 'long.ini: claim.a is about a test at task.test_length' long.ini
claims short.ini Short 'a = left.long_loss < 1'
sed -i 's/^length = 4/length = 4\ntest_length = 999/' short.ini
refuses "a long test that cannot be is refused" 2 'length 999 is impossible' short.ini
mkdir -p texts/04-four && cp lessons/04-four/lesson.ini texts/04-four/
printf '# Four\n\nTry [nine](duet:task.lenght=9).\n' >texts/04-four/README.md
refuses "a link that is wrong is refused with its line" 1 'texts/04-four/README.md:3: duet:task.lenght=9: unknown key "lenght"' texts/04-four
printf '# Four\n\n> predict: why?\n>\n> - a\n> - b\n' >texts/04-four/README.md
refuses "a prediction without an answer is refused with its line" 1 'texts/04-four/README.md:3: the prediction has no answer' texts/04-four
DUET_LESSONS="$place/texts" "$DUET" list lessons >out 2>err
check "the list of lessons does not hide a text that is wrong" test $? -eq 1
check "but tells its line" grep -q 'texts/04-four/README.md:3: the prediction has no answer' err
"$DUET" help check >out 2>err
help() { grep -q 'steps_to(ACCURACY)' out && grep -q '^  looks_at_marked(OUTPUT)' out && grep -q 'median' out; }
check "the help lists what can be claimed" help
if [ -c /dev/full ]; then
    "$DUET" check 4 --seed 1 --json >/dev/full 2>err
    check "lines of JSON that are lost are a failure" test $? -eq 1
fi

echo "1..$tests"
