#!/bin/sh
# A visit of lessons 03 and 06 in a real window, with a mouse and a keyboard: Xvfb shows it, xdotool moves
# the hands. What they did is read from what the window writes: pictures, numbers, runs. Where things are
# is asked of `duet shot --controls`, which draws the same window. Prints TAP, then the sum.

. tests/tools/script.sh
export DUET_LESSONS="$root/lessons"
for tool in Xvfb xdotool; do
    command -v $tool >/dev/null || { echo "$tool is missing (Debian: xvfb, xdotool)" >&2; exit 2; }
done

# The screen. ---------------------------------------------------------------------------------------------

screen=1280x720
Xvfb -displayfd 3 -screen 0 ${screen}x24 3>display >/dev/null 2>&1 &
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
    for try in $(seq 100); do
        "$@" >/dev/null 2>&1 && return
        sleep 0.1
    done
    false
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
    soon sh -c "xdotool search --name '^Duet . 0$lesson '"
    id=$(xdotool search --name "^Duet . 0$lesson " | head -n 1)
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
    [ -n "$file" ] && sleep 0.2 && mkdir -p seen && mv "$file" seen/ && file=seen/${file#./}
}

# step_now: the step that the window is at, by the name that it gives a picture.
step_now() {
    key shift+s
    wrote "duet-0$lesson-step*.png"
    echo "$file" | sed 's/.*step\([0-9]*\).*/\1/'
}

# leave: close the window; true if it went in peace.
leave() {
    key ctrl+q
    soon sh -c "! kill -0 $window"
    wait $window
    ended=$?
    window=
    [ $ended -eq 0 ] && [ ! -s err ]
}

map='Click: the numbers of this cell'
