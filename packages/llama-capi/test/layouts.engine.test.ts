import { describe, expect, test } from "vitest";
import { llamaVersion, loadLlama } from "../src/index.ts";
import { layouts } from "../src/library/layouts.ts";
import { native } from "../src/library/native.ts";

const koffi = native();

// Sizes as a C compiler gives them for the headers of the pinned release, on 64-bit Linux, macOS and Windows alike.
test.each([
  ["model parameters", layouts().ModelParams, 80],
  ["context parameters", layouts().ContextParams, 160],
  ["quantize parameters", layouts().QuantizeParams, 64],
  ["importance data", layouts().ImportanceData, 24],
  ["tensor overrides", layouts().TensorOverride, 16],
  ["metadata overrides", layouts().MetadataOverride, 264],
  ["batch", layouts().Batch, 56],
  ["tensor", layouts().Tensor, 336],
  ["sampler chain parameters", layouts().SamplerChainParams, 1],
  ["context counters", layouts().ContextCounters, 48],
  ["thread pool parameters", layouts().ThreadpoolParams, 528],
])("%s have the size of the C struct", (_, layout, bytes) => {
  expect(koffi.sizeof(layout)).toBe(bytes);
});

test("a metadata override's value lies on a multiple of 8, as the header's union does", () => {
  expect(koffi.offsetof(layouts().MetadataOverride, "value")).toBe(136);
});

describe("defaults of the library, read through the layouts", () => {
  const { call } = loadLlama();

  test("model parameters", () => {
    expect(call.modelDefaults()).toMatchObject({
      devices: null,
      n_gpu_layers: -1,
      split_mode: 1,
      load_mode: -1,
      lazy_mode: 1,
      main_gpu: 0,
      kv_overrides: null,
      vocab_only: false,
      check_tensors: false,
      use_extra_bufts: true,
      no_alloc: false,
      load_mtp: false,
    });
  });

  test("context parameters", () => {
    expect(call.contextDefaults()).toMatchObject({
      n_ctx: 512,
      n_batch: 2048,
      n_ubatch: 512,
      n_seq_max: 1,
      n_outputs_max: 0,
      n_outputs_max_per_seq: 1,
      rope_scaling_type: -1,
      flash_attn_type: -1,
      yarn_orig_ctx: 0,
      defrag_thold: -1,
      cb_eval: null,
      type_k: 1,
      type_v: 1,
      embeddings: false,
      offload_kqv: true,
      no_perf: true,
      op_offload: true,
      swa_full: true,
      kv_unified: false,
      samplers: null,
      n_samplers: 0,
      ctx_other: null,
    });
  });

  test("quantize parameters: 43 is the number of ggml's types, 8 GiB the buffer", () => {
    expect(call.quantizeDefaults()).toMatchObject({
      nthread: 0,
      ftype: 7,
      output_tensor_type: 43,
      token_embedding_type: 43,
      allow_requantize: false,
      quantize_output_tensor: true,
      only_copy: false,
      pure: false,
      keep_split: false,
      dry_run: false,
      imatrix: null,
      kv_overrides: null,
      tt_overrides: null,
      prune_layers: null,
      max_buf_size: 8 * 2 ** 30,
    });
  });

  test("sampler chain parameters", () => {
    expect(call.samplerChainDefaults()).toEqual({ no_perf: true });
  });

  test("thread pool parameters", () => {
    const parameters = koffi.alloc(layouts().ThreadpoolParams, 1);
    call.threadpoolDefaults(parameters, 3);
    const { cpumask, ...rest } = koffi.decode(parameters, layouts().ThreadpoolParams);
    expect(rest).toEqual({ n_threads: 3, prio: 0, poll: 50, strict_cpu: false, paused: false });
    expect(cpumask.every((bit: number) => bit === 0)).toBe(true);
    koffi.free(parameters);
  });

  test("the library names the release that the layouts belong to", () => {
    expect(`v${call.version()}`).toContain(llamaVersion);
  });
});
