/** The flags of `lab tune`, as commander hands them over. */
export interface TuneOptions {
  readonly model?: string;
  readonly backend?: string;
  readonly nPrompt?: readonly number[];
  readonly nDepth?: readonly number[];
  readonly nGen: number;
  readonly threads?: readonly number[];
  readonly batchSize?: readonly number[];
  readonly ubatchSize?: readonly number[];
  readonly flashAttn?: readonly string[];
  readonly nGpuLayers?: readonly number[];
  readonly mmap?: readonly boolean[];
  /** Types of keys and values that may be adopted though they change the answers. */
  readonly allowKv?: readonly string[];
  /** Fresh processes of each of a pair at each point. */
  readonly rounds: number;
  readonly repetitions: number;
  readonly reset?: true;
  /** Minutes after which a silent process is ended. */
  readonly timeout: number;
}
