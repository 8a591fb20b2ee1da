import type { Gguf } from "@quantlab/model-store";
import { formatBytes } from "@quantlab/terminal";
import { formatTable } from "../frame/table.ts";

/** Tensors of one role and one type: "blk.*.attn_v.weight" in Q6_K. */
export interface TensorGroup {
  readonly tensors: string;
  readonly type: string;
  readonly count: number;
  readonly bytes: number;
  readonly bitsPerWeight: number;
}

type Tensors = Gguf["tensors"];

/** The same tensors of all layers together, apart where their types differ. */
export function tensorGroups(tensors: Tensors): TensorGroup[] {
  const roles = Map.groupBy(tensors, ({ name }) => name.replace(/\.\d+\./, ".*."));
  return [...roles].flatMap(([role, own]) =>
    [...Map.groupBy(own, ({ type }) => type.name)].map(([type, group]) => {
      const bytes = group.reduce((sum, tensor) => sum + tensor.bytes, 0);
      const elements = group.reduce((sum, tensor) => sum + tensor.elements, 0);
      return { tensors: role, type, count: group.length, bytes, bitsPerWeight: (bytes * 8) / elements };
    }),
  );
}

export function groupTable(groups: readonly TensorGroup[]): string {
  return formatTable(
    ["tensors", "type", "count", "bits per weight", "size"],
    groups.map(({ tensors, type, count, bitsPerWeight, bytes }) => [
      printable(tensors),
      type,
      String(count),
      bitsPerWeight.toFixed(3),
      formatBytes(bytes),
    ]),
  );
}

export function tensorTable(tensors: Tensors): string {
  return formatTable(
    ["tensor", "type", "shape", "size"],
    tensors.map(({ name, type, shape, bytes }) => [
      printable(name),
      type.name,
      shape.join(" × "),
      formatBytes(bytes),
    ]),
  );
}

/** Every tensor as `--json` gives it. */
export function tensorList(tensors: Tensors) {
  return tensors.map(({ name, type, shape, bytes }) => ({ name, type: type.name, shape: [...shape], bytes }));
}

/** Text from a file on one line, with the control characters that could steer a terminal spelled out. */
export const printable = (value: string) =>
  JSON.stringify(value)
    .slice(1, -1)
    .replace(/[\u007f-\u009f]/g, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, "0")}`);
