import { describe, expect, it } from "vitest";
import { cosine, vectors } from "./embedded.ts";
import { documentOf, lab } from "./lab.ts";

const texts = ["The cat sat on the mat.", "A dog", "3 + 4 = 7, isn't it? Ça va."];

describe("lab embed", () => {
  it("gives a vector of length 1 for each text, the same through llama.cpp and Transformers", async () => {
    const engine = await vectors(texts, "-m", "sprout:F16", "-t", "1");
    const transformers = await vectors(texts, "-m", "sprout:float32", "--backend", "transformers", "-t", "1");
    expect(engine).toHaveLength(texts.length);
    for (const [index, vector] of engine.entries()) {
      expect(cosine(vector, vector)).toBeCloseTo(1, 4);
      expect(cosine(vector, transformers[index]!)).toBeGreaterThan(0.9995);
    }
    expect(cosine(engine[0]!, engine[1]!)).toBeLessThan(0.999);
  });

  it("gives the same for a text alone and behind others, from a file or stdin", async () => {
    const [, second] = await vectors(texts, "-m", "sprout:F16", "-t", "1");
    const answer = await lab(["embed", "-m", "sprout:F16", "-t", "1", "-f", "-", "--json"], {
      stdin: `\n${texts[1]}\n\n`,
    });
    const document = documentOf(answer);
    const { embeddings } = (document.ok ? document.data : null) as unknown as {
      embeddings: { text: string; tokens: number; vector: number[] }[];
    };
    expect(embeddings.map(({ text }) => text)).toEqual([texts[1]]);
    expect(embeddings[0]!.vector).toEqual(second);
  });

  it.each([
    [["-m", "sprout:F16"], /there is no text\ngive one with -p/],
    [["-m", "sprout:F16", "-f", "/no/such/file"], /cannot be read/],
    [
      ["-m", "sprout:F16", "-p", "word ".repeat(3000)],
      /a text of \d+ tokens, and the model was trained on \d+/,
    ],
    [["-m", "sprout:F16", "-p", "x", "--backend", "session"], /gives no vectors\ntake --backend engine/],
  ])("refuses %j in one line", async (words, said) => {
    const { code, stderr } = await lab(["embed", ...words]);
    expect([code === 0, stderr]).toEqual([false, expect.stringMatching(said)]);
  });
});
