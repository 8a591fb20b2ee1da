// Runs the benchmark again and again, so that rates can be told, and keeps count after each run: whenever it is stopped, the
// same command goes on behind the runs that are there.
import path from "node:path";

const folder = import.meta.dirname;
// Before the engines are listed.
process.env.QUANTLAB_ENGINES = path.join(folder, "src/slowed-engine.ts");

const { runProgram } = await import("@quantlab/terminal");
const { default: experiment } = await import("./experiment.ts");
const { accumulate } = await import("./src/accumulation.ts");
const { parseFlags } = await import("./src/flags.ts");

await runProgram(async (signal) => {
  const { models, runs } = parseFlags(process.argv.slice(2));
  for (const model of models) await accumulate(experiment, folder, { model, runs, signal });
});
