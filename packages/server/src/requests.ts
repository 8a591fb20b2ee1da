import { type Static, type TSchema, Type } from "@sinclair/typebox";

const optional = <Schema extends TSchema>(schema: Schema) => Type.Optional(Type.Union([schema, Type.Null()]));

/** What clients send along that changes no answer. All else that is not known here is refused: nothing is ignored in silence. */
const withoutEffect = {
  user: optional(Type.String()),
  metadata: optional(Type.Unknown()),
  store: optional(Type.Boolean()),
  service_tier: optional(Type.String()),
  safety_identifier: optional(Type.String()),
};

const generating = {
  model: Type.String({ description: "A name that /v1/models lists." }),
  temperature: optional(
    Type.Number({ minimum: 0, maximum: 100, description: "0 takes the likeliest token; 1 unless said." }),
  ),
  top_p: optional(Type.Number({ minimum: 0, maximum: 1 })),
  top_k: optional(
    Type.Integer({ minimum: 0, description: "The likeliest so many tokens; 0, all, unless said." }),
  ),
  seed: optional(Type.Integer({ minimum: 0, maximum: 2 ** 32 - 1 })),
  n: optional(Type.Integer({ minimum: 1, maximum: 16 })),
  stop: optional(
    Type.Union([Type.String({ minLength: 1 }), Type.Array(Type.String({ minLength: 1 }), { maxItems: 16 })]),
  ),
  ignore_eos: optional(
    Type.Boolean({
      description: "Go on after the end of an answer, to exactly max_tokens, as llama.cpp has it.",
    }),
  ),
  cache_prompt: optional(
    Type.Boolean({
      description: "No: read all of the prompt, whatever is held of it from before, as llama.cpp has it.",
    }),
  ),
  stream: optional(Type.Boolean()),
  stream_options: optional(
    Type.Object({ include_usage: Type.Optional(Type.Boolean()) }, { additionalProperties: false }),
  ),
  // 0 is none of it, and what clients send that send everything.
  frequency_penalty: optional(Type.Literal(0)),
  presence_penalty: optional(Type.Literal(0)),
  ...withoutEffect,
};

const ids = Type.Array(Type.Integer({ minimum: 0 }), { minItems: 1 });

export const CompletionBody = Type.Object(
  {
    ...generating,
    prompt: Type.Union([
      Type.String(),
      ids,
      Type.Array(Type.String(), { minItems: 1 }),
      Type.Array(ids, { minItems: 1 }),
    ]),
    max_tokens: optional(Type.Integer({ minimum: 0, description: "16 unless said." })),
    echo: optional(
      Type.Boolean({
        description: "Give the prompt back, with its log probabilities where they are asked for.",
      }),
    ),
    logprobs: optional(
      Type.Integer({
        minimum: 0,
        maximum: 20,
        description: "So many of the likeliest tokens at each place.",
      }),
    ),
    best_of: optional(Type.Literal(1)),
  },
  { additionalProperties: false },
);
export type CompletionBody = Static<typeof CompletionBody>;

export const EmbeddingBody = Type.Object(
  {
    model: generating.model,
    input: Type.Union([
      Type.String(),
      ids,
      Type.Array(Type.String(), { minItems: 1, maxItems: 2048 }),
      Type.Array(ids, { minItems: 1, maxItems: 2048 }),
    ]),
    encoding_format: optional(Type.Union([Type.Literal("float"), Type.Literal("base64")])),
    dimensions: optional(Type.Integer({ minimum: 1, description: "Only what the model gives." })),
    ...withoutEffect,
  },
  { additionalProperties: false },
);
export type EmbeddingBody = Static<typeof EmbeddingBody>;

const ResponseFormat = Type.Union([
  Type.Object({ type: Type.Literal("text") }, { additionalProperties: false }),
  Type.Object({ type: Type.Literal("json_object") }, { additionalProperties: false }),
  Type.Object(
    {
      type: Type.Literal("json_schema"),
      json_schema: Type.Object(
        {
          name: Type.String(),
          description: Type.Optional(Type.String()),
          schema: Type.Optional(Type.Unknown()),
          strict: optional(Type.Boolean({ description: "It is kept in any case." })),
        },
        { additionalProperties: false },
      ),
    },
    { additionalProperties: false },
  ),
]);

