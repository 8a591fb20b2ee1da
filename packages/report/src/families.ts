/** What one quantization's name says, as far as comparing needs it. */
export interface Form {
  /** The name without importance matrix and exceptions: "Q4_K_S", "mlx-4bit-g64". */
  readonly type: string;
  readonly family: Family;
  /** Whether the weights were found with the help of a calibration text: an importance matrix, AWQ, GPTQ, DWQ. */
  readonly calibrated: boolean;
  /** Tensor classes that have a type of their own: { attn: "Q4_K" }. */
  readonly classes: Readonly<Record<string, string>>;
}

export type Family = "full" | "k" | "legacy" | "iq" | "other";

export const familyTitles: Readonly<Record<Family, string>> = {
  full: "full weights",
  k: "K-quants",
  legacy: "legacy types",
  iq: "IQ types",
  other: "other types",
};

const importanceMatrix = "imatrix";

/** Reads `TYPE[+imatrix][+CLASS=TYPE…]` and the names of the other backends' quantizations. */
export function formOf(quantization: string): Form {
  const [type = "", ...rest] = quantization.split("+");
  const plain = type.replace(/-(awq|gptq|dwq)\b/, "");
  const classes = rest.flatMap((part): [string, string][] => {
    const [name, own] = part.split("=");
    return name && own ? [[name, own]] : [];
  });
  return {
    type: plain,
    family: familyOf(plain),
    calibrated: plain !== type || rest.includes(importanceMatrix),
    classes: Object.fromEntries(classes),
  };
}

/** Of a file type ("Q4_K_S") or of a tensor's type ("Q4_K"). */
export function familyOf(type: string): Family {
  if (/^(mlx-)?(B?F16|F32|bfloat16|float16|float32)$/.test(type)) return "full";
  if (/^Q\d_K(_[SML])?$/.test(type)) return "k";
  if (/^Q[458]_[01]$/.test(type)) return "legacy";
  return type.startsWith("IQ") ? "iq" : "other";
}
