#!/bin/sh
# How long a training step takes alone, and in each of two programs that train on the same cores at
# the same time, for several values of GOMP_SPINCOUNT: how many turns a thread of libgomp spins
# before it sleeps. Twice as long is what sharing costs; viz/main.c has the value that was chosen.
#
#     sh tests/bench/two_programs.sh [SPINCOUNT...]
#
# SHAPES, ROUNDS and SECONDS_EACH in the environment say what is trained, how often all of it is
# repeated (values alternate; alone the minimum counts, of two the median), and for how long each time. Nothing else should run.

set -eu

duet=${DUET:-./duet}
[ $# -gt 0 ] || set -- 1000 3000 10000
shapes=${SHAPES:-elman-1-32-20-16 lstm-1-64-100-32 transformer-1-32-2-20-16}
rounds=${ROUNDS:-3}
seconds=${SECONDS_EACH:-.2}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

train() { # SHAPE FILE: milliseconds of a step, added to the file
    "$duet" bench --filter "$1" --rounds 3 --seconds "$seconds" --json |
        sed -n "s/.*\"shape\":\"$1\",.*\"milliseconds\":\([0-9.e+-]*\).*/\1/p" >>"$2"
}

round=0
while [ "$round" -lt "$rounds" ]; do
    for shape in $shapes; do
        for turns; do
            export GOMP_SPINCOUNT="$turns"
            train "$shape" "$folder/$shape.$turns.alone"
            train "$shape" "$folder/$shape.$turns.both" &
            other=$!
            train "$shape" "$folder/$shape.$turns.both"
            wait "$other"
        done
    done
    round=$((round + 1))
done

least() { # FILE
    sort -g "$1" | head -n 1
}
middle() { # FILE
    sort -g "$1" | sed -n "$((($(wc -l <"$1") + 1) / 2))p"
}
printf '%-26s %9s %9s %9s %7s\n' shape turns alone "of two" times
for shape in $shapes; do
    for turns; do
        printf '%s %s %s %s\n' "$shape" "$turns" "$(least "$folder/$shape.$turns.alone")" \
            "$(middle "$folder/$shape.$turns.both")"
    done
done | awk '{ printf "%-26s %9d %9.3f %9.3f %7.2f\n", $1, $2, $3, $4, $4 / $3 }'
