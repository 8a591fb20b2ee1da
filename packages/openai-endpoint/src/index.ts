export { anyWords } from "./any-words.ts";
export { type Endpoint, endpointAt, servedNames } from "./endpoint.ts";
export { openAiEndpoint } from "./openai-endpoint.ts";
export { engines } from "./registration.ts";
export {
  type CompletionRequest,
  type Piece,
  type StreamedCompletion,
  streamCompletion,
} from "./stream-completion.ts";
