/**
 * "same-flags" is compiled as the library that node-llama-cpp ships: one backend file for each kind of CPU, chosen
 * at load. "native" is what somebody gets who compiles llama.cpp for the machine at hand.
 */
export type PeerKind = "same-flags" | "native";

const programs = { LLAMA_BUILD_TOOLS: "ON", LLAMA_BUILD_SERVER: "ON" };

/** cmake's variables beside those that every build has. */
export const peerFlags: Readonly<Record<PeerKind, Readonly<Record<string, string>>>> = {
  "same-flags": {
    ...programs,
    BUILD_SHARED_LIBS: "ON",
    GGML_NATIVE: "OFF",
    GGML_BACKEND_DL: "ON",
    GGML_CPU_ALL_VARIANTS: "ON",
  },
  native: { ...programs, BUILD_SHARED_LIBS: "OFF", GGML_NATIVE: "ON" },
};
