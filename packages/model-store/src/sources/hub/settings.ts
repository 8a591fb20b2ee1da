import querystring from "node:querystring";
import { UsageError } from "@quantlab/core";
import { hubLibrary } from "./library.ts";

/** Where models are fetched from and kept, as the hub's other tools read it from the environment. */
export interface HubSettings {
  /** HF_ENDPOINT, or the library's own default; without a slash at the end, a user or a password. */
  readonly url: string;
  /** HF_TOKEN. */
  readonly token: string | null;
  /** What the hub itself is told of who asks: the token, or user and password of HF_ENDPOINT; null for anybody. */
  readonly authorization: string | null;
  /** HF_HUB_OFFLINE: nothing is asked. */
  readonly offline: boolean;
  /** HF_HUB_DOWNLOAD_TIMEOUT: how long an answer, or the next piece of it, may take in milliseconds. */
  readonly patienceMs: number;
  /** The cache that all of the hub's tools share: HF_HUB_CACHE, or "hub" in HF_HOME. */
  readonly cacheFolder: string;
}

const usualPatienceSeconds = 30;
/** As good as none, and as long as a timer can be asked for with ease. */
const longestPatienceSeconds = 86_400;

/** The settings of this moment. Throws a UsageError for an address that is none, and never shows a password. */
export function hubSettings(): HubSettings {
  const { HF_ENDPOINT, HF_TOKEN = "", HF_HUB_OFFLINE = "", HF_HUB_DOWNLOAD_TIMEOUT } = process.env;
  const { getHFHubCachePath, HUB_URL } = hubLibrary();
  const { origin, pathname, username, password } = addressOf(HF_ENDPOINT || HUB_URL);
  // A line break at its end comes with a token that was read from a file.
  const token = HF_TOKEN.trim() || null;
  const basic = Buffer.from(
    [username, password].map((each) => querystring.unescape(each)).join(":"),
  ).toString("base64");
  const seconds = Number(HF_HUB_DOWNLOAD_TIMEOUT) || usualPatienceSeconds;
  return {
    url: `${origin}${pathname}`.replace(/\/+$/, ""),
    token,
    authorization: token ? `Bearer ${token}` : username ? `Basic ${basic}` : null,
    offline: /^(1|on|yes|true)$/i.test(HF_HUB_OFFLINE),
    patienceMs: 1000 * Math.min(seconds, longestPatienceSeconds),
    cacheFolder: getHFHubCachePath(),
  };
}

function addressOf(typed: string): URL {
  const address = URL.parse(typed);
  if (address && /^https?:$/.test(address.protocol)) return address;
  throw new UsageError("HF_ENDPOINT is no address of a hub", 'write it as "https://host"');
}
