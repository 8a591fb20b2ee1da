// Every way in which a model may be other than its name says, in both forms, and what must come of it.
import {
  type FolderChange,
  type GgufChange,
  type HeldTensor,
  writeFolder,
  writeGguf,
} from "./changed-models.ts";

export type Form = "gguf" | "folder" | "mlx";

export interface Doubt {
  readonly what: string;
  readonly gguf: GgufChange | null;
  readonly folder: FolderChange | null;
  /**
   * "same": the whole model's figures. "refused": one line and an error. "either": the one or the other. "runs": it means
   * something else, and that is done.
   */
  readonly comes: "same" | "refused" | "either" | "runs";
}

const down = { gguf: "blk.3.ffn_down.weight", folder: "model.layers.3.mlp.down_proj.weight" };
const norm = { gguf: "blk.0.attn_norm.weight", folder: "model.layers.0.input_layernorm.weight" };

/** The same change to one tensor of each form. */
function ofTensor(
  what: string,
  names: { readonly gguf: string; readonly folder: string },
  change: (tensor: HeldTensor, form: Form) => readonly HeldTensor[],
  comes: Doubt["comes"] = "refused",
): Doubt {
  const tensors = (form: Form) => (all: readonly HeldTensor[]) =>
    all.flatMap((tensor) =>
      tensor.name === names[form === "gguf" ? form : "folder"] ? change(tensor, form) : [tensor],
    );
  return { what, gguf: { tensors: tensors("gguf") }, folder: { tensors: tensors("folder") }, comes };
}

const filled = (value: number) => (tensor: HeldTensor, form: Form) => {
  const bytes = Buffer.from(tensor.bytes);
  // Norms are F32 in a GGUF file and F16 in the folder.
  if (form === "gguf") bytes.writeFloatLE(value, 0);
  else bytes.writeUInt16LE(Number.isNaN(value) ? 0x7e00 : 0x7c00, 0);
  return [{ ...tensor, bytes }];
};

const layers = (count: number): Pick<Doubt, "gguf" | "folder"> => ({
  gguf: { metadata: { "llama.block_count": count } },
  folder: { config: { num_hidden_layers: count } },
});

const template = (text: string | null): Pick<Doubt, "gguf" | "folder"> => ({
  gguf: { metadata: { "tokenizer.chat_template": text } },
  folder: { tokenizer: { chat_template: text ?? undefined } },
});

const marked = (bytes: Buffer) => Buffer.concat([Buffer.of(0xef, 0xbb, 0xbf), bytes]);

export const doubts: readonly Doubt[] = [
  { what: "nothing", gguf: {}, folder: {}, comes: "same" },
  ofTensor("a weight missing", down, () => []),
  ofTensor("a weight too many", down, (tensor) => [
    tensor,
    { ...tensor, name: tensor.name.replace("3.", "3.own_") },
  ]),
  ofTensor("a weight of another shape", down, (tensor) => [
    { ...tensor, shape: [...tensor.shape].reverse() },
  ]),
  ofTensor(
    "a weight of another data type",
    down,
    (tensor, form) => [{ ...tensor, type: form === "gguf" ? 0 : "F32", bytes: asFloats(tensor.bytes) }],
    "same",
  ),
  ofTensor("NaN", norm, filled(Number.NaN)),
  ofTensor("Inf", norm, filled(Number.POSITIVE_INFINITY)),
  { what: "a layer more in its description", ...layers(7), comes: "refused" },
  { what: "a layer less in its description", ...layers(5), comes: "refused" },
  {
    what: "a tokenizer that appends EOS",
    gguf: { metadata: { "tokenizer.ggml.add_eos_token": true } },
    folder: { tokenizer: { add_eos_token: true } },
    comes: "same",
  },
  {
    what: "a tokenizer that adds no BOS",
    gguf: { metadata: { "tokenizer.ggml.add_bos_token": false } },
    folder: { tokenizer: { add_bos_token: false } },
    comes: "runs",
  },
  { what: "no chat template", ...template(null), comes: "refused" },
  { what: "a broken chat template", ...template("{% for message in %}"), comes: "refused" },
  {
    what: "byte-order marks",
    gguf: null,
    folder: { files: { "config.json": marked, "tokenizer_config.json": marked } },
    comes: "either",
  },
  {
    what: "a shard missing",
    gguf: { metadata: { "split.count": 2, "split.no": 0, "split.tensors.count": 99 } },
    folder: {
      files: {
        "model.safetensors": () => null,
        "generation_config.json": (bytes) => bytes,
      },
    },
    comes: "refused",
  },
];

/** F16 as F32, which loses nothing. */
function asFloats(halves: Buffer): Buffer {
  const floats = new Float32Array(
    new Float16Array(halves.buffer.slice(halves.byteOffset, halves.byteOffset + halves.length)),
  );
  return Buffer.from(floats.buffer);
}

/** Writes the model in this form; `packed` is the folder in MLX form that is changed. Null where there is no such doubt. */
export function writeDoubtful(doubt: Doubt, form: Form, place: string, packed: string | null): string | null {
  if (form === "gguf") return doubt.gguf && writeGguf(`${place}.gguf`, doubt.gguf);
  const ofFloats = doubt.what === "a weight of another data type";
  if (doubt.folder === null || (form === "mlx" && (packed === null || ofFloats))) return null;
  return writeFolder(place, doubt.folder, form === "mlx" ? packed! : undefined);
}
