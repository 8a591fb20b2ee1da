import { setTimeout as sleep } from "node:timers/promises";
import { type ResolveOptions, UsageError } from "@quantlab/core";
import { HubError } from "./errors.ts";
import { useProxies } from "./proxies.ts";
import type { HubSettings } from "./settings.ts";

/** Who is asked to come back later than this is told so instead of waiting. */
const longestWaitSeconds = 300;

/**
 * The `fetch` that `what` (a repository, or a file in one) is asked for with. It goes through proxies, says who asks to
 * the hub alone and not to where it redirects, comes back when the hub says when, stops at the signal, and ends an answer
 * that does not come. Throws a HubError where nothing may be asked, and for a web page instead of an answer.
 */
export function hubFetch(
  settings: HubSettings,
  what: string,
  { signal, onProgress }: ResolveOptions,
): typeof fetch {
  requireOnline(settings, what);
  requireHeader(settings);
  useProxies();
  return async (input, init) => {
    let waited = 0;
    for (;;) {
      const response = await ask(settings, signal, String(input), init);
      const seconds = secondsToWait(response);
      if (seconds === null && !isPage(response)) return response;
      // What is not read to its end keeps its connection, and the process.
      await response.body?.cancel();
      if (seconds === null) throw pageInstead(what, settings);
      waited += seconds;
      if (waited > longestWaitSeconds) throw tooLong(seconds, what, response.status);
      for (let done = 0; done < seconds; done++) {
        onProgress?.({ step: "the hub asks to wait", done, total: seconds, unit: "seconds" });
        await sleep(1000, undefined, signal && { signal });
      }
    }
  };
}

function requireOnline({ offline, cacheFolder }: HubSettings, what: string): void {
  if (offline === null) return;
  throw new HubError(`${what} is not in ${cacheFolder}, and ${offline} forbids to ask the hub for it`, {
    unreachable: true,
    remedy: `unset ${offline}, or fetch it where there is a network`,
  });
}

/** What cannot be a header is refused by `fetch` in a message that shows it. */
function requireHeader({ token }: HubSettings): void {
  if (token === null || /^[\x21-\x7e]+$/.test(token.value)) return;
  throw new UsageError(
    `${token.from} holds a space, a line break or a letter that no token has`,
    "copy the token again, whole and with nothing around it",
  );
}

/** Sends one request. */
async function ask(
  { url, authorization, patienceMs }: HubSettings,
  signal: AbortSignal | undefined,
  address: string,
  init: RequestInit | undefined,
): Promise<Response> {
  const headers = new Headers(init?.headers);
  if (authorization && new URL(address).origin === new URL(url).origin)
    headers.set("authorization", authorization);
  const silence = new AbortController();
  const giveUp = () => silence.abort(new Error(`nothing came for ${patienceMs / 1000} s`));
  const timer = setTimeout(giveUp, patienceMs).unref();
  const watched = new TransformStream<Uint8Array, Uint8Array>({
    transform(piece, controller) {
      timer.refresh();
      controller.enqueue(piece);
    },
    flush: () => clearTimeout(timer),
  });
  try {
    const response = await fetch(address, {
      ...init,
      headers,
      signal: AbortSignal.any([silence.signal, ...(signal ? [signal] : [])]),
    });
    timer.refresh();
    return new Response(response.body?.pipeThrough(watched), response);
  } catch (error) {
    clearTimeout(timer);
    throw error;
  }
}

/** What `Retry-After` asks for, in seconds or as a date; null for an answer that is one. */
function secondsToWait({ status, headers }: Response): number | null {
  const asked = headers.get("retry-after");
  if ((status !== 429 && status !== 503) || asked === null) return null;
  const seconds = /^\d+$/.test(asked) ? Number(asked) : (Date.parse(asked) - Date.now()) / 1000;
  return Number.isNaN(seconds) ? null : Math.max(1, Math.ceil(seconds));
}

function tooLong(seconds: number, what: string, status: number): HubError {
  return new HubError(`the hub asks to wait ${seconds} s before it gives ${what} (HTTP ${status})`, {
    status,
    remedy: "run the command again then; what has arrived is kept",
  });
}

/** A network that wants a sign-in, or a proxy that refuses, answers in the hub's place. */
function isPage({ ok, headers }: Response): boolean {
  return ok && /^text\/html\b/i.test(headers.get("content-type") ?? "");
}

function pageInstead(what: string, { url }: HubSettings): HubError {
  return new HubError(`${url} answers with a web page where ${what} was asked for`, {
    unreachable: true,
    remedy: "check HF_ENDPOINT, the proxy, and whether the network wants a sign-in; what has arrived is kept",
  });
}
