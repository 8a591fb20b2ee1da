/** What one run of a program came to. */
export interface Sample {
  /** From the program's start to its end, everything that it loads included. */
  readonly wallMs: number;
  /** True where it refused, as was allowed. */
  readonly refused: boolean;
  /** By the figure's name, as many values as it was printed. */
  readonly figures: Readonly<Record<string, readonly number[]>>;
}