const TextPart = Type.Object(
  { type: Type.Literal("text"), text: Type.String() },
  { additionalProperties: false },
);
const content = Type.Union([Type.String(), Type.Array(TextPart)]);
const Called = Type.Object(
  {
    id: Type.Optional(Type.String()),
    type: Type.Literal("function"),
    function: Type.Object(
      { name: Type.String(), arguments: Type.String({ description: "JSON" }) },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
);
const Message = Type.Union([
  Type.Object(
    {
      role: Type.Union([Type.Literal("system"), Type.Literal("developer"), Type.Literal("user")]),
      content,
      name: optional(Type.String()),
    },
    { additionalProperties: false },
  ),
  Type.Object(
    {
      role: Type.Literal("assistant"),
      content: optional(content),
      tool_calls: optional(Type.Array(Called, { minItems: 1 })),
      // What an answer of ours brings with it, and clients send back as it is.
      refusal: optional(Type.Null()),
      name: optional(Type.String()),
    },
    { additionalProperties: false },
  ),
  Type.Object(
    {
      role: Type.Literal("tool"),
      content,
      tool_call_id: Type.Optional(Type.String()),
      name: optional(Type.String()),
    },
    { additionalProperties: false },
  ),
]);
const OfferedTool = Type.Object(
  {
    type: Type.Literal("function"),
    function: Type.Object(
      {
        name: Type.String({ minLength: 1 }),
        description: Type.Optional(Type.String()),
        parameters: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
        strict: optional(Type.Boolean({ description: "Kept where tool_choice asks for a call." })),
      },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
);

export const ChatBody = Type.Object(
  {
    ...generating,
    messages: Type.Array(Message, { minItems: 1 }),
    max_tokens: optional(Type.Integer({ minimum: 1 })),
    response_format: optional(ResponseFormat),
    max_completion_tokens: optional(Type.Integer({ minimum: 1, description: "As many as fit unless said." })),
    tools: optional(Type.Array(OfferedTool, { minItems: 1 })),
    tool_choice: optional(
      Type.Union([
        Type.Literal("none"),
        Type.Literal("auto"),
        Type.Literal("required"),
        Type.Object(
          {
            type: Type.Literal("function"),
            function: Type.Object({ name: Type.String() }, { additionalProperties: false }),
          },
          { additionalProperties: false },
        ),
      ]),
    ),
    parallel_tool_calls: optional(Type.Boolean({ description: "Without effect: the model decides." })),
    logprobs: optional(Type.Boolean()),
    top_logprobs: optional(Type.Integer({ minimum: 0, maximum: 20 })),
  },
  { additionalProperties: false },
);
export type ChatBody = Static<typeof ChatBody>;

const Measured = Type.Object(
  {
    name: Type.String({ minLength: 1 }),
    model: Type.String({
      pattern: "^(synthetic/)?[A-Za-z0-9][A-Za-z0-9._-]*:[A-Za-z0-9._+-]+$",
      description: "As the catalogue has it: sprout:Q4_K_M. No file of this machine.",
    }),
    engine: Type.String({ description: "llamacpp-engine, transformers-cpu, mlx …" }),
    options: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    workloads: Type.Object(
      {
        generate: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
        score: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
      },
      {
        additionalProperties: false,
        minProperties: 1,
        description: "By scenario, as experiments write them.",
      },
    ),
  },
  { additionalProperties: false },
);

export const RunBody = Type.Object(
  {
    question: Type.Optional(Type.String()),
    arms: Type.Array(Measured, { minItems: 1, maxItems: 64 }),
    baseline: Type.Optional(
      Type.String({ description: "The arm that others are compared with; the first unless said." }),
    ),
    reference: Type.Optional(Type.String({ description: "The arm that quality is held against." })),
    blocks: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 100, description: "Processes an arm; 5 unless said." }),
    ),
  },
  { additionalProperties: false },
);
export type RunBody = Static<typeof RunBody>;

export const TokenizeBody = Type.Object(
  {
    model: Type.String(),
    content: Type.String(),
    add_special: Type.Optional(
      Type.Boolean({ description: "Begin with BOS where the model wants one; no unless said." }),
    ),
    parse_special: Type.Optional(
      Type.Boolean({ description: "Read <|im_start|> and its like as tokens; yes unless said." }),
    ),
  },
  { additionalProperties: false },
);
export type TokenizeBody = Static<typeof TokenizeBody>;

export const DetokenizeBody = Type.Object(
  { model: Type.String(), tokens: Type.Array(Type.Integer({ minimum: 0 })) },
  { additionalProperties: false },
);
export type DetokenizeBody = Static<typeof DetokenizeBody>;

export const TemplateBody = Type.Object(
  { model: Type.String(), messages: Type.Array(Message, { minItems: 1 }) },
  { additionalProperties: false },
);
export type TemplateBody = Static<typeof TemplateBody>;
export type RequestMessage = Static<typeof Message>;
