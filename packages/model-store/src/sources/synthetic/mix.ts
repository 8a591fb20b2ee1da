import type { Shape } from "../../catalogue/entries.ts";
import type { ShapeTensor } from "./shape.ts";

/** The type that llama.cpp's quantizer gives most matrices of a file type. */
const baseTypes: Readonly<Record<string, string>> = {
  F16: "F16",
  Q4_0: "Q4_0",
  Q4_1: "Q4_1",
  Q5_0: "Q5_0",
  Q5_1: "Q5_1",
  Q8_0: "Q8_0",
  Q2_K: "Q2_K",
  Q3_K_S: "Q3_K",
  Q3_K_M: "Q3_K",
  Q3_K_L: "Q3_K",
  Q4_K_S: "Q4_K",
  Q4_K_M: "Q4_K",
  Q5_K_S: "Q5_K",
  Q5_K_M: "Q5_K",
  Q6_K: "Q6_K",
};

/** File types whose mix is known here: those that can be written without a quantizer. */
export const mixNames: readonly string[] = Object.keys(baseTypes);

/** What the quantizer takes instead for rows that are no multiple of 256: tensor_type_fallback in the pinned release. */
const fallbacks: Readonly<Record<string, string>> = {
  Q2_K: "Q4_0",
  Q3_K: "Q4_0",
  Q4_K: "Q5_0",
  Q5_K: "Q5_1",
  Q6_K: "Q8_0",
};

/**
 * The type of a matrix in a file of type `fileType`, by the rules of llama_tensor_get_type in the pinned release
 * for dense models without an importance matrix.
 */
export function mixedType(fileType: string, shape: Shape, tensor: ShapeTensor): string {
  const type = wantedType(fileType, shape, tensor);
  return tensor.shape[0]! % 256 === 0 ? type : (fallbacks[type] ?? type);
}

function wantedType(fileType: string, shape: Shape, tensor: ShapeTensor): string {
  const base = baseTypes[fileType];
  if (base === undefined) throw new RangeError(`no mix for ${fileType}`);
  if (base === "F16") return base;
  const { role, layer } = tensor;
  if (role === "output" || (role === "embedding" && shape.tiedEmbeddings)) {
    return base === "Q8_0" ? base : "Q6_K";
  }
  const grouped = shape.heads / shape.keyValueHeads >= 4;
  const sensitive = needsMoreBits(layer, shape.layers);
  switch (`${fileType} ${role}`) {
    case "Q2_K v":
      return grouped ? "Q4_K" : "Q3_K";
    case "Q2_K down":
    case "Q2_K o":
      return "Q3_K";
    case "Q3_K_M v":
      return layer < 2 ? "Q5_K" : "Q4_K";
    case "Q3_K_M down":
      return layer < Math.floor(shape.layers / 16) ? "Q5_K" : "Q4_K";
    case "Q3_K_M o":
      return "Q4_K";
    case "Q3_K_L v":
    case "Q3_K_L down":
    case "Q3_K_L o":
      return "Q5_K";
    case "Q4_K_S v":
      return layer < 4 ? "Q5_K" : base;
    case "Q4_K_S down":
      return layer < Math.floor(shape.layers / 8) ? "Q5_K" : base;
    case "Q4_K_M v":
    case "Q4_K_M down":
    case "Q5_K_M v":
    case "Q5_K_M down":
      return sensitive ? "Q6_K" : base;
    default:
      return base;
  }
}

/** The first and last eighth of the layers, and every third between. */
function needsMoreBits(layer: number, layers: number): boolean {
  const eighth = Math.floor(layers / 8);
  return layer < eighth || layer >= Math.floor((7 * layers) / 8) || (layer - eighth) % 3 === 2;
}
