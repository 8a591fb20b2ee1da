import { QuantlabError } from "@quantlab/core";

/** An error as OpenAI's clients read it. */
export interface ErrorBody {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly param: string | null;
    readonly code: string | null;
  };
}

/** A request that is not answered: which status, and why. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly param: string | null;
  /** Seconds until it is worth trying again. */
  readonly retryAfter: number | null;

  constructor(
    status: number,
    code: string,
    message: string,
    {
      param = null,
      retryAfter = null,
    }: { readonly param?: string | null; readonly retryAfter?: number | null } = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.param = param;
    this.retryAfter = retryAfter;
  }
}

/** The status and the body for whatever was thrown. */
export function problemFrom(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  const error = thrown as { readonly statusCode?: number; readonly message?: string; readonly code?: string };
  // Fastify's own: a body that is no JSON, too large, or not what its schema says.
  if (error.statusCode !== undefined && error.statusCode < 500)
    return new Problem(error.statusCode, error.code ?? "invalid_request", error.message ?? "invalid request");
  if (thrown instanceof QuantlabError) {
    const message = [thrown.message, thrown.remedy].filter(Boolean).join("; ");
    return new Problem(thrown.exitCode === 2 ? 400 : 500, thrown.code.toLowerCase(), message);
  }
  return new Problem(500, "internal", "the server has a fault of its own; its log tells more");
}

const types: Readonly<Record<number, string>> = {
  401: "authentication_error",
  404: "not_found_error",
  429: "rate_limit_error",
};

export function errorBody({ status, code, message, param }: Problem): ErrorBody {
  const type = types[status] ?? (status < 500 ? "invalid_request_error" : "server_error");
  return { error: { message, type, param, code } };
}
