import { EngineError, type LogitRows } from "@quantlab/core";

/** Rows of the same positions from two engines; views that the next pair may overwrite. */
export interface RowPair {
  readonly from: number;
  readonly rows: number;
  readonly vocabulary: number;
  readonly reference: Float32Array;
  readonly arm: Float32Array;
}

/**
 * Reads two engines' logits side by side. Engines give rows in parts of their own size: a pair is what both
 * have ready, and neither is asked for more before that is used up, so one part of each is all that is held.
 * Ends where the first of them ends. Throws an EngineError for vocabularies of different sizes, and for rows
 * that are not of the same positions.
 */
export async function* lockstep(
  reference: AsyncIterable<LogitRows>,
  arm: AsyncIterable<LogitRows>,
): AsyncGenerator<RowPair> {
  const sides = [new RowReader(reference), new RowReader(arm)] as const;
  const [base, mine] = sides;
  try {
    while ((await base.fill()) && (await mine.fill())) {
      checkAlike(base, mine);
      const rows = Math.min(base.left, mine.left);
      yield {
        from: base.position,
        rows,
        vocabulary: base.vocabulary,
        reference: base.take(rows),
        arm: mine.take(rows),
      };
    }
  } finally {
    for (const side of sides) await side.stop();
  }
}

/** Hands out the rows of an engine's parts, some at a time. */
class RowReader {
  readonly #parts: AsyncIterator<LogitRows>;
  #part: LogitRows | null = null;
  #taken = 0;

  constructor(parts: AsyncIterable<LogitRows>) {
    this.#parts = parts[Symbol.asyncIterator]();
  }

  /** Asks for the next part when this one is used up; false at the end. */
  async fill(): Promise<boolean> {
    while (this.#part === null || this.left === 0) {
      const next = await this.#parts.next();
      if (next.done) return false;
      this.#part = next.value;
      this.#taken = 0;
    }
    return true;
  }

  get vocabulary(): number {
    return this.#part!.vocabulary;
  }

  get position(): number {
    return this.#part!.from + this.#taken;
  }

  get left(): number {
    return this.#part!.logits.length / this.#part!.vocabulary - this.#taken;
  }

  take(rows: number): Float32Array {
    const start = this.#taken * this.vocabulary;
    this.#taken += rows;
    return this.#part!.logits.subarray(start, start + rows * this.vocabulary);
  }

  async stop(): Promise<void> {
    await this.#parts.return?.();
  }
}

function checkAlike(reference: RowReader, arm: RowReader): void {
  if (reference.vocabulary !== arm.vocabulary)
    throw differentVocabulary(reference.vocabulary, arm.vocabulary);
  if (reference.position !== arm.position) {
    throw new EngineError(
      "divergence",
      `the reference gave logits of position ${reference.position}, the arm those of ${arm.position}`,
    );
  }
}

export function differentVocabulary(reference: number, arm: number): EngineError {
  return new EngineError(
    "divergence",
    `the reference has a vocabulary of ${reference} tokens, this model one of ${arm}`,
    "compare quantizations of one model: distributions over other tokens have no divergence",
  );
}
