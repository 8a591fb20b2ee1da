import { randomUUID } from "node:crypto";
import type { Json, Tool, ToolCall } from "@quantlab/core";
import { Problem } from "./problem.ts";
import type { ChatBody } from "./requests.ts";

/** A call as OpenAI's API has it: its arguments are JSON in a text. */
export interface AnsweredCall {
  readonly id: string;
  readonly type: "function";
  readonly function: { readonly name: string; readonly arguments: string };
}

/** The tools that a request offers, and what it asks of the answer. */
export interface OfferedTools {
  readonly tools: readonly Tool[];
  /** What an answer has to fit that must be a call; null where the model may choose. */
  readonly schema: Json | null;
}

/** Null for a request that offers none, or wants none called. Throws a Problem for a choice that is not offered. */
export function offeredTools({ tools, tool_choice }: ChatBody): OfferedTools | null {
  const choice = tool_choice ?? "auto";
  if (!tools || choice === "none") {
    if (!tools && typeof choice !== "string")
      throw new Problem(400, "invalid_request", "tool_choice names a tool, and none is offered", {
        param: "tool_choice",
      });
    return null;
  }
  const offered = tools.map(({ type, function: { strict: _, ...described } }) => ({
    type,
    function: described,
  })) as Tool[];
  if (choice === "auto") return { tools: offered, schema: null };
  const named = choice === "required" ? null : choice.function.name;
  const wanted = offered.filter((tool) => named === null || tool.function.name === named);
  if (wanted.length === 0)
    throw new Problem(400, "invalid_request", `tool_choice names "${named}", which is not offered`, {
      param: "tool_choice",
    });
  return { tools: offered, schema: { anyOf: wanted.map(callSchema) } };
}

/** Arguments that a tool does not describe are any. */
function callSchema({ function: { name, parameters } }: Tool): Json {
  return {
    type: "object",
    properties: { name: { const: name }, arguments: parameters ?? { type: "object" } },
    required: ["name", "arguments"],
  };
}

/**
 * What an answer says and what it calls. Models write a call as JSON between <tool_call> and </tool_call> (Hermes, Qwen,
 * SmolLM3), behind [TOOL_CALLS] (Mistral) or alone (Llama 3); what is no call of an offered tool stays text.
 */
export function calledTools(
  text: string,
  { tools }: OfferedTools,
): { readonly content: string | null; readonly calls: readonly AnsweredCall[] } {
  const marked = [...text.matchAll(/<tool_call>([\s\S]*?)(?:<\/tool_call>|$)/g)].map(([, body]) => body!);
  const bare = text.replace(/^\s*(?:\[TOOL_CALLS\]|<\|python_tag\|>)?/, "");
  const calls = (marked.length > 0 ? marked : [bare]).map((body) => callsIn(body, tools));
  if (calls.includes(null)) return { content: text, calls: [] };
  const before = marked.length > 0 ? text.slice(0, text.indexOf("<tool_call>")).trim() : "";
  return { content: before || null, calls: (calls as ToolCall[][]).flat().map(answeredCall) };
}

/** The call, or the list of calls, that a text is; null where it is something else. */
function callsIn(text: string, tools: readonly Tool[]): ToolCall[] | null {
  let found: Json;
  try {
    found = JSON.parse(text);
  } catch {
    return null;
  }
  const calls = [found].flat().map((each) => callIn(each, tools));
  return calls.length === 0 || calls.includes(null) ? null : (calls as ToolCall[]);
}

function callIn(found: Json, tools: readonly Tool[]): ToolCall | null {
  if (typeof found !== "object" || found === null || Array.isArray(found)) return null;
  const { name, arguments: given, parameters } = found as Record<string, Json | undefined>;
  const isOffered = tools.some((tool) => tool.function.name === name);
  return isOffered
    ? { type: "function", function: { name: name as string, arguments: given ?? parameters ?? {} } }
    : null;
}

function answeredCall({ function: { name, arguments: given } }: ToolCall): AnsweredCall {
  return {
    id: `call_${randomUUID()}`,
    type: "function",
    function: { name, arguments: JSON.stringify(given) },
  };
}
