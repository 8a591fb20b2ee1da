import { type ModelFile, type ResolveOptions, type Session, UnavailableError } from "@quantlab/core";
import { questions } from "@quantlab/testing";
import { type Arm, arms as allArms, reference as referenceArm } from "./arms.ts";
import { compare, question } from "./compare.ts";
import type { ArmResult, Asked, CrossEngineResult, Ran } from "./result.ts";

export interface Measuring {
  readonly model: string;
  readonly newTokens: number;
  readonly chunks: number;
  readonly arms?: readonly Arm[];
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

type Measured = Pick<CrossEngineResult, "asked" | "reference" | "arms">;

/** Asks the reference, then each arm while the reference stays open; an arm that this machine cannot run is skipped. */
export async function measure({ arms = allArms, ...measuring }: Measuring): Promise<Measured> {
  const { newTokens, chunks, signal, say } = measuring;
  const asked: Asked = { questions: questions.length, newTokens, chunks };
  const opened = await open(referenceArm, measuring);
  await using referenceSession = opened.session;
  say(referenceArm.title);
  const reference = await question(referenceSession, asked, signal);
  const compared: ArmResult[] = [];
  for (const arm of arms) compared.push(await compareArm(arm));
  return {
    asked,
    reference: { ...nameOf(referenceArm), engine: ranOf(opened), perplexity: reference.perplexity },
    arms: compared,
  };

  async function compareArm(arm: Arm): Promise<ArmResult> {
    const availability = await arm.backend.probe();
    if (!availability.available) return skipped(arm, availability.reason);
    try {
      const armOpened = await open(arm, measuring);
      await using session = armOpened.session;
      say(arm.title);
      const comparison = await compare(reference, await question(session, asked, signal), signal);
      return { ...nameOf(arm), status: "compared", engine: ranOf(armOpened), ...comparison };
    } catch (error) {
      if (error instanceof UnavailableError) return skipped(arm, error.message);
      throw error;
    }
  }

  function skipped(arm: Arm, reason: string): ArmResult {
    say(`${arm.title} is skipped: ${reason}`);
    return { ...nameOf(arm), status: "skipped", reason };
  }
}

interface Opened {
  readonly session: Session;
  readonly file: ModelFile;
}

async function open(arm: Arm, { model, signal, say }: Measuring): Promise<Opened> {
  let said = "";
  const options: ResolveOptions = {
    signal,
    onProgress: ({ step }) => {
      if (step !== said) say(`${arm.title}: ${step}`);
      said = step;
    },
  };
  const file = await arm.model(model).resolve(options);
  await arm.backend.prepare?.(options);
  return { session: await arm.backend.load(file, signal), file };
}

const nameOf = ({ name, title }: Arm) => ({ name, title });

function ranOf({ session, file }: Opened): Ran {
  const { name, version, devices, threads, kvCacheTypes } = session.engine;
  return { name, version, devices, threads, kvCacheTypes, modelSha256: file.sha256 };
}
