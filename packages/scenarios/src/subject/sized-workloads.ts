import type { ReadyArm } from "@quantlab/core";

/** Models of more parameters take minutes for what the shipped one does in seconds, and read longer texts. */
const largeParameters = 50e6;

interface Sized {
  readonly large?: object;
}

/** The arms with what their workloads say of large models put in its place where any arm has one, and left out elsewhere. */
export function sized<Workload extends Sized>(arms: readonly ReadyArm<Workload>[]): ReadyArm<Workload>[] {
  const isLarge = arms.some(({ subject }) => (subject.model?.parameters ?? 0) > largeParameters);
  return arms.map((arm) => {
    const { large = {}, ...workload } = arm.workload;
    return { ...arm, workload: { ...workload, ...(isLarge && large) } as Workload };
  });
}
