export { runTool } from "@quantlab/llama-capi";
export { type BuildPeersOptions, buildPeers, type PeerKind, type Peers } from "./build-peers.ts";
export { shippedPeers } from "./shipped-library.ts";
