import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lab } from "../../packages/cli/test/lab.ts";
import type { Json } from "../../packages/core/src/index.ts";
import { resolveModel } from "../../packages/engines/src/index.ts";
import { type TemporaryFolder, temporaryFolder } from "../../packages/model-store/test/support/fixtures.ts";
import { type Doubt, doubts, writeDoubtful } from "./doubtful-models.ts";
import type { DoubtingVerb } from "./doubting-verbs.ts";

/** One test a cell of the table: what this verb makes of each doubtful model. */
export function doubting(verbs: readonly DoubtingVerb[], only: (doubt: Doubt) => boolean = () => true): void {
  let folder: TemporaryFolder;
  let packed: string | null = null;
  beforeAll(async () => {
    folder = await temporaryFolder();
    if (verbs.some(({ form }) => form === "mlx"))
      packed = (await resolveModel("sprout:mlx-8bit-g64", {})).path;
  }, 600_000);
  afterAll(() => folder[Symbol.asyncDispose]());

  describe.each(verbs)("lab $name", (verb) => {
    let whole: unknown;
    it.each(doubts.filter((doubt) => doubt.what === "nothing" || only(doubt)))(
      "of a model with $what",
      async (doubt) => {
        const place = path.join(folder.path, `${verb.name} ${doubt.what}`.replaceAll(" ", "-"));
        const model = writeDoubtful(doubt, verb.form, place, packed);
        if (model === null) return;
        const { code, stdout, stderr } = await lab([...verb.words(model, `${place}-made`), "--json"]);
        const { ok, data, error } = JSON.parse(stdout) as Answer;
        expect(code === 0, stderr).toBe(ok);
        if (doubt.what === "nothing") whole = ok && verb.figure(data!);
        const comes = comesOf(doubt, verb);
        if (comes === "refused") expect(ok, JSON.stringify(data)?.slice(0, 300)).toBe(false);
        if (comes === "same" || comes === "runs") expect(ok, error?.message).toBe(true);
        if (ok && comes !== "runs") expect(verb.figure(data!)).toEqual(whole);
        if (!ok) {
          expect(error!.message).not.toContain("\n");
          expect(error!.code).not.toBe("INTERNAL");
          expect(error!.remedy).toMatch(/\w{4}/);
        }
      },
    );
  });
}

function comesOf({ what, comes }: Doubt, { chats, describes, parsesTemplate }: DoubtingVerb): Doubt["comes"] {
  if (describes && what !== "nothing") return "either";
  if (parsesTemplate && what === "a broken chat template") return comes;
  return what.includes("chat template") && !chats ? "same" : comes;
}

interface Answer {
  readonly ok: boolean;
  readonly data?: Record<string, Json>;
  readonly error?: { readonly code: string; readonly message: string; readonly remedy: string | null };
}
