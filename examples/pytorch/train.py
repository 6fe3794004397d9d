# A GRU in PyTorch on a series, from a CSV file ($SWEEP_CSV: hourly weather, column "T (degC)") or a made one without it.
import csv, math, os, random
import torch
from torch import nn
from sweep_client import checkpoint_dir, epochs, params, report, seed, should_stop

LOOKBACK, DELAY = 48, 24
torch.manual_seed(seed)


def series():
    path = os.environ.get("SWEEP_CSV")
    if path:
        with open(path) as file:
            rows = list(csv.DictReader(file))
        column = next(name for name in rows[0] if "degC" in name)
        return torch.tensor([float(row[column]) for row in rows])
    noise = random.Random(7)
    return torch.tensor([math.sin(t / 24 * 2 * math.pi) + math.sin(t / 400) + noise.gauss(0, 0.1) for t in range(3000)])


values = series()
cut = int(len(values) * 0.7)
mean, std = values[:cut].mean(), values[:cut].std()
values = (values - mean) / std
windows = values.unfold(0, LOOKBACK + DELAY, 3)
inputs, targets = windows[:, :LOOKBACK, None], windows[:, -1:]
border = int(len(inputs) * 0.7)


class Forecaster(nn.Module):
    def __init__(self, units, dropout):
        super().__init__()
        self.gru = nn.GRU(1, units, batch_first=True)
        self.dropout = nn.Dropout(dropout)
        self.dense = nn.Linear(units, 1)

    def forward(self, x):
        return self.dense(self.dropout(self.gru(x)[0][:, -1]))


model = Forecaster(params.get("units", 16), params.get("dropout", 0.0))
optimizer = torch.optim.Adam(model.parameters(), lr=params.get("lr", 0.001))
path = os.path.join(checkpoint_dir, "model.pt")
first = 1
if os.path.exists(path):
    kept = torch.load(path)
    model.load_state_dict(kept["model"])
    optimizer.load_state_dict(kept["optimizer"])
    first = kept["epoch"] + 1

for epoch in range(first, epochs + 1):
    if should_stop():
        break
    model.train()
    for batch in torch.randperm(border).split(64):
        loss = nn.functional.l1_loss(model(inputs[batch]), targets[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        mae = nn.functional.l1_loss(model(inputs[border:]), targets[border:])
    torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": epoch}, path + ".new")
    os.replace(path + ".new", path)
    report(epoch, val_mae=mae)
