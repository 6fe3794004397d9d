# Copy this file beside your script: parameters in, metrics out, a checkpoint kept. No package to install.
import json, os

params = json.loads(os.environ.get("SWEEP_PARAMS", "{}"))
seed = int(os.environ.get("SWEEP_SEED", "0"))
epochs = int(os.environ.get("SWEEP_EPOCHS", "1"))
checkpoint_dir = os.environ.get("SWEEP_CHECKPOINT_DIR", ".")
_metrics = os.fdopen(int(os.environ["SWEEP_METRICS_FD"]), "w") if "SWEEP_METRICS_FD" in os.environ else None


def report(epoch, **metrics):
    """Tells of an epoch, from 1. Save the checkpoint before: another attempt goes on from the newest."""
    line = json.dumps({"epoch": epoch, **{name: float(value) for name, value in metrics.items()}})
    print(line, file=_metrics, flush=True)


def should_stop():
    return os.path.exists(os.path.join(os.environ.get("SWEEP_DIR", "."), "stop"))
