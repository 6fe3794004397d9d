# The GRU of gru.json in PyTorch: the same rows, windows, target, batches and optimiser, told as "val_mae" (normalised).
import csv, json, os, sys
import torch
from torch import nn

TARGET, LOOKBACK, STEP, DELAY = "T (degC)", 240, 6, 36
TRAIN, VALIDATION = (0, 20000), (20000, 30000)
BATCH, STEPS = 128, 60

units, rate = int(sys.argv[1]), float(sys.argv[2])
torch.manual_seed(int(os.environ["SWEEP_SEED"]))
torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
with open("jena.csv") as file:
    table = list(csv.reader(file))
columns = table[0][1:]
values = torch.tensor([[float(cell) for cell in row[1:]] for row in table[1:]])
train = values[slice(*TRAIN)]
values = (values - train.mean(0)) / train.std(0, correction=0)
back = torch.arange(-LOOKBACK, 0, STEP)


def samples(rows):
    """Windows of a split: all that lie within its rows."""
    at = torch.arange(rows[0] + LOOKBACK, rows[1] - DELAY) if rows is VALIDATION else rows
    return values[at[:, None] + back], values[at + DELAY, columns.index(TARGET)]


class Forecaster(nn.Module):
    def __init__(self):
        super().__init__()
        self.gru, self.dense = nn.GRU(len(columns), units, batch_first=True), nn.Linear(units, 1)

    def forward(self, x):
        return self.dense(self.gru(x)[0][:, -1])[:, 0]


model = Forecaster()
optimizer = torch.optim.Adam(model.parameters(), lr=rate)
held, wanted = samples(VALIDATION)
for epoch in range(1, int(os.environ["SWEEP_EPOCHS"]) + 1):
    for _ in range(STEPS):
        x, y = samples(torch.randint(TRAIN[0] + LOOKBACK, TRAIN[1] - DELAY, (BATCH,)))
        loss = nn.functional.l1_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        mae = torch.cat([(model(x) - y).abs() for x, y in zip(held.split(1024), wanted.split(1024))]).mean()
    print("::sweep", json.dumps({"epoch": epoch, "val_mae": mae.item()}), flush=True)
