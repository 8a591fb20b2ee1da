import { accessSync, constants, statSync } from "node:fs";
import path from "node:path";
import {
  type EndpointSubject,
  isEndpointSubject,
  isModelSubject,
  type ModelFile,
  type ModelSubject,
  type ProgramSubject,
  type ReadySubject,
  type ResolveOptions,
  type Subject,
  UnavailableError,
} from "@quantlab/core";
import { engineById, requireMemory, resolveModel } from "@quantlab/engines";
import { endpointAt, servedNames } from "@quantlab/openai-endpoint";
import { execa } from "execa";
import { filledIn } from "./places.ts";

export interface PrepareOptions extends ResolveOptions {
  readonly places: Readonly<Record<string, string>>;
}

/**
 * Finds, fetches or makes everything that a subject needs on this machine. Throws an UnavailableError for what cannot be
 * had here, and what the store or the engine throws for what is broken.
 */
export function prepareSubject(subject: Subject, options: PrepareOptions): Promise<ReadySubject> {
  if (isModelSubject(subject)) return prepareModel(subject, options);
  return isEndpointSubject(subject) ? prepareEndpoint(subject, options) : prepareProgram(subject, options);
}

async function prepareModel(
  subject: ModelSubject,
  { places, ...options }: PrepareOptions,
): Promise<ReadySubject> {
  const backend = engineById(subject.engine).backend(subject.options);
  const state = await backend.probe();
  if (!state.available) throw new UnavailableError(state.reason, state.remedy);
  if (subject.launcher) await requireLauncher(subject.launcher);
  // The model first: an environment of gigabytes is not made for an arm that has none.
  const model = await resolveModel(subject.model, options);
  await requireMemory(backend, model, options.signal);
  await backend.prepare?.(options);
  const environment = { ...backend.environment, ...subject.environment };
  return { subject, model, beside: {}, version: state.version, environment, places };
}

async function prepareProgram(
  subject: ProgramSubject,
  { places, ...options }: PrepareOptions,
): Promise<ReadySubject> {
  const program = filledIn(subject.program, places);
  if (!isExecutable(program)) {
    throw new UnavailableError(`the program ${subject.program} is not there`, "install it, or name its path");
  }
  const model: ModelFile | null = subject.model ? await resolveModel(subject.model, options) : null;
  const beside: Record<string, ModelFile> = {};
  for (const [name, reference] of Object.entries(subject.beside ?? {}))
    beside[name] = await resolveModel(reference, options);
  const environment = Object.entries(subject.environment ?? {}).map(([name, value]) => [
    name,
    filledIn(value, places),
  ]);
  return {
    subject,
    model,
    beside,
    version: null,
    environment: Object.fromEntries(environment),
    places,
  };
}

async function prepareEndpoint(subject: EndpointSubject, { places }: PrepareOptions): Promise<ReadySubject> {
  await servedNames(endpointAt(subject.endpoint)).catch((cause: Error) => {
    throw new UnavailableError(cause.message, "start it, or set the variable that holds its key");
  });
  return { subject, model: null, beside: {}, version: null, environment: {}, places };
}

/** Throws an UnavailableError for one that is not there, or may not do here what it is asked for. */
async function requireLauncher([program = "", ...words]: readonly string[]): Promise<void> {
  const { failed, stderr, originalMessage } = await execa(program, [...words, "true"], { reject: false });
  if (failed)
    throw new UnavailableError(
      `${[program, ...words].join(" ")} cannot start a program here: ${stderr.trim() || originalMessage}`,
      "leave the launcher out, or ask for the right to use it",
    );
}

function isExecutable(program: string): boolean {
  const folders = program.includes(path.sep) ? [""] : (process.env.PATH ?? "").split(path.delimiter);
  return folders.some((folder) => {
    try {
      const file = path.resolve(folder, program);
      accessSync(file, constants.X_OK);
      return statSync(file).isFile();
    } catch {
      return false;
    }
  });
}
