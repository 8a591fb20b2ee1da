/** A program run to its end, and what is read from what it prints. */
export interface Workload {
  /** Words as they are, without a shell; `{model}` is the model's path, `{name}` a place of the plan. */
  readonly arguments: readonly string[];
  /** By the figure's name. */
  readonly figures: Readonly<Record<string, FigureSource>>;
  /**
   * How often it is started until it has printed every figure: some programs end before their last lines are out. 1 unless said.
   * @asType integer
   * @minimum 1
   */
  readonly attempts?: number;
  /** Ending with an error is an answer, too, where what it says matches this regular expression. */
  readonly refusal?: string;
}

/** What the blocks get beside the workload. */
export interface Settled {
  /** The arguments with the paths of this machine filled in. */
  readonly words: readonly string[];
}

/** Where one figure stands in what the program prints. Several places give a list of values. */
export type FigureSource = {
  /** A regular expression over stdout and stderr; its first group is the figure. */
  readonly pattern?: string;
  /** Or a JSON pointer (RFC 6901) into stdout; "*" is every item of a list. */
  readonly pointer?: string;
  /** What it is multiplied with: 0.01 for percents; 1 unless said. */
  readonly scale?: number;
  /** What is divided by it: 128000 makes milliseconds of the speed at which 128 tokens were read. */
  readonly over?: number;
};
