#!/bin/sh
# What README.md tells a reader to type works as it stands there, but with a shorter training; and
# what the program has to offer is in README.md, with an example.
set -u

if [ "${MODE:-release}" != release ]; then
    # Its commands take minutes there, and what they run is run by other tests under the sanitizers.
    echo "ok - the README's commands work # SKIP they are tried in the release build"
    echo 1..1
    exit
fi

readme=$(pwd)/README.md
makefile=$(pwd)/Makefile
scratch=$(mktemp -d "${TMPDIR:-/tmp}/duet-readme.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
cp -R lessons "$scratch/lessons" # one of the commands adds a lesson
export DUET_LESSONS="$scratch/lessons"
export XDG_DATA_HOME="$scratch/data" NO_COLOR=1 LC_ALL=C
cd "$scratch" || exit 1
ln -s "$DUET" duet

tests=0
ok() { # RESULT SENTENCE
    tests=$((tests + 1))
    if [ "$1" -eq 0 ]; then printf 'ok - %s\n' "$2"; else printf 'not ok - %s\n' "$2"; fi
}

# all FILE SENTENCE TEST: of the lines of that file there is one at least, and TEST, called with each,
# succeeds.
all() {
    missing='' found=0
    while read -r word; do
        found=$((found + 1))
        "$3" "$word" || missing="$missing, $word"
    done <"$1"
    [ -z "$missing" ] && [ "$found" -gt 0 ]
    result=$?
    [ $result -eq 0 ] || printf '# of %d lines these are missing%s\n' "$found" "$missing"
    ok $result "$2"
}

# The commands of the README in their order, a file each: indented lines that begin with ./duet or make
# a file, the latter up to END if they say so; and ./duet in backticks inside a line.
mkdir examples
awk '
    function begin(text) { close(file); file = sprintf("examples/%03d", ++count); print text >file }
    inside { sub(/^    /, ""); print >file; if ($0 == "END") inside = 0; next }
    /^    (\.\/duet|i=|cat >)/ { sub(/^    /, ""); begin($0); inside = / <<.END.$/; next }
    !/^    / { for (n = split($0, part, "`"); n > 1; n--)
                   if (n % 2 == 0 && part[n] ~ /^\.\/duet /) begin(part[n]) }' "$readme"

# Shorter: a hundredth of the steps, a small picture; a lesson that would open a window in the terminal.
shorter() {
    awk '{
        for (i = 2; i <= NF; i++)
            if ($(i - 1) ~ /^--(steps|step|checkpoint-every|validate-every|look-at)$/)
                $i = int(($i + 99) / 100)
        print
    }' "$1" | sed 's/1600x900/640x360/; s/^\.\/duet lesson [0-9]*$/& --terminal --steps 2/'
}

# A training whose number of steps nobody gave would be a long one.
short_enough() {
    case $(head -n 1 "$1") in
    *duet\ train\ *--steps\ * | *--config\ * | *--resume\ * | *--repeat\ *) return 0 ;;
    *duet\ train*) return 1 ;;
    esac
}

run_example() { # FILE
    line=$(head -n 1 "$1")
    case "$WINDOW:$line" in
    no:*\ shot\ * | no:*\ open\ *)
        ok 0 "$line # skip: built without a window"
        return
        ;;
    esac
    case $line in
    ./duet*) shorter "$1" >typed ;;
    *) cp "$1" typed ;;
    esac
    case $line in
    ./duet\ open\ *) # a window that stays until it is closed, and shows nothing here
        SDL_VIDEODRIVER=dummy timeout 3 sh typed >"$1.out" 2>"$1.err" </dev/null
        [ $? -eq 124 ]
        ;;
    *) short_enough "$1" && sh typed >"$1.out" 2>"$1.err" </dev/null ;;
    esac
    result=$?
    [ $result -eq 0 ] || sed 's/^/# /' "$1.out" "$1.err"
    ok $result "$line"
}
for example in examples/???; do
    run_example "$example"
done
[ "$(find examples -name '???' | wc -l)" -ge 50 ]
ok $? "the README shows the commands"
grep -h '^\./duet' examples/??? >lines

# Is there a row of a table that begins with that?
has_row() { grep -qF "| \`$1\`" "$readme"; }
is_shown() { grep -qE "(^| |=)$(echo "$1" | sed 's/[+.]/\\&/g')( |\$)" lines; }
is_told() { has_row "$1" && is_shown "$1"; }

