import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { embedMany, generateText, jsonSchema, Output, stepCountIs, streamText, tool } from "ai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeModelWithTools } from "./changed-model.ts";
import { key, type Served, served } from "./served.ts";

let folder: string;
let server: Served;
let model: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "quantlab-structure-"));
  server = await served(await writeModelWithTools(path.join(folder, "with-tools-F16.gguf")));
  model = (await server.client.models.list()).data[0]!.id;
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const question = [{ role: "user" as const, content: "What is the weather in Bern?" }];
const weather = {
  type: "object" as const,
  properties: { city: { enum: ["Bern", "Basel"] }, days: { type: "integer" as const, enum: [1, 2, 3] } },
  required: ["city", "days"],
  additionalProperties: false,
};
const tools = [
  {
    type: "function" as const,
    function: { name: "weather", description: "Tells the weather", parameters: weather },
  },
];
const drawn = () => ({ model, temperature: 1, seed: 7, max_tokens: 200, messages: question });

describe("lab serve holds an answer", () => {
  it("to a schema, and to any JSON", async () => {
    const asked = {
      type: "json_schema" as const,
      json_schema: { name: "weather", strict: true, schema: weather },
    };
    const { choices } = await server.client.chat.completions.create({ ...drawn(), response_format: asked });
    expect(JSON.parse(choices[0]!.message.content!)).toEqual({
      city: expect.stringMatching(/^(Bern|Basel)$/),
      days: expect.toBeOneOf([1, 2, 3]),
    });
    expect(choices[0]!.finish_reason).toBe("stop");
    const any = await server.client.chat.completions.create({
      ...drawn(),
      response_format: { type: "json_object" },
    });
    expect(any.choices[0]!.message.content).toMatch(/^\{/);
  });

  it("to no schema that it could not keep: the keyword is named", async () => {
    const schema = { type: "object", properties: { name: { type: "string", pattern: "^A" } } };
    const refused = server.client.chat.completions.create({
      ...drawn(),
      response_format: { type: "json_schema", json_schema: { name: "x", schema } },
    });
    await expect(refused).rejects.toMatchObject({
      status: 400,
      message: expect.stringMatching(/#\/properties\/name asks for pattern/),
    });
    const impossible = server.client.chat.completions.create({
      ...drawn(),
      response_format: { type: "json_schema", json_schema: { name: "x", schema: { enum: [] } } },
    });
    await expect(impossible).rejects.toMatchObject({ status: 400 });
  });

  it("to a call where one is asked for, streamed or not, and reads what the tool said", async () => {
    const required = { ...drawn(), tools, tool_choice: "required" as const };
    const { choices } = await server.client.chat.completions.create(required);
    const [{ message, finish_reason }] = choices as [(typeof choices)[number]];
    expect([message.content, finish_reason]).toEqual([null, "tool_calls"]);
    const [call] = message.tool_calls as [
      Extract<(typeof message.tool_calls & {})[number], { type: "function" }>,
    ];
    expect(call.function.name).toBe("weather");
    expect(JSON.parse(call.function.arguments)).toEqual({
      city: expect.stringMatching(/^(Bern|Basel)$/),
      days: expect.toBeOneOf([1, 2, 3]),
    });
    const streamed = await server.client.chat.completions.stream(required).finalChatCompletion();
    expect(streamed.choices[0]!.message.tool_calls![0]).toMatchObject({ function: call.function });
    const next = await server.client.chat.completions.create({
      ...drawn(),
      tools,
      messages: [...question, message, { role: "tool", tool_call_id: call.id, content: "Rain<|im_end|>" }],
    });
    expect(next.choices[0]!.message.content).toMatch(/\w/);
    expect(next.usage!.prompt_tokens).toBeGreaterThan(60);
  });
});

it("lab serve offers no tools to a model whose template has no place for them", async () => {
  await using own = await served("sprout:F16");
  const refused = own.client.chat.completions.create({ ...drawn(), model: "sprout:F16", tools });
  await expect(refused).rejects.toMatchObject({
    status: 400,
    message: expect.stringContaining("has no place for tools"),
  });
});

it("lab serve gives texts as vectors, in numbers or in base64, as lab embed does", async () => {
  const input = ["What is inflation?", "A dog"];
  const { data, usage } = await server.client.embeddings.create({ model, input });
  const numbers = await server.client.embeddings.create({ model, input, encoding_format: "float" });
  for (const [index, { embedding }] of data.entries()) {
    for (const [place, value] of embedding.entries())
      expect(value).toBeCloseTo(numbers.data[index]!.embedding[place]!, 6);
    expect(embedding.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(1, 4);
  }
  expect(usage.prompt_tokens).toBeGreaterThan(4);
  const long = server.client.embeddings.create({ model, input: "word ".repeat(3000) });
  await expect(long).rejects.toMatchObject({
    status: 400,
    message: expect.stringMatching(/\d+ tokens, and the model reads \d+/),
  });
  const other = server.client.embeddings.create({ model, input, dimensions: 7 });
  await expect(other).rejects.toMatchObject({ status: 400, message: expect.stringContaining("not of 7") });
});

describe("Vercel's AI SDK", () => {
  const provider = () =>
    createOpenAICompatible({
      name: "quantlab",
      baseURL: `${server.url}/v1`,
      apiKey: key,
      supportsStructuredOutputs: true,
      includeUsage: true,
    });
  const settings = () => ({
    model: provider().chatModel(model),
    maxOutputTokens: 200,
    temperature: 1,
    seed: 7,
    maxRetries: 0,
  });
  const prompt = "What is the weather in Bern?";

  it("reads and streams texts", async () => {
    const { text, usage } = await generateText({ ...settings(), prompt, maxOutputTokens: 24 });
    expect(text).toMatch(/\w/);
    expect(usage.outputTokens).toBeGreaterThan(0);
    const stream = streamText({ ...settings(), prompt, maxOutputTokens: 24 });
    expect((await Array.fromAsync(stream.textStream)).join("")).toBe(text);
    expect((await stream.usage).inputTokens).toBe(usage.inputTokens);
  });

  it("gets objects of a schema", async () => {
    const { output } = await generateText({
      ...settings(),
      prompt,
      output: Output.object({ schema: jsonSchema(weather) }),
    });
    expect(output).toEqual({
      city: expect.stringMatching(/^(Bern|Basel)$/),
      days: expect.toBeOneOf([1, 2, 3]),
    });
  });

  it("gets vectors", async () => {
    const { embeddings } = await embedMany({
      model: provider().embeddingModel(model),
      values: ["a cat", "a dog"],
      maxRetries: 0,
    });
    expect(embeddings.map(({ length }) => length > 10)).toEqual([true, true]);
  });

  it("calls tools and goes on with what they say", async () => {
    const asked: unknown[] = [];
    const { steps } = await generateText({
      ...settings(),
      prompt,
      toolChoice: "required",
      stopWhen: stepCountIs(2),
      tools: {
        weather: tool({
          description: "Tells the weather",
          inputSchema: jsonSchema<{ city: string; days: number }>(weather),
          execute: async (input) => {
            asked.push(input);
            return "Rain";
          },
        }),
      },
    });
    expect(steps).toHaveLength(2);
    expect(asked[0]).toEqual({
      city: expect.stringMatching(/^(Bern|Basel)$/),
      days: expect.toBeOneOf([1, 2, 3]),
    });
  });
});
