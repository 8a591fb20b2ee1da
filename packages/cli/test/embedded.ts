import { expect } from "vitest";
import { lab } from "./lab.ts";

/** What `lab embed` prints for each of these texts. */
export async function vectors(texts: readonly string[], ...words: string[]): Promise<readonly number[][]> {
  const { code, stdout, stderr } = await lab(["embed", ...texts.flatMap((text) => ["-p", text]), ...words]);
  expect([code, stderr]).toEqual([0, expect.any(String)]);
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as number[]);
}

/** Of two vectors of length 1. */
export const cosine = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, each, index) => sum + each * b[index]!, 0);
