/** Bytes of one kind of buffer. */
export interface BufferBytes {
  readonly weights: number;
  /** Keys and values. */
  readonly cache: number;
  /** What is computed in. */
  readonly compute: number;
}

/** What a model takes with its context full, worked out by its engine before it is loaded. */
export interface Forecast {
  /** Of the process that worked it out, library loaded, before the model came. */
  readonly processBytes: number;
  /** What the vocabulary and the metadata added to it. */
  readonly vocabularyBytes: number;
  /** By kind, as the engine names them: "CPU", "CPU_REPACK", "Vulkan0". */
  readonly buffers: Readonly<Record<string, BufferBytes>>;
  /** Of the model's file, which stay in memory beside what was copied of them; 0 where the file is read instead. */
  readonly mappedBytes: number;
  readonly contextSize: number;
  /** "f16"; of keys and of values. */
  readonly kvCacheTypes: readonly [key: string, value: string];
  readonly layers: number;
  /** Heads of queries that share one of keys and values: so often is the cache gone through for a token. */
  readonly queriesPerKey: number;
  /** Weights that are read for each new token, in bytes by their type: "Q4_K". */
  readonly reads: Readonly<Record<string, number>>;
}

/** Whether a kind of buffer is the machine's own memory: the CPU's, or a device's window into it. */
export const isHostBuffer = (kind: string): boolean => /^(CPU|BLAS|AMX)|_Host$/.test(kind);

/**
 * What a model adds to a process that has the library loaded: in the machine's memory. A mapped file's pages stand there
 * whole, for what the CPU reads in place and beside what was copied for its kernels.
 */
export function forecastHostBytes({ vocabularyBytes, buffers, mappedBytes }: Forecast): number {
  return Object.entries(buffers).reduce((sum, [kind, { weights, cache, compute }]) => {
    if (!isHostBuffer(kind)) return sum;
    const inPlace = mappedBytes > 0 && kind === "CPU";
    return sum + cache + compute + (inPlace ? 0 : weights);
  }, vocabularyBytes + mappedBytes);
}

/** In the memory of devices, all of them together. */
export function forecastDeviceBytes({ buffers }: Forecast): number {
  return Object.entries(buffers).reduce(
    (sum, [kind, { weights, cache, compute }]) =>
      isHostBuffer(kind) ? sum : sum + weights + cache + compute,
    0,
  );
}

/** Keys and values of a full context, wherever they lie. */
export function forecastCacheBytes({ buffers }: Pick<Forecast, "buffers">): number {
  return Object.values(buffers).reduce((sum, { cache }) => sum + cache, 0);
}