# shellcheck disable=SC2094 # what is listed and the file are two things
./duet list tasks | awk '/^[a-z]/ { print $1 }' >tasks
all tasks "every task has its row and an example" is_told
# shellcheck disable=SC2094 # the same
./duet list models | awk '/^[a-z]/ { print $1 }' >models
all models "every model has its row and an example" is_told
./duet help | awk '/^  duet [a-z]/ { print $2 }' >commands
all commands "every command has its row and an example" is_told

# "COMMAND --OPTION" of all commands; of what decides a training, train's stand for all.
while read -r command; do
    ./duet help "$command" | if [ "$command" = train ]; then cat; else sed '/^what is trained:/,$d'; fi |
        awk -v command="$command" '/^  --/ { print command, $1 }'
done <commands >options
option_is_shown() { grep -E "^\./duet ${1% *} " lines | grep -qE -e " ${1#* }( |\$)"; }
all options "every option of every command has an example" option_is_shown

# Every key of a run: task.length, ARM.mask.
awk '/^\[/ { section = substr($0, 2, length($0) - 2); if (section !~ /^t(ask|raining)$/) section = "ARM" }
    / = / { print section "." $1 }' run/run.ini | sort -u >keys
all keys "every key of run.ini has its row" has_row
option_of() { sed -n "s/^| \`$1\` | \`\(--[a-z-]*\)\`.*/\1/p" "$readme"; } # that its row names
is_set() {                                                               # KEY [VALUE]
    case $1 in
    ARM.model) is_shown "--left${2:+ $2}" ;;
    ARM.*) grep -qE -e "--set [a-z]*\.${1#*.}=${2:-}" lines ;;
    *) grep -qE -e "--set $1=${2:-}" -e "$(option_of "$1" | grep . || echo '=none=') ${2:-}" lines ;;
    esac
}
all keys "every key of run.ini has an example" is_set

# "KEY VALUE" where a key has a few values. Arms are no such values: third stands for those behind it.
while read -r key; do
    ./duet train --set "$(echo "$key" | sed 's/^ARM/left/')=?" 2>&1 |
        sed -n 's/.*unknown value.*there are: //p' | tr -d ' ' | tr ',' '\n' | sed "s/^/$key /"
done <keys | grep -v '^training.match_reference' >values
value_has_row() { grep -F "| \`${1% *}\`" "$readme" | grep -qF "\`${1#* }\`"; }
all values "every value of a key is in its row" value_has_row
value_is_shown() { # or it is the one that a run has unasked
    is_set "${1% *}" "${1#* }" || grep -qxF "$(echo "${1% *}" | sed 's/.*\.//') = ${1#* }" run/run.ini
}
all values "every value of a key has an example" value_is_shown

./duet help check | sed '1,/^quantities:/d' | sed -n 's/^  \([a-z_]*\).*/\1/p' | grep . >quantities
has_quantity_row() { grep -qE "^\| \`$1[\`(]" "$readme"; }
all quantities "every quantity of a claim has its row" has_quantity_row

is_named() { grep -qE "\`$1\`" "$readme"; }
cat examples/*.out | grep '^{' | grep -o '"[a-z_]*":' | tr -d '":' | sort -u >json
all json "every key of a JSON object is named" is_named
cat ./*/metrics.csv | grep '^step' | tr ',' '\n' | sed 's/^right/left/' | sort -u >columns
all columns "every column of metrics.csv is named" is_named
find run -type f | sed 's/.*\///; s/^right/left/' | sort -u >files
all files "every file of a run has its row" has_row

is_target() { grep -qE "^$1:.*##" "$makefile"; }
grep -oE '(^    |`)make [a-z-]+' "$readme" | sed 's/.*make //' | sort -u >targets
all targets "every target of make that is named exists" is_target

# The Python program reads both arms' probes.
# shellcheck disable=SC2016 # backticks of Markdown
sed -n '/^```python/,/^```/p' "$readme" | sed '/^```/d' >program.py
[ "$(wc -l <program.py)" -gt 5 ]
ok $? "the README shows a program for PyTorch"

python=/usr/bin/python3
if "$python" -c 'import torch, numpy' 2>/dev/null; then
    "$python" program.py >differences 2>errors &&
        awk '$2 >= 1e-5 || $2 != $2 + 0 { bad = 1 } END { exit bad || NR != 2 }' differences
    result=$?
    [ $result -eq 0 ] || sed 's/^/# /' differences errors
    ok $result "the weights load strictly into PyTorch and give the same logits within 1e-5"
else
    ok 0 "the weights load strictly into PyTorch # skip: no python3-torch"
fi
echo "1..$tests"
