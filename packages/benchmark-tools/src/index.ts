export { type BuildPeersOptions, buildPeers, type PeerKind, type Peers } from "./build-peers.ts";
export { capture } from "./capture.ts";
export { type HostResult, keepResult } from "./keep-result.ts";
export { formatRatio, withResults } from "./readme-results.ts";
export { runTool } from "./run-tool.ts";
export { inSeededOrder } from "./seeded-order.ts";
export { decodeTps, type PromptShape, promptIds } from "./shape.ts";
export { overShippedLibrary } from "./shipped-library.ts";
