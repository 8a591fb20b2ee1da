import { compilerFlags } from "../compiler-flags.ts";

/** What every build of llama.cpp here has: no programs or tests that were not asked for, and no OpenMP, as the shipped library. */
const common = {
  // Only what the flags begin with, so that a user's CFLAGS and CXXFLAGS stay.
  CMAKE_C_FLAGS_INIT: compilerFlags,
  CMAKE_CXX_FLAGS_INIT: compilerFlags,
  CMAKE_BUILD_TYPE: "Release",
  GGML_OPENMP: "OFF",
  GGML_CCACHE: "OFF",
  LLAMA_BUILD_TESTS: "OFF",
  LLAMA_BUILD_EXAMPLES: "OFF",
  LLAMA_BUILD_SERVER: "OFF",
  LLAMA_BUILD_APP: "OFF",
  LLAMA_BUILD_UI: "OFF",
  LLAMA_USE_PREBUILT_UI: "OFF",
  LLAMA_OPENSSL: "OFF",
};

/** cmake's -D arguments: `own` ones over what every build has. */
export function cmakeFlags(own: Readonly<Record<string, string>>): string[] {
  return Object.entries({ ...common, ...own }).map(([name, value]) => `-D${name}=${value}`);
}
