/** What llama.cpp measured itself: the prompt pass and the single tokens after it. */
export interface Counters {
  readonly promptMs: number;
  readonly promptTokens: number;
  readonly decodeMs: number;
  readonly decodeTokens: number;
  readonly reusedGraphs: number;
}

interface ContextCounters {
  readonly t_p_eval_ms: number;
  readonly n_p_eval: number;
  readonly t_eval_ms: number;
  readonly n_eval: number;
  readonly n_reused: number;
}

export function countersFrom(counted: ContextCounters): Counters {
  return {
    promptMs: counted.t_p_eval_ms,
    promptTokens: counted.n_p_eval,
    decodeMs: counted.t_eval_ms,
    decodeTokens: counted.n_eval,
    reusedGraphs: counted.n_reused,
  };
}
