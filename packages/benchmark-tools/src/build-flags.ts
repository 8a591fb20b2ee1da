import { compilerFlags } from "@quantlab/llama-capi/compiler-flags";

/**
 * "same-flags" is compiled as the library that node-llama-cpp ships: one backend file for each kind of CPU, chosen
 * at load. "native" is what somebody gets who compiles llama.cpp for the machine at hand.
 */
export type PeerKind = "same-flags" | "native";

const common = {
  // Only what the flags begin with, so that a user's CFLAGS and CXXFLAGS stay.
  CMAKE_C_FLAGS_INIT: compilerFlags,
  CMAKE_CXX_FLAGS_INIT: compilerFlags,
  CMAKE_BUILD_TYPE: "Release",
  GGML_OPENMP: "OFF",
  GGML_CCACHE: "OFF",
  LLAMA_BUILD_TOOLS: "ON",
  LLAMA_BUILD_TESTS: "OFF",
  LLAMA_BUILD_EXAMPLES: "OFF",
  LLAMA_BUILD_SERVER: "OFF",
  LLAMA_BUILD_APP: "OFF",
  LLAMA_BUILD_UI: "OFF",
  LLAMA_USE_PREBUILT_UI: "OFF",
  LLAMA_OPENSSL: "OFF",
};

const own: Readonly<Record<PeerKind, Readonly<Record<string, string>>>> = {
  "same-flags": {
    BUILD_SHARED_LIBS: "ON",
    GGML_NATIVE: "OFF",
    GGML_BACKEND_DL: "ON",
    GGML_CPU_ALL_VARIANTS: "ON",
  },
  native: { BUILD_SHARED_LIBS: "OFF", GGML_NATIVE: "ON" },
};

/** cmake's -D arguments. */
export function cmakeFlags(kind: PeerKind): string[] {
  return Object.entries({ ...common, ...own[kind] }).map(([name, value]) => `-D${name}=${value}`);
}
