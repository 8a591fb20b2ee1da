import type { Setting } from "./setting.ts";
import { mustRun, type Timed, timed } from "./timed.ts";

type Peer = Pick<Setting, "peers" | "signal">;

/** Runs one of llama.cpp's own programs. */
export function peer({ peers, signal }: Peer, name: string, parameters: readonly string[]): Promise<Timed> {
  return mustRun(peers.binary(name), parameters, signal, peers.environment);
}

/** The same where a refusal is an answer, too. */
export function tryPeer(
  { peers, signal }: Peer,
  name: string,
  parameters: readonly string[],
): Promise<Timed> {
  return timed(peers.binary(name), parameters, signal, peers.environment);
}
