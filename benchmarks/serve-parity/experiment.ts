import path from "node:path";
import { shippedPeers } from "@quantlab/benchmark-tools";
import { type Arm, defineExperiment } from "@quantlab/core";
import { type ServeWorkload, serving } from "@quantlab/scenarios";
import {
  fairness,
  foreignTtftMs,
  longestGapMs,
  peakRssBytes,
  servedTps,
  serveGapMs,
  serveGapP99Ms,
  serveTtftMs,
} from "@quantlab/shared-metrics";

const model = "smollm2-135m-instruct:Q4_K_M";
const threads = 2;

/** One way to ask, of both servers. */
interface Load {
  readonly name: string;
  readonly sequences: number;
  /** Places of each sequence. */
  readonly contextSize: number;
  readonly asked: Partial<ServeWorkload>;
}

const loads: readonly Load[] = [
  ...[1, 4, 16].map((clients) => ({
    name: `${clients} client${clients === 1 ? "" : "s"}`,
    sequences: clients,
    contextSize: 512,
    asked: { clients, requests: Math.max(1, 8 / clients), promptWords: 256, newTokens: 64 },
  })),
  {
    name: "long prompt",
    sequences: 5,
    contextSize: 3072,
    asked: { clients: 4, requests: 1, promptWords: 32, newTokens: 400, foreignWords: 2000 },
  },
];

function arm({ name, asked }: Load, program: string, words: readonly string[], more: Partial<Arm> = {}): Arm {
  return {
    program,
    model,
    against: `llama-server with ${name}`,
    workloads: [
      serving({
        ...asked,
        arguments: words,
        name: model,
        // Every answer has its full length.
        fields: { ignore_eos: true },
        objective: { ttftMs: 2000, gapMs: 200 },
      }),
    ],
    ...more,
  } as Arm;
}

function llamaServer(load: Load, ...more: string[]): Arm {
  const { sequences, contextSize } = load;
  // It gives each sequence its part of what is said.
  const places = sequences * contextSize;
  const words = `-m {model} --port {port} -t ${threads} -ngl 0 -np ${sequences} -c ${places}`.split(" ");
  const environment = { LD_LIBRARY_PATH: "{shipped}", DYLD_LIBRARY_PATH: "{shipped}" };
  return arm(load, "{shipped}/llama-server", [...words, ...more], { environment });
}

function labServe(load: Load): Arm {
  const { sequences, contextSize } = load;
  const words = `serve -m ${model} --port {port} -t ${threads} --parallel ${sequences} -c ${contextSize}`;
  return arm(load, "node", ["{lab}/lab.js", ...words.split(" ")]);
}

const arms = Object.fromEntries(
  loads.flatMap((load): [string, Arm][] => [
    [`llama-server with ${load.name}`, llamaServer(load)],
    ...(load.asked.foreignWords === undefined
      ? []
      : ([[`llama-server -b 256 with ${load.name}`, llamaServer(load, "-b", "256")]] as [string, Arm][])),
    [`lab serve with ${load.name}`, labServe(load)],
  ]),
);

export default defineExperiment({
  id: "serve-parity",
  ownModel: true,
  question:
    "Does `lab serve` answer as many clients as llama-server, and how long does a long prompt keep them waiting?",
  arms,
  baseline: `llama-server with ${loads[0]!.name}`,
  workloads: [],
  protocol: { blocks: 5, order: "interleaved", seed: 1 },
  report: [
    servedTps,
    serveTtftMs,
    serveGapMs,
    serveGapP99Ms,
    longestGapMs,
    foreignTtftMs,
    fairness,
    peakRssBytes,
  ],
  async prepare({ signal, say }) {
    const shipped = await shippedPeers({ targets: ["llama-server"], signal, onProgress: say });
    return { shipped, lab: path.join(import.meta.dirname, "../../packages/cli/bin") };
  },
});
