import { UnknownNameError } from "@quantlab/core";

/** What a task asks of a model and its settings. */
export interface Task {
  readonly name: string;
  /** Tokens, unless said. */
  readonly context: number;
  /** Tokens a second below which a person waits. */
  readonly slowest: number;
  /** The most that perplexity may rise over full weights, on the ladder that lost more. */
  readonly mostLoss: number;
  /** Why these. */
  readonly about: string;
}

const readingSpeed = "people read about 5 tokens a second";

export const tasks: readonly Task[] = [
  { name: "chat", context: 4096, slowest: 5, mostLoss: 0.1, about: readingSpeed },
  {
    name: "code",
    context: 8192,
    slowest: 8,
    mostLoss: 0.02,
    about: "a wrong token breaks a program, and answers are long",
  },
  { name: "summary", context: 8192, slowest: 5, mostLoss: 0.1, about: readingSpeed },
  { name: "retrieval", context: 8192, slowest: 5, mostLoss: 0.1, about: readingSpeed },
];

/** The task of this name. Throws an UnknownNameError with the nearest one. */
export function taskNamed(typed: string): Task {
  const task = tasks.find(({ name }) => name === typed.toLowerCase());
  if (task) return task;
  throw new UnknownNameError(
    "task",
    typed,
    tasks.map(({ name }) => name),
  );
}
