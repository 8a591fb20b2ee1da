import path from "node:path";
import { buildPeers } from "@quantlab/benchmark-tools";
import { type ModelFile, repositoryRoot, texts } from "@quantlab/core";
import { llamacppEngine } from "@quantlab/llamacpp";
import { textScores } from "@quantlab/shared-metrics";
import { execa } from "execa";
import { expect, test } from "vitest";

const sprout: ModelFile = {
  ref: { id: "sprout", form: "gguf", quantization: "F16" },
  path: path.join(repositoryRoot, "models/sprout/sprout-F16.gguf"),
  sha256: "",
  bytes: 0,
  parameters: 0,
  bitsPerWeight: 0,
  synthetic: false,
  provenance: [],
};
const text = "sprout-test@1";
const { signal } = new AbortController();

/** exp(summed negative log-likelihood / tokens) over all chunks, as the lab's metric has it. */
async function ours(): Promise<{ perplexity: number; chunks: number }> {
  await using session = await llamacppEngine({ threads: 1, gpu: false }).load(sprout, signal);
  const { scores } = await textScores.observe(session, {
    text,
    tasks: "sprout-tasks@1",
    quick: false,
    signal,
  });
  const total = scores!.chunks.reduce(
    (sum, chunk) => ({
      loss: sum.loss + chunk.negativeLogLikelihood,
      tokens: sum.tokens + chunk.tokens,
    }),
    { loss: 0, tokens: 0 },
  );
  return { perplexity: Math.exp(total.loss / total.tokens), chunks: scores!.chunks.length };
}

/** "Final estimate: PPL = 4.8563 +/- 0.06" after "calculating perplexity over 134 chunks". */
async function theirs(): Promise<{ perplexity: number; chunks: number }> {
  const program = "llama-perplexity";
  const peers = await buildPeers({ targets: [program], kind: "same-flags", signal });
  const file = path.join(repositoryRoot, texts[text]);
  const { stderr, stdout } = await execa(peers.binary(program), [
    "-m",
    sprout.path,
    "-f",
    file,
    "-c",
    "512",
    "-t",
    "1",
  ]);
  const said = `${stdout}\n${stderr}`;
  return {
    perplexity: Number(/Final estimate: PPL = ([\d.]+)/.exec(said)?.[1]),
    chunks: Number(/over (\d+) chunks/.exec(said)?.[1]),
  };
}

test("perplexity of the test text equals llama-perplexity's to 4 digits after the point", async () => {
  const [lab, peer] = [await ours(), await theirs()];
  expect(lab.chunks).toBe(peer.chunks);
  expect(lab.perplexity.toFixed(4)).toBe(peer.perplexity.toFixed(4));
});
