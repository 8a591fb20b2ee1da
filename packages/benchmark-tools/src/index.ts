export { type BuildPeersOptions, buildPeers, type PeerKind, type Peers } from "./build-peers.ts";
export { runTool } from "./run-tool.ts";
export { shippedPeers } from "./shipped-library.ts";
