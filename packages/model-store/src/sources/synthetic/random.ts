/** A 32-bit generator with 128 bits of state (Chris Doty-Humphrey's sfc32): the same seed, the same numbers. */
export function randomWords(seed: number): () => number {
  let a = 0x9e3779b9 | 0;
  let b = 0x243f6a88 | 0;
  let c = seed | 0;
  let counter = 1;
  const next = () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  // Close seeds give close first words; a few rounds part them.
  for (let i = 0; i < 16; i++) next();
  return next;
}

/**
 * Such numbers that float32, float16 and bfloat16 all hold exactly, so that a model is the same in every form: rounded
 * to bfloat16's 8 bits, and below float16's normal range to its step of 2⁻²⁴.
 */
export function sharedNormals(seed: number, count: number, deviation: number): Float32Array {
  const values = randomNormals(seed, count, deviation);
  const bits = new Uint32Array(values.buffer);
  // To the nearest, ties to even; the values are far from overflow.
  for (let i = 0; i < count; i++) bits[i] = (bits[i]! + 0x7fff + ((bits[i]! >>> 16) & 1)) & 0xffff0000;
  return Float32Array.from(new Float16Array(values));
}

/** Numbers of mean 0 and the given standard deviation, normally distributed (Box and Muller, 1958). */
export function randomNormals(seed: number, count: number, deviation: number): Float32Array {
  const word = randomWords(seed);
  const values = new Float32Array(count);
  for (let i = 0; i < count; i += 2) {
    const radius = deviation * Math.sqrt(-2 * Math.log((word() + 1) / 2 ** 32));
    const angle = (2 * Math.PI * word()) / 2 ** 32;
    values[i] = radius * Math.cos(angle);
    if (i + 1 < count) values[i + 1] = radius * Math.sin(angle);
  }
  return values;
}
