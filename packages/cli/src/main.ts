// `pnpm lab <verb>`: starts the command and turns what it says into the exit code.
import { enableCompileCache } from "node:module";
import path from "node:path";

// Compiling the command takes longer than many a verb: what is compiled is kept, so everything else comes after this.
enableCompileCache(path.resolve(import.meta.dirname, "../../../.lab/compile-cache"));
const { runLab } = await import("./program.ts");

// A reader that stops early (`lab models list | head -1`) is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? 0 : 1);
});

process.exitCode = await runLab(process.argv.slice(2));
