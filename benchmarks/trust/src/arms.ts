/** So many arms are one and the same: each pair of them is a comparison of nothing. */
export const equalArms = [
  "equal-1",
  "equal-2",
  "equal-3",
  "equal-4",
  "equal-5",
  "equal-6",
  "equal-7",
  "equal-8",
] as const;

/** Shares of the time and memory that it takes, by which an arm is slowed. */
export const slowdowns = { "slowed-2": 0.02, "slowed-4": 0.04, "slowed-5": 0.05, "slowed-10": 0.1 } as const;

/** Computes on one thread less; by how much that is slower, or whether it is, nobody knows before. */
export const fewerThreads = "thread-fewer";

/** How much an arm was slowed; null where nobody can say. */
export function slowdownOf(arm: string): number | null {
  if (arm === fewerThreads) return null;
  return arm in slowdowns ? slowdowns[arm as keyof typeof slowdowns] : 0;
}
