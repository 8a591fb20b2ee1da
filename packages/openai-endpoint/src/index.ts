export { type Endpoint, servedNames } from "./endpoint.ts";
export {
  type CompletionRequest,
  type Piece,
  type StreamedCompletion,
  streamCompletion,
} from "./stream-completion.ts";
