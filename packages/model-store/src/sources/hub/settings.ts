import { hubLibrary } from "./library.ts";

/** Where models are fetched from and kept, as the hub's other tools read it from the environment. */
export interface HubSettings {
  /** HF_ENDPOINT, or the library's own default; without a slash at the end. */
  readonly url: string;
  /** HF_TOKEN. */
  readonly token: string | null;
  /** The cache that all of the hub's tools share: HF_HUB_CACHE, or "hub" in HF_HOME. */
  readonly cacheFolder: string;
}

/** The settings of this moment. */
export function hubSettings(): HubSettings {
  const { getHFHubCachePath, HUB_URL } = hubLibrary();
  return {
    url: (process.env.HF_ENDPOINT || HUB_URL).replace(/\/+$/, ""),
    token: process.env.HF_TOKEN || null,
    cacheFolder: getHFHubCachePath(),
  };
}

/**
 * The `fetch` that the hub library is given: it stops at `signal` and sends the token as it is, because the library
 * itself takes only tokens of the public hub.
 */
export function hubFetch(settings: HubSettings, signal: AbortSignal | undefined): typeof fetch {
  return (input, init) => {
    const headers = new Headers(init?.headers);
    if (settings.token) headers.set("authorization", `Bearer ${settings.token}`);
    return fetch(input, { ...init, headers, ...(signal && { signal }) });
  };
}
