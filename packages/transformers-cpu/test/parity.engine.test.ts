import { llamacppEngine } from "@quantlab/llamacpp";
import { model } from "@quantlab/model-store";
import { testParity } from "@quantlab/testing/engine-parity";
import { transformersCpu } from "../src/index.ts";

const never = new AbortController().signal;

testParity({
  async open() {
    const backend = transformersCpu({ threads: 1 });
    await backend.prepare!();
    return backend.load(await model("sprout", "float32").resolve(), never);
  },
  // Float32 against float32: the weights of the file, and what the cache holds.
  async openReference() {
    const engine = llamacppEngine({ threads: 1, gpu: false, kvCacheTypes: ["f32", "f32"] });
    return engine.load(await model("sprout", "F32").resolve(), never);
  },
});
