/** The flags of `lab eval`, as commander hands them over. */
export interface EvalOptions {
  readonly model?: string;
  readonly tasks?: readonly string[];
  readonly reference?: string;
  readonly backend?: string;
  readonly limit?: number;
  readonly threads?: number;
  readonly ctxSize?: number;
  readonly harness?: "lm-eval";
  readonly output?: string;
}
