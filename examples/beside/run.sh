#!/bin/sh
# One trial by either: PyTorch, or our own engine, whose epochs "sweep try" prints for the pattern of sweep.json to read.
set -e
case $1 in
  pytorch) exec python3 train.py "$2" "$3" ;;
  sweep) exec ${SWEEP:-sweep} try gru.json --set "units=$2" --set "lr=$3" --set "seed=$SWEEP_SEED" --set "training.epochs=$SWEEP_EPOCHS" ;;
esac
