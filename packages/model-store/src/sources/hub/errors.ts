import { QuantlabError } from "@quantlab/core";
import { hubLibrary } from "./library.ts";
import type { HubSettings } from "./settings.ts";

/** The hub refused, broke off or sent something else. */
export class HubError extends QuantlabError {
  /** The HTTP status, or null when there was no answer. */
  readonly status: number | null;
  /** Nothing of the hub's came: there is no way to it, a page stood in its place, or nobody may ask it. */
  readonly unreachable: boolean;

  constructor(
    problem: string,
    options: {
      readonly status?: number;
      readonly unreachable?: boolean;
      readonly remedy: string;
      readonly cause?: unknown;
    },
  ) {
    super("HUB", problem, { remedy: options.remedy, cause: options.cause });
    this.status = options.status ?? null;
    this.unreachable = options.unreachable ?? false;
  }
}

/** What went wrong while `what` (a repository, or a file in one) was asked for, in words that help. */
export function hubError(cause: unknown, what: string, settings: HubSettings): QuantlabError {
  if (cause instanceof QuantlabError) return cause;
  const status = cause instanceof hubLibrary().HubApiError ? cause.statusCode : undefined;
  if (status === undefined) return unreachable(cause, what, settings);
  const fail = (problem: string, remedy: string) =>
    new HubError(`${problem} (HTTP ${status})`, { status, remedy, cause });
  if (status === 401 || status === 403) {
    return settings.token
      ? fail(
          `the hub does not let the token in ${settings.token.from} read ${what}`,
          "check the name, accept the model's licence on its page, and check that the token may read it",
        )
      : fail(
          `the hub asks for a token to read ${what}`,
          "check the name; for a gated model accept its licence on its page and set HF_TOKEN",
        );
  }
  if (status === 404) return fail(`the hub has no ${what}`, "check the names of repository and file");
  return fail(`the hub cannot give ${what}`, "try again later; what has arrived is kept");
}

function unreachable(cause: unknown, what: string, settings: HubSettings): QuantlabError {
  return new HubError(`${what} cannot be read from ${settings.url}: ${reasonOf(cause)}`, {
    unreachable: true,
    remedy:
      "check the network, HF_ENDPOINT and the proxy, and run the command again: a download goes on where it stopped",
    cause,
  });
}

/** The innermost reason: fetch says only "fetch failed" and keeps the reason in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const inner = error instanceof AggregateError ? error.errors[0] : error.cause;
  if (inner instanceof Error) return reasonOf(inner);
  const { code } = error as NodeJS.ErrnoException;
  return code && !error.message.includes(code) ? `${error.message} (${code})` : error.message || String(code);
}
