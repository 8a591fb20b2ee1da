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

const TextPart = Type.Object(
  { type: Type.Literal("text"), text: Type.String() },
  { additionalProperties: false },
);
const Message = Type.Object(
  {
    role: Type.Union([
      Type.Literal("system"),
      Type.Literal("developer"),
      Type.Literal("user"),
      Type.Literal("assistant"),
    ]),
    content: Type.Union([Type.String(), Type.Array(TextPart)]),
    name: optional(Type.String()),
  },
  { additionalProperties: false },
);

export const ChatBody = Type.Object(
  {
    ...generating,
    messages: Type.Array(Message, { minItems: 1 }),
    max_tokens: optional(Type.Integer({ minimum: 1 })),
    max_completion_tokens: optional(Type.Integer({ minimum: 1, description: "As many as fit unless said." })),
    logprobs: optional(Type.Boolean()),
    top_logprobs: optional(Type.Integer({ minimum: 0, maximum: 20 })),
    response_format: optional(Type.Object({ type: Type.Literal("text") }, { additionalProperties: false })),
  },
  { additionalProperties: false },
);
export type ChatBody = Static<typeof ChatBody>;

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

export const TemplateBody = Type.Object(
  { model: Type.String(), messages: Type.Array(Message, { minItems: 1 }) },
  { additionalProperties: false },
);
export type TemplateBody = Static<typeof TemplateBody>;
export type RequestMessage = Static<typeof Message>;
