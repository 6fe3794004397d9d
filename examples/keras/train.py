# A Keras model, whose history a callback reports: any keras.Model.fit takes it.
import os
import keras
import numpy as np
from sweep_client import checkpoint_dir, epochs, params, report, seed, should_stop

keras.utils.set_random_seed(seed)
path = os.path.join(checkpoint_dir, "model.keras")
kept = os.path.join(checkpoint_dir, "epoch")


class Report(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        self.model.save(path)
        with open(kept, "w") as file:
            file.write(str(epoch + 1))
        report(epoch + 1, **logs)
        self.model.stop_training = should_stop()


x = np.random.default_rng(7).normal(size=(600, 4))
y = np.sin(x[:, :1]) + x[:, 1:2] * x[:, 2:3]
if os.path.exists(kept):
    model, first = keras.models.load_model(path), int(open(kept).read())
else:
    first = 0
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(params["units"], "tanh"), keras.layers.Dense(1)])
    model.compile(keras.optimizers.Adam(params["learningRate"]), "mse")
model.fit(x, y, validation_split=0.3, initial_epoch=first, epochs=epochs, verbose=0, callbacks=[Report()])
