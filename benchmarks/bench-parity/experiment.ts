import { mkdir } from "node:fs/promises";
import path from "node:path";
import { shippedPeers } from "@quantlab/benchmark-tools";
import { type Arm, defineExperiment, labFolder } from "@quantlab/core";
import { commandRun } from "@quantlab/scenarios";
import { decodeTps, prefillTps } from "@quantlab/shared-metrics";

/** One line of what people type, the same for both programs. */
interface Call {
  readonly quantization: "Q4_K_M" | "Q8_0";
  readonly threads: number;
  readonly depth: number;
  readonly prompt: number;
  /** 0 leaves decoding out. */
  readonly decoded: number;
}

const calls: readonly Call[] = (["Q4_K_M", "Q8_0"] as const).flatMap((quantization) =>
  [1, 2].flatMap((threads) =>
    [0, 512].flatMap((depth) => [
      { quantization, threads, depth, prompt: 64, decoded: 32 },
      { quantization, threads, depth, prompt: 256, decoded: 0 },
    ]),
  ),
);

const words = ({ threads, depth, prompt, decoded }: Call) =>
  `-m {model} -p ${prompt} -n ${decoded} -d ${depth} -t ${threads} -ngl 0 -r 3 -o json`.split(" ");
const nameOf = ({ quantization, threads, depth, prompt }: Call) =>
  `${quantization} pp${prompt} d${depth} t${threads}`;

function arm(
  call: Call,
  program: string,
  before: readonly string[],
  environment: Readonly<Record<string, string>>,
): Arm {
  const figures = {
    prefillTps: { pointer: "/0/samples_ts" },
    ...(call.decoded > 0 && { decodeTps: { pointer: "/1/samples_ts" } }),
  };
  return {
    program,
    environment,
    model: `smollm2-135m-instruct:${call.quantization}`,
    against: `llama-bench ${nameOf(call)}`,
    workloads: [commandRun({ arguments: [...before, ...words(call)], figures })],
  };
}

const arms = Object.fromEntries(
  calls.flatMap((call): [string, Arm][] => [
    [
      `llama-bench ${nameOf(call)}`,
      arm(call, "{shipped}/llama-bench", [], {
        LD_LIBRARY_PATH: "{shipped}",
        DYLD_LIBRARY_PATH: "{shipped}",
      }),
    ],
    [
      `lab ${nameOf(call)}`,
      // The lab measures one thing at a time and knows so by a lock among temporary files: this one is inside another.
      arm(call, "node", ["{lab}/lab.js", "bench", "--blocks", "1"], { TMPDIR: "{temporary}" }),
    ],
  ]),
);

export default defineExperiment({
  id: "bench-parity",
  ownModel: true,
  question: "Does `lab bench` tell the speeds that the same call of llama-bench tells?",
  arms,
  baseline: `llama-bench ${nameOf(calls[0]!)}`,
  workloads: [],
  protocol: { blocks: 6, order: "interleaved", seed: 1 },
  report: [prefillTps, decodeTps],
  async prepare({ signal, say }) {
    const temporary = path.join(labFolder, "bench-parity");
    await mkdir(temporary, { recursive: true });
    const shipped = await shippedPeers({ targets: ["llama-bench"], signal, onProgress: say });
    return { shipped, temporary, lab: path.join(import.meta.dirname, "../../packages/cli/bin") };
  },
});
