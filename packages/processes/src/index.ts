export { freePort } from "./free-port.ts";
export { inTurn } from "./in-turn.ts";
export { lastWords } from "./last-words.ts";
export type { ProcessEnd, Program } from "./process-group.ts";
export {
  callOnce,
  type Failure,
  type Limits,
  nodeScript,
  RemoteProcess,
  type RemoteProgram,
  type RequestOptions,
} from "./remote-process.ts";
export { openSession } from "./remote-session.ts";
export { type Ran, type RunOptions, runProgram } from "./run-program.ts";
export { type Call, type CallContext, serve } from "./serve.ts";
export { sessionCalls } from "./session-calls.ts";
export { type Generated, generateUntilStopped } from "./stoppable-generation.ts";
export { TextStream } from "./text-stream.ts";
