import { loadExperiment } from "@quantlab/core";
import { startExperiment } from "@quantlab/runner";
import { runProgram } from "@quantlab/terminal";

const [file = "", folder = "", ...argv] = process.argv.slice(2);
await runProgram(async (signal) => {
  const started = await startExperiment(await loadExperiment(file), { folder, argv, signal });
  console.log(started.file);
});
