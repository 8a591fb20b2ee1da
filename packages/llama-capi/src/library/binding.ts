import type { LibraryHandle } from "koffi";
import { layouts } from "./layouts.ts";

// biome-ignore lint/suspicious/noExplicitAny: koffi's functions are untyped; `Binding` names what is behind each.
type Native = ((...args: any[]) => any) & { readonly async: (...args: any[]) => void };

interface Libraries {
  readonly base: LibraryHandle;
  readonly ggml: LibraryHandle;
  readonly llama: LibraryHandle;
}

/** The functions of llama.h and ggml-backend.h that the lab calls; names without their prefix. */
export type Binding = ReturnType<typeof bind>;

export function bind({ base, ggml, llama }: Libraries) {
  const of =
    (library: LibraryHandle) => (result: string | object, name: string, parameters: (string | object)[]) =>
      library.func(name, result as string, parameters as string[]) as Native;
  const [b, g, l] = [of(base), of(ggml), of(llama)];
  const { Batch, ContextCounters, ContextParams, ModelParams, QuantizeParams, SamplerChainParams } =
    layouts();
  return {
    version: l("str", "llama_version", []),
    backendInit: l("void", "llama_backend_init", []),

    deviceCount: g("size_t", "ggml_backend_dev_count", []),
    deviceAt: g("void *", "ggml_backend_dev_get", ["size_t"]),
    deviceByType: g("void *", "ggml_backend_dev_by_type", ["int"]),
    deviceName: b("str", "ggml_backend_dev_name", ["void *"]),
    deviceDescription: b("str", "ggml_backend_dev_description", ["void *"]),
    deviceMemory: b("void", "ggml_backend_dev_memory", ["void *", "void *", "void *"]),
    deviceType: b("int", "ggml_backend_dev_type", ["void *"]),
    deviceRegistry: b("void *", "ggml_backend_dev_backend_reg", ["void *"]),
    registryFunction: b("void *", "ggml_backend_reg_get_proc_address", ["void *", "str"]),
    threadpoolDefaults: b("void", "ggml_threadpool_params_init", ["void *", "int"]),

    operatorName: b("str", "ggml_op_name", ["int"]),
    typeName: b("str", "ggml_type_name", ["int"]),
    tensorBytes: b("size_t", "ggml_nbytes", ["void *"]),
    tensorRead: b("void", "ggml_backend_tensor_get", ["void *", "void *", "size_t", "size_t"]),

    modelDefaults: l(ModelParams, "llama_model_default_params", []),
    modelLoad: l("void *", "llama_model_load_from_file", ["str", ModelParams]),
    modelFree: l("void", "llama_model_free", ["void *"]),
    modelVocabulary: l("void *", "llama_model_get_vocab", ["void *"]),
    modelBytes: l("uint64_t", "llama_model_size", ["void *"]),
    modelParameters: l("uint64_t", "llama_model_n_params", ["void *"]),
    modelTrainedContext: l("int32_t", "llama_model_n_ctx_train", ["void *"]),
    modelLayers: l("int32_t", "llama_model_n_layer", ["void *"]),
    modelEmbedding: l("int32_t", "llama_model_n_embd", ["void *"]),
    modelEmbeddingOut: l("int32_t", "llama_model_n_embd_out", ["void *"]),
    modelHeads: l("int32_t", "llama_model_n_head", ["void *"]),
    modelKeyValueHeads: l("int32_t", "llama_model_n_head_kv", ["void *"]),
    modelMetadata: l("int32_t", "llama_model_meta_val_str", ["void *", "str", "void *", "size_t"]),
    modelChatTemplate: l("str", "llama_model_chat_template", ["void *", "str"]),
    modelIsRecurrent: l("bool", "llama_model_is_recurrent", ["void *"]),
    modelIsHybrid: l("bool", "llama_model_is_hybrid", ["void *"]),
    modelHasEncoder: l("bool", "llama_model_has_encoder", ["void *"]),

    quantizeDefaults: l(QuantizeParams, "llama_model_quantize_default_params", []),
    quantize: l("uint32_t", "llama_model_quantize", ["str", "str", "void *"]),

    vocabularySize: l("int32_t", "llama_vocab_n_tokens", ["void *"]),
    vocabularyText: l("str", "llama_vocab_get_text", ["void *", "int32_t"]),
    vocabularyEnds: l("bool", "llama_vocab_is_eog", ["void *", "int32_t"]),
    vocabularyBos: l("int32_t", "llama_vocab_bos", ["void *"]),
    vocabularyEos: l("int32_t", "llama_vocab_eos", ["void *"]),
    vocabularyEot: l("int32_t", "llama_vocab_eot", ["void *"]),
    vocabularyAddsBos: l("bool", "llama_vocab_get_add_bos", ["void *"]),
    tokenize: l("int32_t", "llama_tokenize", [
      "void *",
      "void *",
      "int32_t",
      "void *",
      "int32_t",
      "bool",
      "bool",
    ]),
    detokenize: l("int32_t", "llama_detokenize", [
      "void *",
      "void *",
      "int32_t",
      "void *",
      "int32_t",
      "bool",
      "bool",
    ]),

    contextDefaults: l(ContextParams, "llama_context_default_params", []),
    contextNew: l("void *", "llama_init_from_model", ["void *", ContextParams]),
    contextFree: l("void", "llama_free", ["void *"]),
    contextSize: l("uint32_t", "llama_n_ctx", ["void *"]),
    contextBatch: l("uint32_t", "llama_n_batch", ["void *"]),
    contextMemory: l("void *", "llama_get_memory", ["void *"]),
    contextCounters: l(ContextCounters, "llama_perf_context", ["void *"]),
    contextResetCounters: l("void", "llama_perf_context_reset", ["void *"]),
    attachThreadpool: l("void", "llama_attach_threadpool", ["void *", "void *", "void *"]),
    detachThreadpool: l("void", "llama_detach_threadpool", ["void *"]),
    memoryClear: l("void", "llama_memory_clear", ["void *", "bool"]),
    memoryRemove: l("bool", "llama_memory_seq_rm", ["void *", "int32_t", "int32_t", "int32_t"]),
    memoryCopy: l("void", "llama_memory_seq_cp", ["void *", "int32_t", "int32_t", "int32_t", "int32_t"]),
    decode: l("int32_t", "llama_decode", ["void *", Batch]),
    synchronize: l("void", "llama_synchronize", ["void *"]),
    poolingType: l("int32_t", "llama_pooling_type", ["void *"]),
    embeddingOf: l("void *", "llama_get_embeddings_seq", ["void *", "int32_t"]),
    logitsAt: l("void *", "llama_get_logits_ith", ["void *", "int32_t"]),

    samplerChainDefaults: l(SamplerChainParams, "llama_sampler_chain_default_params", []),
    samplerChain: l("void *", "llama_sampler_chain_init", [SamplerChainParams]),
    samplerAdd: l("void", "llama_sampler_chain_add", ["void *", "void *"]),
    samplerFree: l("void", "llama_sampler_free", ["void *"]),
    samplerGreedy: l("void *", "llama_sampler_init_greedy", []),
    samplerGrammar: l("void *", "llama_sampler_init_grammar", ["void *", "str", "str"]),
    samplerDistribution: l("void *", "llama_sampler_init_dist", ["uint32_t"]),
    samplerTopK: l("void *", "llama_sampler_init_top_k", ["int32_t"]),
    samplerTopP: l("void *", "llama_sampler_init_top_p", ["float", "size_t"]),
    samplerTemperature: l("void *", "llama_sampler_init_temp", ["float"]),
    sample: l("int32_t", "llama_sampler_sample", ["void *", "void *", "int32_t"]),
  };
}
