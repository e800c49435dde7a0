#!/bin/sh
# Training on the user's own data: one line of a command, and what is said about files that are no data.

COMMAND=train
. tests/tools/script.sh

# does SENTENCE WORDS FILE ARGUMENT...: exit 0, and WORDS in FILE: out or err.
does() {
    sentence=$1 words=$2 file=$3
    shift 3
    duet_ends "$@"
    if [ $status -eq 0 ] && grep -qF -e "$words" "$file"; then
        pass "$sentence"
    else
        miss "$sentence" "exit $status, printed: $(head -n 5 out) said: $(cat err)"
    fi
}

small="--steps 3 --batch 8 --set left.hidden=8 --set right.width=8"
i=0
while [ $i -lt 60 ]; do
    printf 'number %d\t%d\303\251\n' $i $((i * 2))
    i=$((i + 1))
done >good.tsv
cp good.tsv good.txt

# Good data --------------------------------------------------------------------------------------

# shellcheck disable=SC2086
{
    does "pairs are learned in one line" 'exact matches' out --pairs good.tsv --left gru --right transformer $small
    check "what the file holds is said" grep -q '^duet train: good.tsv: 60 pairs, [0-9]* of them held out; 18 different' err
    does "--quiet says nothing of it" 'exact matches' out --pairs good.tsv $small --quiet
    check "indeed" test ! -s err
    does "where the option stands does not matter" 'exact matches' out $small --length 40 --left gru --pairs=good.tsv
    does "a text is learned in one line" 'symbols guessed' out --text good.txt --left gru --right transformer $small
    check "what it holds is said" grep -q '^duet train: good.txt: [0-9]* characters, 20 different; the last tenth' err
    does "a text that is not UTF-8 is learned byte by byte, which is said" 'not UTF-8, so read as bytes' err --text "$DUET" $small
    mkdir folder && cp good.txt folder/one && cp good.txt folder/two
    does "a folder is learned with whole files held out" '1 of 2 files' err --text folder $small
    does "a run is kept" 'exact matches' out --pairs good.tsv $small --out run
    check "with the name of its file" grep -qx 'file = good.tsv' run/run.ini
    does "and repeated" 'exact matches' out --config run/run.ini --out again
    check "bit for bit" cmp run/right.safetensors again/right.safetensors
    does "a task without data takes the place of one with" 'right sequences' out --config run/run.ini --task sort --length 4
    if [ -d /usr/share/common-licenses ]; then
        does "without a file the licences are learned" '/usr/share/common-licenses: ' err --task text $small
    fi
    "$DUET" eval --run run >out 2>err
    check "a run on pairs is evaluated" grep -q 'exact matches' out
}

# What is no data --------------------------------------------------------------------------------

printf 'a\tb\nabc\n' >column.tsv
refuses "a missing column is refused with file and line" 1 '--pairs: column.tsv: line 2: no tab' --pairs column.tsv
printf 'a\tb\na\tb\tc\n' >tabs.tsv
refuses "a second tab is refused with file and line" 1 '--pairs: tabs.tsv: line 2: more than one tab' --pairs tabs.tsv
printf 'a\tb\na\t\n' >target.tsv
refuses "an empty target is refused with file and line" 1 '--pairs: target.tsv: line 2: empty target' --pairs target.tsv
: >empty.tsv
refuses "an empty file is refused" 1 '--pairs: empty.tsv: empty: no pairs' --pairs empty.tsv
printf 'a\tb\na\tcaf\351\n' >latin.tsv
refuses "a file that is not UTF-8 is refused with line and byte" 1 '--pairs: latin.tsv: line 2: byte 10 of the file, 0xE9' --pairs latin.tsv
{ head -c 1048576 /dev/zero | tr '\0' x; printf '\ty\n'; } >long.tsv
refuses "a line of a megabyte is refused" 1 '--pairs: long.tsv: line 1: 1048577 characters, at most 256' --pairs long.tsv
printf 'a\ta\n%.0s' 1 2 3 4 5 6 7 8 9 >one.tsv
refuses "one symbol only is refused" 1 'one symbol only' --pairs one.tsv
refuses "a file that is not there is refused" 1 '--pairs: nowhere.tsv: cannot read: No such file' --pairs nowhere.tsv
refuses "a folder of pairs is refused" 1 '--pairs: folder: cannot read: a folder, not a file' --pairs folder
refuses "an empty text is refused" 1 '--text: empty.tsv: empty: no text' --text empty.tsv
printf 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' >ones.txt
refuses "a text of one symbol is refused" 1 'one symbol only' --text ones.txt
printf 'abababab' >short.txt
refuses "a short text is refused" 1 '--text: short.txt: too short: 8 characters to train on and 0 held out; length 32 needs 33' --text short.txt
refuses "a text that is not there is refused" 1 '--text: nowhere: cannot read' --text nowhere
refuses "a name that is empty is refused" 2 '--text: is empty' --text ''
refuses "pairs and text together are refused" 2 '--text: cannot stand beside --pairs' --pairs good.tsv --text good.txt
refuses "pairs for another task are refused" 2 '--task: task sort: reads no file' --pairs good.tsv --task sort
refuses "pairs without a file are refused" 2 '--task: task pairs: needs your data: --pairs FILE.tsv' --task pairs
refuses "a long name is refused" 2 '--pairs: "aaaaaaaa' --pairs "$(printf '%0200d' 0 | tr 0 a)"
refuses "dates of another length are refused" 2 '--test-length: task dates: test_length 9' --task dates --test-length 9
before=$(cat good.tsv run/run.ini | cksum)
refuses "a run is not touched by a bad file" 1 'line 2' --pairs column.tsv --out run --force
check "indeed not" test "$(cat good.tsv run/run.ini | cksum)" = "$before"
echo "1..$tests"
