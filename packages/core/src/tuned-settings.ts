import type { Json } from "./json.ts";

/** What `lab tune` found for one model on one engine of one host. */
export interface TunedSettings {
  readonly schemaVersion: 1;
  /** The host's id. */
  readonly host: string;
  /** "llamacpp-engine". */
  readonly engine: string;
  /** "sprout:Q4_K_M"; of a file its path on this machine with its size in bytes, for another file may take its place. */
  readonly model: string;
  /** ISO 8601, UTC. */
  readonly tunedAt: string;
  /** Options of the engine, those alone that are not its own. */
  readonly options: Readonly<Record<string, Json>>;
}

/** For which model and engine settings are. */
export type TunedFor = Pick<TunedSettings, "engine" | "model">;
