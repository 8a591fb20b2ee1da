import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import querystring from "node:querystring";
import { UsageError } from "@quantlab/core";
import { hubLibrary } from "./library.ts";

/** Where models are fetched from and kept, as the hub's other tools read it from the environment. */
export interface HubSettings {
  /** HF_ENDPOINT, or the library's own default; without a slash at the end, a user or a password. */
  readonly url: string;
  /** HF_TOKEN, or what `hf auth login` wrote, and where it stood. */
  readonly token: { readonly value: string; readonly from: string } | null;
  /** What the hub itself is told of who asks: the token, or user and password of HF_ENDPOINT; null for anybody. */
  readonly authorization: string | null;
  /** The variable that forbids to ask for anything: HF_HUB_OFFLINE or TRANSFORMERS_OFFLINE. Null where none does. */
  readonly offline: string | null;
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
  const { HF_ENDPOINT, HF_HUB_DOWNLOAD_TIMEOUT } = process.env;
  const { getHFHubCachePath, HUB_URL } = hubLibrary();
  const { origin, pathname, username, password } = addressOf(HF_ENDPOINT || HUB_URL);
  // A login is one at the hub; an address with a user says itself who asks.
  const token = typedToken() ?? (username ? null : loginToken());
  const basic = Buffer.from(
    [username, password].map((each) => querystring.unescape(each)).join(":"),
  ).toString("base64");
  const seconds = Number(HF_HUB_DOWNLOAD_TIMEOUT) || usualPatienceSeconds;
  return {
    url: `${origin}${pathname}`.replace(/\/+$/, ""),
    token,
    authorization: token ? `Bearer ${token.value}` : username ? `Basic ${basic}` : null,
    offline: ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"].find((name) => isOn(process.env[name])) ?? null,
    patienceMs: 1000 * Math.min(seconds, longestPatienceSeconds),
    cacheFolder: getHFHubCachePath(),
  };
}

const isOn = (value = "") => /^(1|on|yes|true)$/i.test(value);

/** A line break at its end comes with a token that was read from a file. */
function typedToken(): HubSettings["token"] {
  const value = (process.env.HF_TOKEN ?? "").trim();
  return value ? { value, from: "HF_TOKEN" } : null;
}

function loginToken(): HubSettings["token"] {
  const { HF_TOKEN_PATH, HF_HOME, XDG_CACHE_HOME } = process.env;
  const home = HF_HOME || path.join(XDG_CACHE_HOME || path.join(homedir(), ".cache"), "huggingface");
  const file = HF_TOKEN_PATH || path.join(home, "token");
  const value = writtenIn(file).trim();
  return value ? { value, from: file } : null;
}

/** Whoever has no token file, or may not read it, asks as anybody. */
function writtenIn(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function addressOf(typed: string): URL {
  const address = URL.parse(typed);
  if (address && /^https?:$/.test(address.protocol)) return address;
  throw new UsageError("HF_ENDPOINT is no address of a hub", 'write it as "https://host"');
}
