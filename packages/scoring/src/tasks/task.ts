/**
 * A question with the answers to choose from; the model is asked which it finds likeliest after the prompt.
 * A choice is what is put behind the prompt, with the space between them where there is one.
 */
export interface ChoiceItem {
  readonly id: string;
  readonly prompt: string;
  readonly choices: readonly string[];
  readonly answer: number;
}

/** A question asked in chat, with the wordings of its answer that count. */
export interface QuestionItem {
  readonly id: string;
  readonly question: string;
  readonly answer: string;
  readonly accept: readonly string[];
}

/**
 * What makes a generated answer right: it holds an accepted wording as whole words, or the last number in it
 * is the accepted one.
 */
export type Judge = "wording" | "last-number";

/** How a file is laid out: by the lab's own rule, or as a common benchmark is published. */
export type Layout = "quantlab" | "mmlu" | "hellaswag" | "arc" | "gsm8k";

export interface ChoiceItems {
  readonly kind: "multiple-choice";
  readonly items: readonly ChoiceItem[];
}

export interface QuestionItems {
  readonly kind: "generation";
  readonly judge: Judge;
  /** Most tokens of an answer. */
  readonly newTokens: number;
  readonly items: readonly QuestionItem[];
}

export type Task = {
  /** The name of its file. */
  readonly task: string;
  readonly taskSha256: string;
  readonly file: string;
  readonly layout: Layout;
} & (ChoiceItems | QuestionItems);
