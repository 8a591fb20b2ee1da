import path from "node:path";
import { type Arm, defaultThreads, defineExperiment } from "@quantlab/core";
import { mlx, mlxEngine } from "@quantlab/mlx-bridge";
import { pythonEnvironment } from "@quantlab/python-bridge";
import { commandRun, generation } from "@quantlab/scenarios";
import { decodeTps, ttftMs } from "@quantlab/shared-metrics";
import { transformersCpu, transformersEngine } from "@quantlab/transformers-cpu";

const [prompt, newTokens, repetitions] = [128, 256, 3];
// The plain program is told what the lab takes by itself.
const threads = defaultThreads();
const job = JSON.stringify({ promptTokens: prompt, newTokens, repetitions, threads });

const plain = (python: string, program: string, model: string): Arm => ({
  program: `{${python}}`,
  model,
  against: `${python}-plain`,
  workloads: [
    commandRun({
      arguments: [`{programs}/${program}`, "{model}", job],
      figures: { ttftMs: { pointer: "/ttftMs" }, decodeTps: { pointer: "/decodeTps" } },
    }),
  ],
});

export default defineExperiment({
  id: "bridge-overhead",
  ownModel: true,
  question: "Does measuring a Python engine through the lab cost speed against a plain loop without it?",
  arms: {
    "transformers-plain": plain("transformers", "plain_transformers.py", "sprout:float32"),
    transformers: {
      model: "sprout:float32",
      engine: transformersCpu({ threads }),
      against: "transformers-plain",
    },
    "mlx-plain": plain("mlx", "plain_mlx.py", "sprout:mlx-float32"),
    mlx: { model: "sprout:mlx-float32", engine: mlx(), against: "mlx-plain" },
    "mlx_lm.benchmark": {
      program: "{mlx}",
      model: "sprout:mlx-float32",
      against: "mlx-plain",
      workloads: [
        commandRun({
          arguments: [
            ...["-m", "mlx_lm", "benchmark", "--model", "{model}"],
            ...["-p", `${prompt}`, "-g", `${newTokens}`, "-n", `${repetitions}`],
          ],
          figures: {
            ttftMs: { pattern: "^Trial \\d+: +prompt_tps=([\\d.]+)", over: 1000 * prompt },
            // It divides all tokens by the time since the first one; one fewer were made in it.
            decodeTps: {
              pattern: "^Trial \\d+:.* generation_tps=([\\d.]+)",
              scale: (newTokens - 1) / newTokens,
            },
          },
        }),
      ],
    },
  },
  baseline: "transformers-plain",
  workloads: [generation({ prompt: { tokens: prompt }, newTokens, generations: repetitions })],
  protocol: { blocks: 8, order: "interleaved", seed: 1 },
  report: [ttftMs, decodeTps],
  async prepare({ signal, say }) {
    const interpreter = async (engine: typeof mlxEngine) => {
      const environment = pythonEnvironment(engine);
      if (!(await environment.ready())) say(`making the Python environment of ${engine.title}, once`);
      await environment.ensure({ signal });
      return environment.interpreter();
    };
    return {
      programs: path.join(import.meta.dirname, "python"),
      transformers: await interpreter(transformersEngine),
      mlx: await interpreter(mlxEngine),
    };
  },
});
