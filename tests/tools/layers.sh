#!/bin/sh
# layers.sh [ROOT]: proves from the #include lines that dependencies point down only.
#
#     viz  ->  lessons  ->  rnn, transformer  ->  common
#
# rnn and transformer do not know each other. Only tests include tests. Inside common, numeric/ and
# error.h stand on nothing else. SDL stays in viz/window, OpenMP in common/numeric/parallel.c.
# Each line that breaks a rule is named; exit 1 if there is one.

cd "${1:-.}" || exit 2

find common rnn transformer lessons viz tests -name '*.[ch]' 2>/dev/null | sort | awk '
function wrong(why) {
    print file ":" line ": " why
    failed = 1
}

# The floor or part of common that a file belongs to.
function place(path) {
    if (path ~ /^common\/numeric\// || path ~ /^common\/error\.[ch]$/)
        return "common/numeric"
    sub(/\/.*/, "", path)
    return path
}

function check_include(path,    from, to) {
    if (path ~ /\.\./) {
        wrong("\"" path "\": write the path from the root")
        return
    }
    if (path !~ /\// || !(place(path) in below)) {
        wrong("\"" path "\" is on no floor; write the path from the root")
        return
    }
    from = place(file)
    to = place(path)
    if (from != to && index(below[from], " " to " ") == 0)
        wrong(from " must not include " to " (\"" path "\")")
}

BEGIN {
    below["common/numeric"] = " "
    below["common"] = " common/numeric "
    below["rnn"] = below["common"] "common "
    below["transformer"] = below["rnn"]
    below["lessons"] = below["rnn"] "rnn transformer "
    below["viz"] = below["lessons"] "lessons "
    below["tests"] = below["viz"] "viz "
}

{
    file = $0
    files++
    line = 0
    while ((getline text < file) > 0) {
        line++
        if (text ~ /^[ \t]*#[ \t]*include[ \t]*"/) {
            split(text, part, "\"")
            check_include(part[2])
        }
        if (text ~ /^[ \t]*#[ \t]*include[ \t]*["<](SDL2\/)?SDL[A-Za-z0-9_]*\.h/ &&
            file !~ /^(tests\/)?viz\/window\//)
            wrong("SDL is known in viz/window only")
        if ((text ~ /^[ \t]*#[ \t]*include[ \t]*["<]omp\.h/ ||
             text ~ /^[ \t]*#[ \t]*pragma[ \t]+omp/ || text ~ /_Pragma\("omp/) &&
            file != "common/numeric/parallel.c")
            wrong("OpenMP is known in common/numeric/parallel.c only")
    }
    close(file)
}

END {
    if (!files) {
        print "no sources here"
        exit 2
    }
    exit failed
}' >&2
