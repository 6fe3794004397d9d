"""The grid of sweeps/quick.json trained by PyTorch: in a pool of processes, or by Ray Tune.

Usage: quick_grid.py pool|ray SWEEP_FILE DATA OFFSET FEATURES TARGET, where DATA is the prepared series: a header, then float32 `[rows, features]`.
One thread a trial, as many trials at once as there are processors. Prints one JSON line with the best validation MAE.
"""
import itertools
import json
import multiprocessing
import os
import sys
import warnings

os.environ.update({name: "1" for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS")})
os.environ.update({"CUDA_VISIBLE_DEVICES": "", "RAY_AIR_NEW_OUTPUT": "0", "RAY_DEDUP_LOGS": "0", "RAY_USAGE_STATS_ENABLED": "0"})
warnings.filterwarnings("ignore")


def train(point, sweep, data_file, offset, features, target):
    import numpy as np
    import torch

    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    torch.manual_seed(sweep["seed"])
    data = np.memmap(data_file, dtype="<f4", mode="r", offset=offset).reshape(-1, features)
    window, training, split = sweep["window"], sweep["training"], sweep["dataset"]["split"]
    lookback, step, delay = window["lookback"], window["step"], window["delay"]
    offsets = np.arange(-lookback, 0, step)

    def rows_of(part):
        start, end = split[part]
        return np.arange(start + lookback, (end or len(data)) - delay)

    def batch(rows):
        return torch.from_numpy(data[rows[:, None] + offsets]), torch.from_numpy(data[rows + delay, target])

    class Model(torch.nn.Module):
        def __init__(self):
            super().__init__()
            cell = torch.nn.GRU if point["cell"] == "gru" else torch.nn.LSTM
            self.cell = cell(features, point["units"], batch_first=True)
            self.out = torch.nn.Linear(point["units"], 1)

        def forward(self, x):
            return self.out(self.cell(x)[0][:, -1])[:, 0]

    model = Model()
    optimizer = torch.optim.RMSprop(model.parameters(), lr=point["learningRate"], alpha=0.9, eps=1e-7)
    random = np.random.default_rng(sweep["seed"])
    size = training["batchSize"]
    validation = rows_of("validation")[:: training["validationStride"]]
    best = float("inf")
    for _ in range(training["epochs"]):
        model.train()
        order = random.permutation(rows_of("train"))
        for at in range(training["stepsPerEpoch"]):
            x, y = batch(order[at * size : (at + 1) * size])
            optimizer.zero_grad()
            torch.nn.functional.l1_loss(model(x), y).backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            errors = [
                torch.abs(model(x) - y)
                for x, y in (batch(validation[at : at + size]) for at in range(0, len(validation), size))
            ]
        best = min(best, float(torch.cat(errors).mean()))
    return best


def main():
    mode, sweep_file, data_file = sys.argv[1:4]
    layout = [int(number) for number in sys.argv[4:]]
    with open(sweep_file) as file:
        sweep = json.load(file)
    space = sweep["space"]
    points = [dict(zip(space, values)) for values in itertools.product(*space.values())]
    at_once = len(os.sched_getaffinity(0))
    if mode == "pool":
        with multiprocessing.get_context("spawn").Pool(at_once) as pool:
            works = [pool.apply_async(train, (point, sweep, data_file, *layout)) for point in points]
            found = min(work.get() for work in works)
        import torch

        version = f"PyTorch {torch.__version__.split('+')[0]}, {at_once} processes"
    else:
        import ray
        from ray import tune

        ray.init(num_cpus=at_once, logging_level="error", log_to_driver=False)
        trainable = lambda point: tune.report({"mae": train(point, sweep, data_file, *layout)})
        tuner = tune.Tuner(
            tune.with_resources(trainable, {"cpu": 1}),
            param_space={name: tune.grid_search(values) for name, values in space.items()},
            tune_config=tune.TuneConfig(metric="mae", mode="min"),
            run_config=tune.RunConfig(verbose=0),
        )
        found = tuner.fit().get_best_result().metrics["mae"]
        import torch

        version = f"Ray Tune {ray.__version__} with PyTorch {torch.__version__.split('+')[0]}"
    print(json.dumps({"version": version, "validationMae": found}), flush=True)


if __name__ == "__main__":
    main()
