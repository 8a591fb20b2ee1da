import { existsSync } from "node:fs";
import path from "node:path";
import { runTool, shippedPeers } from "@quantlab/benchmark-tools";
import { type Arm, defineExperiment, labFolder, repositoryRoot } from "@quantlab/core";
import { commandRun } from "@quantlab/scenarios";
import { kldMean, peakRssBytes, perplexity, topTokenAgreement, wallMs } from "@quantlab/shared-metrics";
import { type Figures, figuresOfLab, figuresOfPeer } from "./figures.ts";

const [half, larger] = ["synthetic/qwen2.5-0.5b", "synthetic/qwen2.5-1.5b"];
// Four chunks of 512 tokens: at real size a pass takes ten seconds.
const scored = "-f {text} -c 512 --chunks 4 -t 2";
const text = (name: string) => path.join(repositoryRoot, "models/sprout/text", name);

interface Command {
  readonly model: string;
  readonly line: string;
  readonly figures?: Figures;
  readonly attempts?: number;
}

const shell = ({ model, line, figures = {}, ...rest }: Command, against?: string): Arm => ({
  program: "sh",
  environment: { LD_LIBRARY_PATH: "{peers}", DYLD_LIBRARY_PATH: "{peers}" },
  model,
  beside: { reference: `${half}:F16` },
  ...(against !== undefined && { against }),
  workloads: [commandRun({ arguments: ["-c", line], figures, ...rest })],
});

/** The same work by the lab and by llama.cpp's own tool, against which the lab's time is held. */
function contest(name: string, lab: Command, peer: Command): Record<string, Arm> {
  const theirs = `${name}, llama.cpp`;
  return { [theirs]: shell(peer), [`${name}, lab`]: shell(lab, theirs) };
}

function scores(type: string): Record<string, Arm> {
  const model = `${half}:${type}`;
  const lab = `{lab} perplexity -m {model} ${scored} --json`;
  const tool = "{peers}/llama-perplexity";
  const logits = `{scratch}/${type}.logits`;
  const passes = [
    `${tool} -m {reference} ${scored} --kl-divergence-base ${logits}`,
    `${tool} -m {model} -c 512 -t 2 --kl-divergence --kl-divergence-base ${logits}`,
    `rm ${logits}`,
  ];
  // llama-perplexity prints from a thread that nobody waits for, and may end without its last lines.
  const attempts = 10;
  return {
    ...contest(
      `perplexity ${type}`,
      { model, line: lab, figures: figuresOfLab.perplexity },
      { model, line: `${tool} -m {model} ${scored}`, figures: figuresOfPeer.perplexity, attempts },
    ),
    ...contest(
      `divergence ${type}`,
      { model, line: `${lab} --reference {reference}`, figures: figuresOfLab.divergence },
      { model, line: passes.join(" && "), figures: figuresOfPeer.divergence, attempts },
    ),
  };
}

function quantizing(id: string, type: string, matrix = false): Record<string, Arm> {
  const name = `quantize ${id.slice(-4)} to ${type}${matrix ? "+imatrix" : ""}`;
  const model = `${id}:F16`;
  const [ours, theirs] = ["lab", "peer"].map((side) => `{scratch}/${side}.gguf`);
  const given = matrix ? "--imatrix {matrix}" : "";
  return contest(
    name,
    // The lab would find its own file, and have nothing to do.
    { model, line: `rm -f ${ours}*; {lab} quantize {model} --to ${type} -o ${ours} -t 2 ${given}` },
    { model, line: `{peers}/llama-quantize ${given} {model} ${theirs} ${type} 2` },
  );
}

const imatrix = "-m {model} -f {calibration} -c 512 --chunks 4 -t 2 -o {scratch}";

export default defineExperiment({
  id: "score-parity",
  ownModel: true,
  question: "Do the lab's commands take longer than llama.cpp's own tools, and do they tell the same?",
  arms: {
    ...contest(
      "importance matrix",
      { model: `${half}:F16`, line: `rm -f {scratch}/lab.imatrix*; {lab} imatrix ${imatrix}/lab.imatrix` },
      { model: `${half}:F16`, line: `{peers}/llama-imatrix ${imatrix}/peer.gguf` },
    ),
    ...scores("F16"),
    ...scores("Q8_0"),
    ...scores("Q4_K_M"),
    ...scores("Q2_K"),
    ...quantizing(half, "Q8_0"),
    ...quantizing(half, "Q4_K_M"),
    ...quantizing(half, "Q2_K"),
    ...quantizing(half, "Q4_K_M", true),
    ...quantizing(larger, "Q8_0"),
    ...quantizing(larger, "Q4_K_M"),
  },
  baseline: "perplexity F16, llama.cpp",
  shown: [
    "importance matrix, llama.cpp",
    "importance matrix, lab",
    "perplexity Q4_K_M, llama.cpp",
    "perplexity Q4_K_M, lab",
    "divergence Q4_K_M, llama.cpp",
    "divergence Q4_K_M, lab",
    "quantize 1.5b to Q4_K_M, llama.cpp",
    "quantize 1.5b to Q4_K_M, lab",
  ],
  workloads: [],
  protocol: { blocks: 4, order: "interleaved", seed: 1 },
  report: [wallMs, peakRssBytes, perplexity, kldMean, topTokenAgreement],
  async prepare({ signal, say }) {
    const targets = ["llama-perplexity", "llama-quantize", "llama-imatrix"];
    const peers = await shippedPeers({ targets, signal, onProgress: say });
    const program = path.join(repositoryRoot, "packages/cli/bin/lab.js");
    const [calibration, matrix] = [
      text("calibration.txt"),
      path.join(labFolder, "score-parity.imatrix.gguf"),
    ];
    const words = ["imatrix", "-m", `${half}:F16`, "-f", calibration, "--chunks", "4", "-o", matrix];
    if (!existsSync(matrix)) await runTool(process.execPath, [program, ...words], { signal });
    return { peers, matrix, calibration, text: text("test.txt"), lab: `${process.execPath} ${program}` };
  },
});
