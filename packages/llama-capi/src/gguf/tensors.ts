import { BadBytes, type Cursor } from "./cursor.ts";
import { type TensorType, tensorTypeOf } from "./types.ts";

export interface Tensor {
  readonly name: string;
  /** Elements along each axis, the row length first. */
  readonly shape: readonly number[];
  readonly type: TensorType;
  readonly elements: number;
  readonly bytes: number;
  /** From the start of the tensor data, in bytes. */
  readonly offset: number;
}

/** The largest published models have a few thousand. */
const tensorLimit = 65_536;
const nameLimit = 63;
const axisLimit = 4;

/**
 * Reads `count` tensor descriptions and checks that the tensors lie one after the other, each on a multiple of
 * `alignment`, as llama.cpp demands: so none overlap and none reach outside.
 */
export function readTensors(cursor: Cursor, count: number, alignment: number): readonly Tensor[] {
  if (count > tensorLimit) throw new BadBytes(`claims ${count} tensors; at most ${tensorLimit} are read`);
  const tensors: Tensor[] = [];
  const names = new Set<string>();
  let end = 0;
  for (let i = 0; i < count; i++) {
    const tensor = readTensor(cursor);
    const label = JSON.stringify(tensor.name);
    if (names.has(tensor.name)) throw new BadBytes(`has the tensor ${label} twice`);
    names.add(tensor.name);
    if (tensor.offset !== end)
      throw new BadBytes(`puts tensor ${label} at ${tensor.offset}; the one before it ends at ${end}`);
    end = padded(end + tensor.bytes, alignment);
    if (!Number.isSafeInteger(end)) throw new BadBytes(`has a tensor ${label} of impossible size`);
    tensors.push(tensor);
  }
  return tensors;
}

function readTensor(cursor: Cursor): Tensor {
  const name = cursor.string(nameLimit);
  const label = JSON.stringify(name);
  const axes = cursor.u32();
  if (axes < 1 || axes > axisLimit) throw new BadBytes(`gives tensor ${label} ${axes} axes; 1 to 4 can be`);
  const shape: number[] = [];
  let elements = 1;
  for (let axis = 0; axis < axes; axis++) {
    const length = cursor.count(`elements along an axis of ${label}`, Number.MAX_SAFE_INTEGER);
    if (length === 0) throw new BadBytes(`gives tensor ${label} no elements`);
    shape.push(length);
    elements *= length;
  }
  if (!Number.isSafeInteger(elements)) throw new BadBytes(`gives tensor ${label} an impossible size`);
  const number = cursor.u32();
  const type = tensorTypeOf(number);
  if (!type) throw new BadBytes(`gives tensor ${label} the unknown type ${number}`);
  if (shape[0]! % type.elements !== 0)
    throw new BadBytes(`gives tensor ${label} rows of ${shape[0]}, no multiple of ${type.elements}`);
  const bytes = (elements / type.elements) * type.bytes;
  if (!Number.isSafeInteger(bytes)) throw new BadBytes(`gives tensor ${label} an impossible size`);
  return { name, shape, type, elements, bytes, offset: cursor.count("bytes", Number.MAX_SAFE_INTEGER) };
}

/** The smallest multiple of `alignment` that is not below `value`. */
export function padded(value: number, alignment: number): number {
  return Math.ceil(value / alignment) * alignment;
}
