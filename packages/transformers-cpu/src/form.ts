import path from "node:path";
import { digestOf, type Json } from "@quantlab/core";
import { type Form, requireDisk } from "@quantlab/model-store";
import { callEngine, pythonEnvironment } from "@quantlab/python-bridge";
import { transformersEngine } from "./engine.ts";

/**
 * Hugging Face folders with the weights of a quantized GGUF file, in float32, which holds them exactly. Transformers reads
 * the file. What quantizing lost stays lost: the step "restore" says so. For a store: `createStore({ forms: [hfForm] })`.
 */
export const hfForm: Form = {
  form: "hf",
  async recipe({ ref, source: sourceOf }) {
    const source = await sourceOf();
    const version = await pythonEnvironment(transformersEngine).version();
    const settings = { type: "float32", from: source.ref.quantization, tokenizer: "as the file names it" };
    const step = { step: "restore", tool: "Transformers", version, settings, inputSha256: source.sha256 };
    const title = `restore ${ref.id} from ${source.ref.quantization}`;
    return {
      ref: { ...ref, quantization: "float32" },
      key: digestOf(step),
      synthetic: source.synthetic,
      provenance: [...source.provenance, step],
      async make(temporary, { signal, onProgress }) {
        await requireDisk(path.dirname(temporary), source.parameters * 4, title);
        const request: Json = { source: source.path, destination: temporary };
        await callEngine(transformersEngine, "restore", request, {
          ...(signal && { signal }),
          ...(onProgress && {
            onProgress: (progress) => onProgress({ ...progress, step: `${title}: ${progress.step}` }),
          }),
        });
        return null;
      },
    };
  },
};
