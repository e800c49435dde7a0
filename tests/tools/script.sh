# What test scripts share: they begin with `. tests/tools/script.sh`, in the root.
#
# Sets $DUET (the program, absolute), $root, and $place, an empty folder that the script is in from now on
# and that is removed when it ends. Without COMMAND the functions below run `duet ARGUMENT...`, with it
# `duet $COMMAND ARGUMENT...`.
# shellcheck shell=sh

DUET=${DUET:-./duet}
case $DUET in
    /*) ;;
    *) DUET=$PWD/$DUET ;;
esac
# shellcheck disable=SC2034 # for the scripts
root=$PWD
place=$(mktemp -d) || exit 1
trap 'rm -rf "$place"' EXIT
export XDG_DATA_HOME="$place/data" NO_COLOR=1 LC_ALL=C
cd "$place" || exit 1

tests=0
pass() {
    tests=$((tests + 1))
    echo "ok - $1"
}
miss() { # SENTENCE WHAT_HAPPENED
    tests=$((tests + 1))
    printf 'not ok - %s\n' "$1"
    printf '%s\n' "$2" | sed 's/^/# /'
}
check() { # SENTENCE COMMAND...: the command's status decides
    sentence=$1
    shift
    if said=$("$@" 2>&1); then
        pass "$sentence"
    else
        miss "$sentence" "$said $(cat out err 2>/dev/null)"
    fi
}

# duet_ends ARGUMENT...: run duet; its output is in the files out and err, its exit status in $status.
duet_ends() {
    "$DUET" ${COMMAND:+"$COMMAND"} "$@" >out 2>err </dev/null
    status=$?
}

# refuses SENTENCE STATUS WORDS ARGUMENT...: that exit status, nothing on standard output, and one line
# on standard error that says WORDS.
refuses() {
    sentence=$1 expected=$2 words=$3
    shift 3
    duet_ends "$@"
    if [ $status -eq "$expected" ] && [ ! -s out ] && [ "$(wc -l <err)" -eq 1 ] &&
        grep -qF -e "$words" err; then
        pass "$sentence"
    else
        miss "$sentence" "exit $status, $(wc -c <out) bytes of output, said: $(cat err)"
    fi
}
