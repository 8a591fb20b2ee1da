// Runs the command and turns what it says into the exit code.
import { runLab } from "./program.ts";

// A reader that stops early (`lab models list | head -1`) is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? 0 : 1);
});

process.exitCode = await runLab(process.argv.slice(2));
