#!/bin/sh
# What README.md tells a reader to type works as it stands there, but with a shorter training.
set -u

readme=$(pwd)/README.md
export DUET_LESSONS=$(pwd)/lessons
scratch=$(mktemp -d "${TMPDIR:-/tmp}/duet-readme.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1
ln -s "$DUET" duet

# The lines of the section "The command line" that begin with ./duet.
sed -n '/^## The command line/,/^## /s/^    \(\.\/duet .*\)/\1/p' "$readme" |
    sed 's/--steps 1500/--steps 30/; s/--step 600/--step 5/; s/1600x900/640x360/' >commands
count=$(wc -l <commands)
echo "1..$((count + 3))"

ok() {
    if [ "$1" -eq 0 ]; then echo "ok - $2"; else echo "not ok - $2"; fi
}

[ "$count" -ge 5 ]
ok $? "the README shows the commands"

while read -r line; do
    case "$WINDOW:$line" in
    no:*shot*)
        echo "ok - $line # skip: built without a window"
        continue
        ;;
    esac
    sh -c "$line" >output 2>&1 </dev/null
    result=$?
    [ $result -eq 0 ] || sed 's/^/# /' output
    ok $result "$line"
done <commands

# The Python program needs the right arm's probe too.
./duet probe --run run --arm right --sample 0 --out right.probe.safetensors >/dev/null
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
    echo "ok - the weights load strictly into PyTorch # skip: no python3-torch"
fi
