#!/usr/bin/env bash
# Builds the native package of TensorFlow.js, without a GPU and without its install script, for tests and benchmarks:
# its binding is compiled against the headers and libraries inside PyPI's tensorflow-cpu.
#   build-native-tensorflow.sh DIR      then: SWEEP_TFJS_NODE=DIR/node_modules/@tensorflow/tfjs-node npm test -- contract
# Needs g++, unzip, Python's pip, 1.5 GB of disk, and Node's own headers (beside node, or NODE_HEADERS). Linux on x86-64.
set -euo pipefail

TFJS_VERSION=4.22.0
# The binding was written for the C API of TensorFlow 2.9. 2.12 is the first release whose wheel holds that API in a
# library of its own (libtensorflow_cc); its functions are still the same.
TENSORFLOW_VERSION=2.12.0
PYTHON_OF_WHEEL=3.11
NAPI_VERSION=8

directory=$(mkdir -p "${1:?usage: build-native-tensorflow.sh DIR}" && cd "$1" && pwd)
headers=${NODE_HEADERS:-$(dirname "$(dirname "$(readlink -f "$(command -v node)")")")/include/node}
[ -f "$headers/node_api.h" ] || headers=/usr/include/node
[ -f "$headers/node_api.h" ] || { echo "no node_api.h: set NODE_HEADERS to the folder that holds it" >&2; exit 2; }
cd "$directory"

[ -f package.json ] || echo '{"private": true}' >package.json
npm install --ignore-scripts --no-audit --no-fund "@tensorflow/tfjs-node@$TFJS_VERSION"
python3 -m pip download --quiet --no-deps --only-binary=:all: --python-version "$PYTHON_OF_WHEEL" \
  --platform manylinux2014_x86_64 --dest wheel "tensorflow-cpu==$TENSORFLOW_VERSION"
unzip -qo wheel/tensorflow_cpu-*.whl 'tensorflow/include/*' 'tensorflow/libtensorflow_*' -d libtensorflow

package=$directory/node_modules/@tensorflow/tfjs-node
library=$directory/libtensorflow/tensorflow
mkdir -p "$package/lib/napi-v$NAPI_VERSION"
g++ -std=c++17 -O2 -fPIC -shared -w "-DNAPI_VERSION=$NAPI_VERSION" -DBUILDING_NODE_EXTENSION \
  -I"$headers" -I"$library/include" "$package"/binding/tfjs_backend.cc "$package"/binding/tfjs_binding.cc \
  -o "$package/lib/napi-v$NAPI_VERSION/tfjs_binding.node" \
  -L"$library" -l:libtensorflow_cc.so.2 -l:libtensorflow_framework.so.2 "-Wl,-rpath,$library"

node -e 'const tf = require(process.argv[1]); console.log(`TensorFlow ${tf.backend().binding.TF_Version} on the backend "${tf.getBackend()}"`);' "$package"
echo "SWEEP_TFJS_NODE=$package"
