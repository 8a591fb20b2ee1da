import { type Json, UnknownNameError } from "@quantlab/core";
import { cacheType } from "@quantlab/llama-capi/cache-types";
import { type Command, Option } from "commander";
import { type ListReader, listOf, one } from "./lists.ts";
import { numberList, threadList } from "./number-lists.ts";

/** What an engine can be told beside its model, under the names that commander gives the flags; what was not typed is absent. */
export interface EngineSettings {
  readonly nGpuLayers?: number;
  readonly mmap?: boolean;
  readonly batchSize?: number;
  readonly ubatchSize?: number;
  readonly cacheTypeK?: string;
  readonly cacheTypeV?: string;
  readonly flashAttn?: string;
  readonly threads?: number;
}
export type EngineSetting = keyof EngineSettings;

/** Several values of each, where a verb tries them one after the other. */
export type EngineSettingLists = {
  readonly [Name in EngineSetting]?: readonly NonNullable<EngineSettings[Name]>[];
};

interface EngineFlag<Value> {
  /** llama.cpp's word, which errors name. */
  readonly flag: string;
  readonly declared: string;
  readonly about: string;
  /** The engines' name of what it sets. */
  readonly option: string;
  readonly read: ListReader<Value>;
}

/** Every setting that a verb takes for its engine, in llama.cpp's words. */
export const engineFlags: {
  readonly [Name in EngineSetting]: EngineFlag<NonNullable<EngineSettings[Name]>>;
} = {
  threads: {
    flag: "-t",
    declared: "-t, --threads <count>",
    about: "threads that compute (one a performance core)",
    option: "threads",
    read: threadList("-t"),
  },
  batchSize: {
    flag: "-b",
    declared: "-b, --batch-size <tokens>",
    about: "tokens handed over at once",
    option: "batchSize",
    read: numberList("-b", 1),
  },
  ubatchSize: {
    flag: "-ub",
    declared: "--ubatch-size <tokens>",
    about: "-ub: tokens computed at once",
    option: "microBatchSize",
    read: numberList("-ub", 1),
  },
  cacheTypeK: {
    flag: "-ctk",
    declared: "--cache-type-k <type>",
    about: "-ctk: type of the cached keys; f16 unless said",
    option: "kvCacheTypes",
    read: listOf<string>(cacheType),
  },
  cacheTypeV: {
    flag: "-ctv",
    declared: "--cache-type-v <type>",
    about: "-ctv: type of the cached values; f16 unless said",
    option: "kvCacheTypes",
    read: listOf<string>(cacheType),
  },
  flashAttn: {
    flag: "-fa",
    declared: "--flash-attn <on|off|auto>",
    about: "-fa: flash attention; auto unless said",
    option: "flashAttention",
    read: listOf((typed) =>
      meant("flash attention", typed, { on: "on", off: "off", auto: "auto", "1": "on", "0": "off" }),
    ),
  },
  nGpuLayers: {
    flag: "-ngl",
    declared: "--n-gpu-layers <count>",
    about: "-ngl: layers on the GPU; all, or -1, unless said",
    option: "gpuLayers",
    read: numberList("-ngl", -1),
  },
  mmap: {
    flag: "-mmp",
    declared: "--mmap <0|1>",
    about: "-mmp: map the file, or read it",
    option: "mmap",
    read: listOf((typed) => meant("way to load", typed, { "1": true, "0": false, on: true, off: false })),
  },
};
const all = Object.keys(engineFlags) as EngineSetting[];

/** Declares the flags of an engine's settings, each with one value. */
export function declareSettings(command: Command): void {
  for (const { declared, about, read, flag } of Object.values(engineFlags))
    command.option(declared, about, one(flag, read as ListReader<Json>));
}

/** Declares them with as many values as are typed. */
export function declareSettingLists(command: Command, names: readonly EngineSetting[] = all): void {
  for (const name of names) {
    const { declared, about, read } = engineFlags[name];
    command.addOption(
      new Option(declared, about).argParser((typed, before: readonly Json[] | undefined) =>
        (read as ListReader<Json>)(typed, before),
      ),
    );
  }
}

/** What was typed, under the names that engines give their options: each refuses what it does not know. */
export function engineOptions(
  settings: EngineSettings & { readonly ctxSize?: number },
): Record<string, Json> {
  const { cacheTypeK, cacheTypeV, nGpuLayers } = settings;
  const options: Record<string, Json | undefined> = {
    threads: settings.threads,
    contextSize: settings.ctxSize,
    batchSize: settings.batchSize,
    microBatchSize: settings.ubatchSize,
    flashAttention: settings.flashAttn,
    mmap: settings.mmap,
    // -1 is llama.cpp's word for all of them, which engines take by themselves.
    gpuLayers: nGpuLayers === -1 ? undefined : nGpuLayers,
    kvCacheTypes:
      cacheTypeK === undefined && cacheTypeV === undefined
        ? undefined
        : [cacheTypeK ?? usualCacheType, cacheTypeV ?? usualCacheType],
  };
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Record<
    string,
    Json
  >;
}

const usualCacheType = "f16";

/** Of a verb's flags those that set its engine, and were typed. */
export function typedSettings(options: EngineSettings): EngineSettings {
  return Object.fromEntries(
    all.filter((name) => options[name] !== undefined).map((name) => [name, options[name]]),
  );
}

/** By the engines' names of their options, the flags that people type: { gpuLayers: "-ngl" }. */
export const settingFlags: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.values(engineFlags).map(({ option, flag }) => [option, flag])),
  kvCacheTypes: "-ctk and -ctv",
};

function meant<Value>(kind: string, typed: string, values: Readonly<Record<string, Value>>): Value {
  const name = typed.toLowerCase();
  if (Object.hasOwn(values, name)) return values[name]!;
  throw new UnknownNameError(kind, typed, Object.keys(values));
}
