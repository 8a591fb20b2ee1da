import type { QuantizationFamily } from "@quantlab/core";

export const familyTitles: Readonly<Record<QuantizationFamily, string>> = {
  full: "full weights",
  k: "K-quants",
  legacy: "legacy types",
  iq: "IQ types",
  other: "other types",
};
