import path from "node:path";

/** What C and C++ files of llama.cpp are compiled with beside its own flags; "" where nothing is needed. */
export const compilerFlags =
  process.platform === "linux" && process.arch === "x64"
    ? `-include "${path.join(import.meta.dirname, "no-broken-amx.h")}"`
    : "";
