"""Optuna's default sampler, asked over standard input: one JSON request a line, one JSON answer a line.

{"start": SPACE, "seed": N}   a study begins; its first point is the answer
{"value": V}                  the value of that point; the next one is the answer

The space is a sweep file's, so that the problems stand in one place and in one language.
"""

import json
import sys

import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)


def suggest(trial, name, dimension):
    if isinstance(dimension, list):
        return trial.suggest_categorical(name, dimension)
    if dimension["type"] == "choice":
        return trial.suggest_categorical(name, dimension["values"])
    kind = trial.suggest_int if dimension["type"] == "int" else trial.suggest_float
    fields = {key: dimension[key] for key in ("low", "high", "log", "step") if key in dimension}
    return kind(name, **fields)


def main():
    print(json.dumps({"version": optuna.__version__}), flush=True)
    study = trial = space = None
    for line in sys.stdin:
        request = json.loads(line)
        if "start" in request:
            space = request["start"]
            sampler = optuna.samplers.TPESampler(seed=request["seed"])
            study = optuna.create_study(sampler=sampler)
        else:
            study.tell(trial, request["value"])
        trial = study.ask()
        point = {name: suggest(trial, name, dimension) for name, dimension in space.items()}
        print(json.dumps(point), flush=True)


main()
