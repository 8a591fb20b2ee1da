import { buildPeers } from "/work/main/packages/benchmark-tools/src/index.ts";

await buildPeers({
  targets: ["llama-bench", "llama-perplexity", "llama-quantize", "llama-imatrix"],
  kind: "same-flags",
});
await buildPeers({ targets: ["llama-bench"], kind: "native" });
