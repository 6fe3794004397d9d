#!/bin/sh
# Compiles with the flags of the trial and runs the program, which says how long it took.
set -e
flags="$1"
[ "$2" = true ] && flags="$flags -march=native"
[ "$3" = true ] && flags="$flags -funroll-loops"
cc $flags -o product product.c || exit 78
./product
