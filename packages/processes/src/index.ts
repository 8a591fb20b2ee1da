export { lastWords } from "./last-words.ts";
export type { ProcessEnd, Program } from "./process-group.ts";
export {
  type Failure,
  type Limits,
  nodeScript,
  RemoteProcess,
  type RemoteProgram,
  type RequestOptions,
} from "./remote-process.ts";
export { type Call, type CallContext, serve } from "./serve.ts";
