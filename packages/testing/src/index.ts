export { isAlive } from "./alive.ts";
export { testAnswerOrder } from "./answer-order.ts";
export { type Answer, firstDifference, greedyAnswers, type Parting, partings } from "./greedy-parity.ts";
export { allLogits, logitError } from "./logit-error.ts";
export { testTextPerplexity } from "./perplexity.ts";
export { questions } from "./questions.ts";
