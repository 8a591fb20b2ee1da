import { QuantlabError } from "@quantlab/core";
import { llamacppEngine } from "../src/index.ts";
import { sprout } from "./session-sprout.ts";

// Loads the file named by the argument and runs one token: a broken file may take the whole process down.
try {
  const signal = new AbortController().signal;
  const engine = llamacppEngine({ threads: 1, gpu: false });
  await using session = await engine.load(sprout(process.argv[2]!, "F16"), signal);
  const promptIds = await session.tokenize("a", { bos: true, special: true });
  await session.generate({ promptIds, newTokens: 1, sampling: "greedy", stopAtEndOfText: false }, signal);
  process.stdout.write(JSON.stringify({ loaded: true }));
} catch (error) {
  if (!(error instanceof QuantlabError)) throw error;
  process.stdout.write(
    JSON.stringify({ loaded: false, code: error.code, message: error.message, remedy: error.remedy }),
  );
}
