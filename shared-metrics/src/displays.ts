import type { MetricDisplay } from "@quantlab/core";

// What the displays of several metrics have in common.

type Common = Omit<MetricDisplay, "heading" | "noun">;

export const time: Common = { unit: "ms", scale: 1, digits: 3, more: "slower", less: "faster", kind: "cost" };
export const speed: Common = { ...time, unit: "tok/s", more: "faster", less: "slower" };
export const memory: Common = { ...time, unit: "MiB", scale: 2 ** -20, more: "more", less: "less" };
export const loss: Common = {
  unit: "nats",
  scale: 1,
  digits: 3,
  more: "worse",
  less: "better",
  kind: "quality",
};
export const share: Common = { ...loss, unit: "%", scale: 100, more: "better", less: "worse" };
