export { type BuildPeersOptions, buildPeers, type PeerKind, type Peers } from "./build-peers.ts";
