import { expect, test } from "vitest";
import type { Workload } from "../src/generate/workload.ts";
import { generated, shippedOn } from "./generated.ts";

test("tokens are drawn as the workload says, and taken greedily where it says nothing", async () => {
  const subject = await shippedOn("llamacpp-engine", { threads: 1 });
  const drawn = (seed: number) => ({ temperature: 1.5, topK: 0, topP: 1, seed });
  const tokens = async (more: Partial<Workload>) => {
    const workload: Workload = { prompt: { tokens: 16 }, newTokens: 12, generations: 1, ...more };
    return (await generated(subject, workload)).generations[0]!.tokenIds;
  };
  const [greedy, one, again, other] = [
    await tokens({}),
    await tokens({ sampling: drawn(1) }),
    await tokens({ sampling: drawn(1) }),
    await tokens({ sampling: drawn(2) }),
  ];
  expect(one).toHaveLength(12);
  expect(again).toEqual(one);
  expect(other).not.toEqual(one);
  expect(one).not.toEqual(greedy);
});
