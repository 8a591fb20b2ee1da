import { EngineError, monotonicMs } from "@quantlab/core";
import type { LibraryHandle } from "koffi";
import type { Device, Llama } from "./llama.ts";
import { native } from "./native.ts";

/** A chain of matrix products, each with the result of the one before: 4 × 2 · 1024 · 1024 · 256 operations. */
const [size, columns, products] = [1024, 256, 4];
/** At least so many runs and so long: the fastest of them is not the one that something came between. */
const [fewestRuns, leastMs] = [3, 200];
const float32 = 0;
/** Every byte of what is multiplied: neighbouring floats of 0.01, for zeros would let a device rest. */
const filling = 0x3c;

/**
 * Milliseconds of a fixed piece of computing on a device, the fastest of several runs, after one that its programs are
 * compiled in. It is the same whatever model and engine are measured, so only the device's real speed moves it.
 */
export function timeDeviceKernel(llama: Llama, device: Device): number {
  const ggml = bind(llama.base);
  const backend = ggml.deviceInit(device.pointer, null) as bigint | null;
  if (backend === null) throw new EngineError("llama.cpp", `${device.name} cannot be started`);
  const context = ggml.init({
    mem_size: Number(ggml.tensorOverhead()) * 16 + Number(ggml.graphOverhead()),
    mem_buffer: null,
    no_alloc: true,
  }) as bigint;
  let buffer: bigint | null = null;
  try {
    const weights = ggml.newTensor(context, float32, size, size) as bigint;
    let result = ggml.newTensor(context, float32, size, columns) as bigint;
    for (let done = 0; done < products; done++) result = ggml.multiply(context, weights, result) as bigint;
    const graph = ggml.newGraph(context) as bigint;
    ggml.expandGraph(graph, result);
    buffer = ggml.allocate(context, backend) as bigint | null;
    if (buffer === null) throw new EngineError("llama.cpp", `${device.name} has no room for the calibration`);
    ggml.bufferClear(buffer, filling);
    const run = () => {
      const start = monotonicMs();
      if (ggml.compute(backend, graph) !== 0) {
        throw new EngineError("llama.cpp", `${device.name} cannot compute the calibration`);
      }
      return monotonicMs() - start;
    };
    run();
    const times: number[] = [];
    while (times.length < fewestRuns || times.reduce((sum, time) => sum + time, 0) < leastMs)
      times.push(run());
    return Math.min(...times);
  } finally {
    if (buffer !== null) ggml.bufferFree(buffer);
    ggml.free(context);
    ggml.backendFree(backend);
  }
}

/** The functions of ggml.h and ggml-backend.h that compute a graph on a device. */
function bind(base: LibraryHandle) {
  const koffi = native();
  const parameters = koffi.struct({ mem_size: "size_t", mem_buffer: "void *", no_alloc: "bool" });
  return {
    deviceInit: base.func("ggml_backend_dev_init", "void *", ["void *", "str"]),
    backendFree: base.func("ggml_backend_free", "void", ["void *"]),
    init: base.func("ggml_init", "void *", [parameters]),
    free: base.func("ggml_free", "void", ["void *"]),
    tensorOverhead: base.func("ggml_tensor_overhead", "size_t", []),
    graphOverhead: base.func("ggml_graph_overhead", "size_t", []),
    newTensor: base.func("ggml_new_tensor_2d", "void *", ["void *", "int", "int64_t", "int64_t"]),
    multiply: base.func("ggml_mul_mat", "void *", ["void *", "void *", "void *"]),
    newGraph: base.func("ggml_new_graph", "void *", ["void *"]),
    expandGraph: base.func("ggml_build_forward_expand", "void", ["void *", "void *"]),
    allocate: base.func("ggml_backend_alloc_ctx_tensors", "void *", ["void *", "void *"]),
    bufferClear: base.func("ggml_backend_buffer_clear", "void", ["void *", "uint8_t"]),
    bufferFree: base.func("ggml_backend_buffer_free", "void", ["void *"]),
    compute: base.func("ggml_backend_graph_compute", "int", ["void *", "void *"]),
  };
}
