import { layouts } from "../library/layouts.ts";
import type { Llama } from "../library/llama.ts";
import { native } from "../library/native.ts";

/** A tensor of a graph: what describes it, not its values. */
export interface TensorView {
  readonly pointer: bigint;
  readonly name: string;
  /** ggml's own names: "MUL_MAT", "f32". */
  readonly operator: string;
  readonly type: string;
  /** Elements and bytes of a step along each of the four axes, the row first. */
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  /** Addresses of what it is computed from. */
  readonly sources: readonly bigint[];
}

interface RawTensor {
  readonly type: number;
  readonly ne: readonly number[];
  readonly nb: readonly number[];
  readonly op: number;
  readonly src: readonly (bigint | null)[];
  readonly name: string;
}

/** The `ggml_tensor` at an address. */
export function viewTensor({ call }: Llama, pointer: bigint): TensorView {
  const { type, ne, nb, op, src, name } = native().decode(pointer, layouts().Tensor) as RawTensor;
  return {
    pointer,
    name,
    operator: call.operatorName(op),
    type: call.typeName(type),
    shape: ne,
    strides: nb,
    sources: src.filter((source) => source !== null),
  };
}

/** All bytes of a tensor, from whichever device holds them, in `into` or a larger array; strides stay as they are. */
export function readTensor({ call }: Llama, pointer: bigint, into: ArrayBuffer): ArrayBuffer {
  const bytes = Number(call.tensorBytes(pointer));
  const room = into.byteLength < bytes ? new ArrayBuffer(bytes) : into;
  call.tensorRead(pointer, new Uint8Array(room), 0, bytes);
  return room;
}
