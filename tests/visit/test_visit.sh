#!/bin/sh
# A visit of lessons 03 and 06 in a real window, with a mouse and a keyboard: Xvfb shows it, xdotool moves
# the hands. What they did is read from what the window writes: pictures, numbers, runs. Where things are
# is asked of `duet shot --controls`, which draws the same window. Debian: xvfb, xdotool.

. tests/tools/script.sh
export DUET_LESSONS="$root/lessons"
missing=
for tool in Xvfb xdotool; do
    command -v $tool >/dev/null || missing="$missing $tool"
done
if [ "${WINDOW:-yes}" = no ] || [ "${MODE:-release}" != release ] || [ -n "$missing" ]; then
    # The sanitizers find leaks of a display's libraries, and slow down what is waited for here.
    echo "ok - lessons 03 and 06 are visited # SKIP no window in this build, or no:${missing:- display}"
    echo 1..1
    exit
fi

# The screen. ---------------------------------------------------------------------------------------------

screen=1280x720
# It must not begin anew when a first xdotool leaves: a window that comes at that moment is refused.
Xvfb -noreset -displayfd 3 -screen 0 ${screen}x24 3>display >/dev/null 2>&1 &
server=$!
window=
close() {
    [ -n "$window" ] && kill "$window" 2>/dev/null
    kill $server 2>/dev/null
    wait 2>/dev/null
    rm -rf "$place"
}
trap close EXIT

# soon COMMAND...: true as soon as the command is, within ten seconds.
soon() {
    tries=100
    until "$@" >/dev/null 2>&1; do
        tries=$((tries - 1))
        [ $tries -gt 0 ] || return
        sleep 0.1
    done
}
soon test -s display || { echo "Xvfb does not start" >&2; exit 2; }
DISPLAY=:$(cat display)
export DISPLAY SDL_VIDEODRIVER=x11
unset WAYLAND_DISPLAY

# Hands. --------------------------------------------------------------------------------------------------

# enter LESSON: open it, and learn where things are in it.
enter() {
    lesson=$1
    "$DUET" shot --lesson "$lesson" --step 2 --size $screen --controls --out map.png >controls 2>err
    "$DUET" lesson "$lesson" >out 2>err &
    window=$!
    soon sh -c "xdotool search --name '^Duet .* 0$lesson '"
}

key() { # KEY...: each pressed and let go, then a moment for the picture
    xdotool key --delay 40 --window 0 "$@"
    sleep 0.4
}

# middle WORDS [ARM [VALUE]]: the middle, in pixels, of what explains itself with these words.
middle() {
    awk -F '\t' -v words="$1" -v arm="${2:-}" -v value="${3:-}" \
        'index($7, words) && (arm == "" || $5 == arm) && (value == "" || $6 == value) {
             print int($1 + $3 / 2), int($2 + $4 / 2); exit }' controls
}

# part WORDS ARM X Y: a point of it, in thousandths of its width and height.
part() {
    awk -F '\t' -v words="$1" -v arm="$2" -v x="$3" -v y="$4" \
        'index($7, words) && $5 == arm { print int($1 + $3 * x / 1000), int($2 + $4 * y / 1000); exit }' controls
}

point() { # X Y
    xdotool mousemove "$1" "$2"
    sleep 0.2
}

click() { # X Y
    point "$@"
    xdotool click 1
    sleep 0.4
}

drag() { # X Y X Y
    point "$1" "$2"
    xdotool mousedown 1
    point "$3" "$4"
    xdotool mouseup 1
    sleep 0.4
}

