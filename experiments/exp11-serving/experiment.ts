import { type Arm, defineExperiment } from "@quantlab/core";
import { type ServeWorkload, serving } from "@quantlab/scenarios";
import {
  fairness,
  goodput,
  longestGapMs,
  peakRssBytes,
  servedTps,
  serveGapMs,
  serveGapP99Ms,
  serveTtftMs,
  serveTtftP99Ms,
} from "@quantlab/shared-metrics";
import { programs, type Server, servers } from "./servers.ts";

/** One way to ask. */
interface Load extends Partial<ServeWorkload> {
  readonly clients: number;
  readonly requests: number;
  readonly promptWords: number;
}

/** Somebody at a screen notices neither. */
const objective = { ttftMs: 2000, gapMs: 200 };

const closed = (clients: number): Load => ({
  clients,
  requests: Math.max(1, Math.floor(8 / clients)),
  promptWords: 128,
});

/** What every server is asked. */
const common = {
  "1 client": closed(1),
  "4 clients": closed(4),
  "16 clients": closed(16),
} satisfies Readonly<Record<string, Load>>;

/** What those are asked that answer several at once. */
const further = {
  "2 clients": closed(2),
  "8 clients": closed(8),
  "1 request a second": { clients: 4, requests: 3, promptWords: 128, arrivalsPerSecond: 1 },
  "shared beginning": { clients: 4, requests: 2, promptWords: 256, sharedWords: 192 },
  "4 turns": { clients: 1, requests: 4, promptWords: 64, turns: true },
} satisfies Readonly<Record<string, Load>>;

const newTokens = 32;

function arm(name: string, load: Load, { words, name: called, fields, ...program }: Server): Arm {
  // Of a word most vocabularies make a token; sprout's makes three.
  const turns = load.turns ? load.requests : 1;
  const size = { sequences: load.clients, contextSize: turns * (4 * load.promptWords + newTokens) };
  return {
    ...program,
    against: `lab with ${name}`,
    workloads: [
      serving({
        ...load,
        arguments: words(size).split(" "),
        ...(called !== undefined && { name: called }),
        ...(fields !== undefined && { fields }),
        newTokens,
        objective,
      }),
    ],
  };
}

const armsOf = (loads: Readonly<Record<string, Load>>, names: readonly (keyof typeof servers)[]) =>
  Object.entries(loads).flatMap(([name, load]) =>
    names.map((server): [string, Arm] => [`${server} with ${name}`, arm(name, load, servers[server])]),
  );

export default defineExperiment({
  id: "exp11",
  question: "Which server answers one client and many fastest on this machine, and how evenly?",
  arms: Object.fromEntries([
    ...armsOf(common, ["lab", "llama-server", "llama-cpp-python", "mlx-lm"]),
    ...armsOf(further, ["lab", "llama-server"]),
  ]),
  baseline: "lab with 1 client",
  shown: [
    "lab with 1 client",
    "llama-server with 1 client",
    "llama-cpp-python with 1 client",
    "mlx-lm with 1 client",
    "lab with 16 clients",
    "llama-server with 16 clients",
    "llama-cpp-python with 16 clients",
    "mlx-lm with 16 clients",
  ],
  workloads: [],
  protocol: { blocks: 3, order: "interleaved", seed: 42 },
  report: [
    servedTps,
    serveTtftMs,
    serveTtftP99Ms,
    serveGapMs,
    serveGapP99Ms,
    longestGapMs,
    goodput,
    fairness,
    peakRssBytes,
  ],
  prepare: programs,
});
