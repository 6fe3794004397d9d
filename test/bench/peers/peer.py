"""A peer of `npm run bench -- peers`: trains one model by PyTorch, Keras or JAX, a step at a time, on one core.

Reads one JSON message a line from standard input and answers with one a line: `build` takes layers (the sweep file's
words), weights in Keras layout and one batch; `step` and `forward` answer with their milliseconds.
Usage: peer.py torch | keras | jax
"""
import json
import os
import sys
import time

for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"):
    os.environ[variable] = "1"
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["JAX_PLATFORMS"] = "cpu"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})

import numpy as np  # noqa: E402

LEARNING_RATE, RHO, EPSILON = 0.001, 0.9, 1e-7


def read_arrays(file, tensors):
    flat = np.fromfile(file, dtype="<f4")
    arrays, at = [], 0
    for shape in tensors:
        size = int(np.prod(shape))
        arrays.append(flat[at : at + size].reshape(shape))
        at += size
    return arrays


def timed(work):
    before = time.perf_counter()
    loss = work()
    return {"ms": 1e3 * (time.perf_counter() - before), "loss": loss}


class TorchPeer:
    def __init__(self):
        import torch

        torch.set_num_threads(1)
        # As TensorFlow and XLA do: gradients that vanish over 240 steps would cost ten times the rest otherwise.
        torch.set_flush_denormal(True)
        self.torch = torch
        self.version = f"PyTorch {torch.__version__.split('+')[0]}"

    def build(self, layers, weights, x, y, loss):
        torch, nn = self.torch, self.torch.nn
        taken = iter([torch.from_numpy(array.copy()) for array in weights])

        class Recurrent(nn.Module):
            def __init__(self, layer, bidirectional=False):
                super().__init__()
                self.returns_sequences = layer["returnSequences"]
                self.units = layer["units"]
                gates = 3 if layer["type"] == "gru" else 4
                # PyTorch orders a GRU's gates reset, update, new; an LSTM's as Keras does.
                order = [1, 0, 2] if gates == 3 else [0, 1, 2, 3]
                cells = []
                for _ in range(2 if bidirectional else 1):
                    cells.append((next(taken), next(taken), next(taken)))
                make = nn.GRU if gates == 3 else nn.LSTM
                self.cell = make(cells[0][0].shape[0], self.units, batch_first=True, bidirectional=bidirectional)

                def arrange(matrix):
                    return torch.cat([matrix[..., g * self.units : (g + 1) * self.units] for g in order], dim=-1)

                with torch.no_grad():
                    for suffix, (kernel, recurrent, bias) in zip(("", "_reverse"), cells):
                        own = lambda name: getattr(self.cell, f"{name}_l0{suffix}")
                        own("weight_ih").copy_(arrange(kernel).T)
                        own("weight_hh").copy_(arrange(recurrent).T)
                        both = bias if bias.dim() == 2 else torch.stack([bias, torch.zeros_like(bias)])
                        own("bias_ih").copy_(arrange(both[0]))
                        own("bias_hh").copy_(arrange(both[1]))

            def forward(self, x):
                sequence, state = self.cell(x)
                if self.returns_sequences:
                    return sequence
                last = state[0] if isinstance(state, tuple) else state
                return torch.cat(list(last), dim=-1)

        class Transposed(nn.Module):
            """Convolutions and pools of PyTorch take channels before time."""

            def __init__(self, inner):
                super().__init__()
                self.inner = inner

            def forward(self, x):
                return self.inner(x.transpose(1, 2)).transpose(1, 2)

        class Lambda(nn.Module):
            def __init__(self, function):
                super().__init__()
                self.function = function

            def forward(self, x):
                return self.function(x)

        def activation(name):
            return {"linear": [], "relu": [nn.ReLU()], "tanh": [nn.Tanh()], "sigmoid": [nn.Sigmoid()]}[name]

        class Residual(nn.Module):
            def __init__(self, layer):
                super().__init__()
                self.inner = nn.Sequential(*modules_of(layer["layers"]))
                self.skip = nn.Identity()
                if layer["projects"]:
                    self.skip = linear(next(taken), next(taken))
                self.concatenates = layer["merge"] == "concat"
                self.activation = nn.Sequential(*activation(layer["activation"]))

            def forward(self, x):
                inner, skipped = self.inner(x), self.skip(x)
                merged = torch.cat([skipped, inner], dim=-1) if self.concatenates else skipped + inner
                return self.activation(merged)

        class Attention(nn.Module):
            def __init__(self):
                super().__init__()
                self.hidden = linear(next(taken), next(taken))
                self.query = linear(next(taken), None)

            def forward(self, x):
                shares = torch.softmax(self.query(torch.tanh(self.hidden(x))), dim=1)
                return (shares * x).sum(dim=1)

        def linear(kernel, bias):
            made = nn.Linear(*kernel.shape, bias=bias is not None)
            with torch.no_grad():
                made.weight.copy_(kernel.T)
                if bias is not None:
                    made.bias.copy_(bias)
            return made

        def modules_of(layers):
            modules = []
            for layer in layers:
                modules += modules_for(layer)
            return modules

        def modules_for(layer):
            modules = []
            kind = layer["type"]
            if kind == "residual":
                modules.append(Residual(layer))
            elif kind == "attention":
                modules.append(Attention())
            elif kind == "lastStep":
                modules.append(Lambda(lambda x: x[:, -1]))
            elif kind in ("gru", "lstm"):
                modules.append(Recurrent(layer))
            elif kind == "bidirectional":
                modules.append(Recurrent(layer["layer"], True))
            elif kind == "dense":
                modules += [linear(next(taken), next(taken)), *activation(layer["activation"])]
            elif kind == "conv1d":
                kernel, bias = next(taken), next(taken)
                conv = nn.Conv1d(kernel.shape[1], kernel.shape[2], kernel.shape[0], dilation=layer["dilationRate"])
                if layer["padding"] == "causal":
                    before = (kernel.shape[0] - 1) * layer["dilationRate"]
                    modules.append(Lambda(lambda x: nn.functional.pad(x, (0, 0, before, 0))))
                with torch.no_grad():
                    conv.weight.copy_(kernel.permute(2, 1, 0))
                    conv.bias.copy_(bias)
                modules += [Transposed(conv), *activation(layer["activation"])]
            elif kind == "embedding":
                modules += [Lambda(lambda x: x[..., 0].long()), nn.Embedding.from_pretrained(next(taken), freeze=False)]
            elif kind == "layerNormalization":
                gamma, beta = next(taken), next(taken)
                norm = nn.LayerNorm(gamma.shape[0], eps=layer["epsilon"])
                with torch.no_grad():
                    norm.weight.copy_(gamma)
                    norm.bias.copy_(beta)
                modules.append(norm)
            elif kind == "maxPooling1d":
                modules.append(Transposed(nn.MaxPool1d(layer["poolSize"])))
            elif kind == "averagePooling1d":
                # Padding counts for nothing in a mean; "same" is told of pools of odd size that take every step.
                size, whole = layer["poolSize"], layer["padding"] == "same"
                pool = nn.AvgPool1d(size, layer["strides"] or size, size // 2 if whole else 0, count_include_pad=False)
                modules.append(Transposed(pool))
            elif kind == "globalMaxPooling1d":
                modules.append(Lambda(lambda x: x.amax(dim=1)))
            elif kind == "globalAveragePooling1d":
                modules.append(Lambda(lambda x: x.mean(dim=1)))
            elif kind == "flatten":
                modules.append(nn.Flatten())
            else:
                raise ValueError(f"no {kind} here")
            return modules

        self.model = nn.Sequential(*modules_of(layers))
        self.optimizer = torch.optim.RMSprop(self.model.parameters(), lr=LEARNING_RATE, alpha=RHO, eps=EPSILON)
        self.x, self.y = torch.from_numpy(x), torch.from_numpy(y)
        functional = nn.functional
        self.loss = functional.l1_loss if loss == "mae" else functional.binary_cross_entropy

    def step(self):
        self.optimizer.zero_grad()
        loss = self.loss(self.model(self.x), self.y)
        loss.backward()
        self.optimizer.step()
        return float(loss)

    def forward(self):
        with self.torch.no_grad():
            return float(self.model(self.x)[0, 0])


class KerasPeer:
    def __init__(self):
        import keras

        backend = keras.backend.backend()
        if backend == "tensorflow":
            import tensorflow as tf

            tf.config.threading.set_intra_op_parallelism_threads(1)
            tf.config.threading.set_inter_op_parallelism_threads(1)
        elif backend == "torch":
            import torch

            torch.set_num_threads(1)
        self.keras = keras
        self.version = f"Keras {keras.__version__} on {backend}"

    def build(self, layers, weights, x, y, loss):
        keras, kl = self.keras, self.keras.layers

        def recurrent(layer):
            settings = {"recurrent_activation": "sigmoid", "return_sequences": layer["returnSequences"]}
            if layer["type"] == "gru":
                return kl.GRU(layer["units"], reset_after=layer["resetAfter"], **settings)
            return kl.LSTM(layer["units"], **settings)

        def convolution(layer):
            settings = {key: layer[key] for key in ("padding", "activation")}
            return kl.Conv1D(layer["filters"], layer["kernelSize"], dilation_rate=layer["dilationRate"], **settings)

        def average(layer):
            return kl.AveragePooling1D(layer["poolSize"], layer["strides"], layer["padding"])

        def block(layer, shape):
            """A layer that branches, as a model of its own."""
            start = keras.Input(shape)
            if layer["type"] == "attention":
                hidden = kl.Dense(layer["units"], activation="tanh")(start)
                shares = kl.Softmax(axis=1)(kl.Dense(1, use_bias=False)(hidden))
                return keras.Model(start, kl.Flatten()(kl.Dot(axes=1)([shares, start])))
            inner = start
            for own in layer["layers"]:
                inner = (convolution if own["type"] == "conv1d" else average)(own)(inner)
            skipped = kl.Dense(inner.shape[-1])(start) if layer["projects"] else start
            merged = kl.Add()([inner, skipped]) if layer["merge"] == "sum" else kl.Concatenate()([skipped, inner])
            return keras.Model(start, kl.Activation(layer["activation"])(merged))

        model = keras.Sequential([keras.Input(x.shape[1:])])
        for layer in layers:
            kind = layer["type"]
            if kind in ("residual", "attention"):
                model.add(block(layer, model.output_shape[1:]))
            elif kind == "lastStep":
                model.add(kl.Lambda(lambda v: v[:, -1]))
            elif kind in ("gru", "lstm"):
                model.add(recurrent(layer))
            elif kind == "bidirectional":
                model.add(kl.Bidirectional(recurrent(layer["layer"])))
            elif kind == "dense":
                model.add(kl.Dense(layer["units"], activation=layer["activation"]))
            elif kind == "conv1d":
                model.add(convolution(layer))
            elif kind == "embedding":
                model.add(kl.Reshape((x.shape[1],)))
                model.add(kl.Embedding(layer["inputDim"], layer["outputDim"]))
            elif kind == "layerNormalization":
                model.add(kl.LayerNormalization(epsilon=layer["epsilon"]))
            elif kind == "maxPooling1d":
                model.add(kl.MaxPooling1D(layer["poolSize"]))
            elif kind == "averagePooling1d":
                model.add(average(layer))
            elif kind == "globalMaxPooling1d":
                model.add(kl.GlobalMaxPooling1D())
            elif kind == "globalAveragePooling1d":
                model.add(kl.GlobalAveragePooling1D())
            elif kind == "flatten":
                model.add(kl.Flatten())
            else:
                raise ValueError(f"no {kind} here")
        model.set_weights(weights)
        optimizer = keras.optimizers.RMSprop(LEARNING_RATE, rho=RHO, epsilon=EPSILON)
        model.compile(optimizer, loss=loss if loss == "mae" else "binary_crossentropy")
        self.model, self.x, self.y = model, x, y

    def step(self):
        return float(self.model.train_on_batch(self.x, self.y))

    def forward(self):
        return float(self.model.predict_on_batch(self.x)[0, 0])


class JaxPeer:
    def __init__(self):
        import jax

        self.jax = jax
        self.version = f"JAX {jax.__version__}"

    def build(self, layers, weights, x, y, loss):
        jax, jnp, lax = self.jax, self.jax.numpy, self.jax.lax

        def gru(kernel, recurrent, bias, x):
            units = recurrent.shape[0]
            inputs = jnp.swapaxes(x @ kernel + bias[0], 0, 1)

            def advance(h, xt):
                ht = h @ recurrent + bias[1]
                z = jax.nn.sigmoid(xt[:, :units] + ht[:, :units])
                r = jax.nn.sigmoid(xt[:, units : 2 * units] + ht[:, units : 2 * units])
                new = jnp.tanh(xt[:, 2 * units :] + r * ht[:, 2 * units :])
                h = z * h + (1 - z) * new
                return h, h

            return lax.scan(advance, jnp.zeros((x.shape[0], units)), inputs)

        def lstm(kernel, recurrent, bias, x):
            units = recurrent.shape[0]
            inputs = jnp.swapaxes(x @ kernel + bias, 0, 1)

            def advance(state, xt):
                h, c = state
                a = xt + h @ recurrent
                i, f, g, o = (a[:, k * units : (k + 1) * units] for k in range(4))
                c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
                h = jax.nn.sigmoid(o) * jnp.tanh(c)
                return (h, c), h

            zeros = jnp.zeros((x.shape[0], units))
            (h, _), sequence = lax.scan(advance, (zeros, zeros), inputs)
            return h, sequence

        def recurrent(layer, w, x):
            last, sequence = (gru if layer["type"] == "gru" else lstm)(*w, x)
            return jnp.swapaxes(sequence, 0, 1) if layer["returnSequences"] else last

        activations = {"linear": lambda v: v, "relu": jax.nn.relu, "tanh": jnp.tanh, "sigmoid": jax.nn.sigmoid}
        counts = {"gru": 3, "lstm": 3, "bidirectional": 6, "dense": 2, "conv1d": 2, "embedding": 1, "layerNormalization": 2, "attention": 3}

        def pool(x, size, reduce):
            steps = x.shape[1] // size
            return reduce(x[:, : steps * size].reshape(x.shape[0], steps, size, x.shape[2]), axis=2)

        def count_of(layer):
            if layer["type"] != "residual":
                return counts.get(layer["type"], 0)
            return sum(map(count_of, layer["layers"])) + (2 if layer["projects"] else 0)

        def apply(layer, w, x):
            kind = layer["type"]
            if kind == "residual":
                inner = chain(layer["layers"], w, x)
                skipped = x @ w[-2] + w[-1] if layer["projects"] else x
                merged = skipped + inner if layer["merge"] == "sum" else jnp.concatenate((skipped, inner), axis=-1)
                return activations[layer["activation"]](merged)
            if kind == "attention":
                shares = jax.nn.softmax(jnp.tanh(x @ w[0] + w[1]) @ w[2], axis=1)
                return (shares * x).sum(axis=1)
            if kind == "lastStep":
                return x[:, -1]
            if kind in ("gru", "lstm"):
                return recurrent(layer, w, x)
            if kind == "bidirectional":
                both = (recurrent(layer["layer"], w[:3], x), recurrent(layer["layer"], w[3:], x[:, ::-1]))
                return jnp.concatenate(both, axis=-1)
            if kind == "dense":
                return activations[layer["activation"]](x @ w[0] + w[1])
            if kind == "conv1d":
                before = (w[0].shape[0] - 1) * layer["dilationRate"]
                pads = [(before, 0)] if layer["padding"] == "causal" else "VALID"
                axes = {"dimension_numbers": ("NWC", "WIO", "NWC"), "rhs_dilation": (layer["dilationRate"],)}
                out = lax.conv_general_dilated(x, w[0], (1,), pads, **axes)
                return activations[layer["activation"]](out + w[1])
            if kind == "embedding":
                return w[0][x[..., 0].astype(jnp.int32)]
            if kind == "layerNormalization":
                mean, variance = x.mean(-1, keepdims=True), x.var(-1, keepdims=True)
                return (x - mean) / jnp.sqrt(variance + layer["epsilon"]) * w[0] + w[1]
            if kind == "maxPooling1d":
                return pool(x, layer["poolSize"], jnp.max)
            if kind == "averagePooling1d":
                if layer["padding"] == "same":
                    around = lambda v: lax.reduce_window(v, 0.0, lax.add, (1, layer["poolSize"], 1), (1, 1, 1), "SAME")
                    return around(x) / around(jnp.ones_like(x))
                return pool(x, layer["poolSize"], jnp.mean)
            if kind == "globalMaxPooling1d":
                return x.max(axis=1)
            if kind == "globalAveragePooling1d":
                return x.mean(axis=1)
            if kind == "flatten":
                return x.reshape(x.shape[0], -1)
            raise ValueError(f"no {kind} here")

        def chain(layers, weights, x):
            at = 0
            for layer in layers:
                count = count_of(layer)
                x = apply(layer, weights[at : at + count], x)
                at += count
            return x

        def predict(weights, x):
            return chain(layers, weights, x)

        def loss_of(weights, x, y):
            out = predict(weights, x)
            if loss == "mae":
                return jnp.abs(out - y).mean()
            out = jnp.clip(out, EPSILON, 1 - EPSILON)
            return -(y * jnp.log(out) + (1 - y) * jnp.log(1 - out)).mean()

        @jax.jit
        def step(weights, squares, x, y):
            value, gradients = jax.value_and_grad(loss_of)(weights, x, y)
            squares = [RHO * s + (1 - RHO) * g * g for s, g in zip(squares, gradients)]
            updated = [w - LEARNING_RATE * g / (jnp.sqrt(s) + EPSILON) for w, s, g in zip(weights, squares, gradients)]
            return updated, squares, value

        self.weights = [jnp.asarray(array) for array in weights]
        self.squares = [jnp.zeros_like(array) for array in self.weights]
        self.x, self.y = jnp.asarray(x), jnp.asarray(y)
        self.train, self.predict = step, jax.jit(predict)

    def step(self):
        self.weights, self.squares, loss = self.train(self.weights, self.squares, self.x, self.y)
        return float(loss)

    def forward(self):
        return float(self.predict(self.weights, self.x)[0, 0])


def main():
    # What libraries print must not stand between the answers.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    peer = {"torch": TorchPeer, "keras": KerasPeer, "jax": JaxPeer}[sys.argv[1]]()
    answer = lambda message: print(json.dumps(message), file=answers, flush=True)
    answer({"version": peer.version})
    for line in sys.stdin:
        message = json.loads(line)
        if message["op"] == "build":
            x, y, *weights = read_arrays(message["file"], message["shapes"])
            peer.build(message["layers"], weights, x, y, message["loss"])
            answer({})
        else:
            answer(timed(peer.step if message["op"] == "step" else peer.forward))


main()