# wrote PATTERN: the newest file of that name, once there is one; it is taken away.
wrote() {
    soon sh -c "ls $1"
    file=$(find . -maxdepth 1 -name "$1" | head -n 1)
    if [ -z "$file" ]; then
        echo "Bail out! the window does not write $1"
        exit 1
    fi
    mkdir -p seen
    mv "$file" seen/
    file=seen/${file#./}
}

# step_now: the step that the window is at, by the name that it gives a picture.
step_now() {
    key shift+s
    wrote "duet-0$lesson-step*.png"
    step=${file#*step}
    step=${step%%[!0-9]*}
}

# leave: close the window; $peace is yes if it ended well and had nothing to say.
leave() {
    key ctrl+q
    soon sh -c "! kill -0 $window"
    peace=no
    wait "$window" && [ ! -s err ] && peace=yes
    window=
}

map='Click: the numbers of this cell'

# numbers: the CSV of the panel under the pointer, in $file.
numbers() {
    key e
    wrote "duet-0$lesson-step*.csv"
}

# weight QUERY KEY: of the head in $file.
weight() {
    awk -F , -v query="$1" -v key="$2" '$3 == query && $4 == key { print $5 }' "$file"
}

# cell QUERY KEY STEPS: that cell of the enlarged head, and the pointer is on it.
cell() {
    part "$map" 1 $((1000 * (2 * $2 + 1) / (2 * $3))) $((1000 * (2 * $1 + 1) / (2 * $3)))
}

# Lesson 03: pause, step, a head, a cell, back in time, a fork, a saved run. ------------------------------

enter 3
check "lesson 03 opens, and its title says lesson and seed" xdotool search --name '^Duet .* 03 .*vanish.*seed 1$'
sleep 1
key space
step_now
first=$step
check "it was training" test "$first" -gt 0
step_now
check "paused, it stands still" test "$step" -eq "$first"
key period
step_now
check "one step is one step" test "$step" -eq $((first + 1))

# shellcheck disable=SC2046 # two numbers
{
    click $(middle 'enlarge this head' 1 1)
    point $(cell 49 20 50)
}
numbers
check "a click enlarges the second head" grep -q '^1,2,49,20,' "$file"
before=$(weight 49 20)
key a
# shellcheck disable=SC2046
click $(cell 49 20 50)
numbers
check "a painted cell is forbidden" test "$before" != 0 -a "$(weight 49 20)" = 0
key k
numbers
check "K knocks the head out, the forbidden cell stays" test "$(weight 49 20)" = 0
key Escape
numbers
check "Esc gives back what was there" test "$(weight 49 20)" = "$before"

drag "$(part 'Drag or click: look back' 0 900 500 | cut -d ' ' -f 1)" "$(part 'Drag or click: look back' 0 900 500 | cut -d ' ' -f 2)" \
    "$(part 'Drag or click: look back' 0 2 500 | cut -d ' ' -f 1)" "$(part 'Drag or click: look back' 0 2 500 | cut -d ' ' -f 2)"
# shellcheck disable=SC2046
point $(cell 49 20 50)
numbers
check "the timeline, dragged to its begin, shows step 0" test "$(weight 49 20)" != "$before"
key f period
step_now
check "a fork at step 0 goes on from there" test "$step" -eq 1
point 400 60
numbers
check "the curves of the way before stay" grep -q ",1$" "$file"
key ctrl+s
check "Ctrl-S keeps the run" soon test -f "duet-03-step1-run/checkpoint.safetensors"
check "the run can be tested" "$DUET" eval --run duet-03-step1-run --arm right --json
before=$(find . -name '*.safetensors' -exec md5sum {} + | sort)
key space
leave
check "it closes in peace while it trains" test "$peace" = yes
check "and what was saved is as it was" test "$(find . -name '*.safetensors' -exec md5sum {} + | sort)" = "$before"

# Lesson 06: a sequence of one's own, a state set to zero. ------------------------------------------------

enter 6
check "lesson 06 opens" xdotool search --name '^Duet .* 06 Attention.*seed [0-9]+$'
sleep 1
key space
step_now
check "it was training, too" test "$step" -gt 0
# shellcheck disable=SC2046
{
    click $(middle 'Click: this unit at this step' 0)
    point $(middle 'Click: this unit at this step' 0)
}
numbers
was=$(awk -F , '$1 == 5 { sum += $3 * $3 } END { print (sum > 0) }' "$file")
key shift+z
numbers
zero=$(awk -F , 'NR > 1 { sum[$1] += $3 * $3 } END { for (t in sum) if (sum[t] == 0) print t }' "$file")
check "Shift-Z sets the state of one step to zero" test "$was" = 1 -a -n "$zero"
key Escape Escape
numbers
check "and Esc takes that back" \
    test -z "$(awk -F , 'NR > 1 { sum[$1] += $3 * $3 } END { for (t in sum) if (sum[t] == 0) print t }' "$file")"
key i
xdotool type --delay 40 '2 2 1 0 1 0'
key Return
# shellcheck disable=SC2046
point $(middle 'Click: take the loss at this output')
numbers
check "what is typed is what the arms read" \
    test "$(awk -F , 'NR > 1 && NR <= 7 { printf "%s", $2 }' "$file")" = 221010
check "no file is left half-written" test -z "$(find . -name '*.tmp')"
leave
check "it closes in peace" test "$peace" = yes

echo "1..$tests"
