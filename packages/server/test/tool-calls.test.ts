import { describe, expect, it } from "vitest";
import { calledTools, offeredTools } from "../src/tool-calls.ts";

const weather = {
  type: "function" as const,
  function: { name: "weather", parameters: { type: "object", properties: { city: { type: "string" } } } },
};
const clock = { type: "function" as const, function: { name: "clock" } };
const offered = { tools: [weather, clock], schema: null };
const asked = (changes: object) =>
  ({ model: "m", messages: [], tools: [weather, clock], ...changes }) as never;

describe("calls in what a model wrote", () => {
  it.each([
    [
      "as Hermes and Qwen write it",
      '<tool_call>\n{"name": "weather", "arguments": {"city": "Bern"}}\n</tool_call>',
    ],
    ["cut before its closing mark", '<tool_call>{"name": "weather", "arguments": {"city": "Bern"}}'],
    ["as Mistral writes it", '[TOOL_CALLS][{"name": "weather", "arguments": {"city": "Bern"}}]'],
    ["as Llama 3 writes it", '<|python_tag|>{"name": "weather", "parameters": {"city": "Bern"}}'],
  ])("are found: %s", (_what, text) => {
    const { content, calls } = calledTools(text, offered);
    expect(content).toBeNull();
    expect(calls).toEqual([
      {
        id: expect.stringMatching(/^call_/),
        type: "function",
        function: { name: "weather", arguments: '{"city":"Bern"}' },
      },
    ]);
  });

  it("are several, with what was said before them", () => {
    const text =
      'Let me see.\n<tool_call>{"name":"clock"}</tool_call>\n<tool_call>{"name":"weather","arguments":{}}</tool_call>';
    const { content, calls } = calledTools(text, offered);
    expect(content).toBe("Let me see.");
    expect(calls.map((call) => call.function)).toEqual([
      { name: "clock", arguments: "{}" },
      { name: "weather", arguments: "{}" },
    ]);
  });

  it.each([
    "It is sunny.",
    '{"name": "format_disk", "arguments": {}}',
    '<tool_call>{"name": "weather", </tool_call>',
    '{"city": "Bern"}',
    "[]",
  ])("are not in %s", (text) => {
    expect(calledTools(text, offered)).toEqual({ content: text, calls: [] });
  });
});

describe("tools that are offered", () => {
  it("are none where none may be called", () => {
    expect(offeredTools(asked({ tool_choice: "none" }))).toBeNull();
    expect(offeredTools(asked({ tools: null }))).toBeNull();
  });

  it("hold an answer to a call where one is asked for", () => {
    expect(offeredTools(asked({}))!.schema).toBeNull();
    const named = { type: "function", function: { name: "clock" } };
    expect(offeredTools(asked({ tool_choice: named }))!.schema).toMatchObject({
      anyOf: [{ properties: { name: { const: "clock" } } }],
    });
    expect(offeredTools(asked({ tool_choice: "required" }))!.schema).toMatchObject({
      anyOf: [{ properties: { arguments: weather.function.parameters } }, {}],
    });
  });

  it("must be those that are chosen", () => {
    const named = { type: "function", function: { name: "nothing" } };
    expect(() => offeredTools(asked({ tool_choice: named }))).toThrow(/"nothing", which is not offered/);
    expect(() => offeredTools(asked({ tools: null, tool_choice: named }))).toThrow(/none is offered/);
  });
});
