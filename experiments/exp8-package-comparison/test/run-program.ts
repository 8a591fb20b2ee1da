// A program of its own, since the experiment's processes inherit how it was started.
import { runExperiment } from "@quantlab/runner";

const [modulePath, folder, ...argv] = process.argv.slice(2) as [string, string, ...string[]];
console.log((await runExperiment({ modulePath, folder, argv })).file);
