export {
  type AskedChoices,
  type AskedQuestion,
  type AskedTask,
  type AskOptions,
  askTask,
} from "./answers/asked-task.ts";
export {
  type Continuation,
  type ContinuationScore,
  continuationIds,
  continuationScore,
} from "./answers/continuation-score.ts";
export { isRight } from "./answers/judge.ts";
export * from "./answers/judged-answers.ts";
export { type AnswerOptions, answerTask } from "./answers/task-answers.ts";
export { compareChunk, type TokenComparisons } from "./divergence/compare-chunk.ts";
export { checkSameTokens } from "./divergence/same-tokens.ts";
export { type ChunkTokens, scoreTokens } from "./divergence/score-tokens.ts";
export { scoreDivergence, scoreReference } from "./divergence/text-divergence.ts";
export { type AnswerDivergence, answerDivergence } from "./prompts/answer-divergence.ts";
export { type AskedPrompt, askPrompts } from "./prompts/asked-prompts.ts";
export { type Prompt, type PromptFile, readPrompts } from "./prompts/prompt-file.ts";
export * from "./scores.ts";
export type { ChoiceItem, Judge, Layout, QuestionItem, Task } from "./tasks/task.ts";
export { readTask, readTasks } from "./tasks/task-file.ts";
export { type ChunkedText, type ChunkOptions, chunkedText, scoredBytes } from "./texts/chunked-text.ts";
export { type ScoredToken, scoredTokens, type TokenChance } from "./texts/scored-tokens.ts";
export { type ChoosingSession, canChoose, canScore, type ScoringSession } from "./texts/sequence-score.ts";
export { scoreText } from "./texts/text-scores.ts";
