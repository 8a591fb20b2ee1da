import { removeModel } from "@quantlab/model-store";
import { formatBytes } from "@quantlab/terminal";
import type { Outcome } from "../frame/verb.ts";

/** `lab models remove`: deletes what the lab fetched or made of a model, and says what that freed. */
export async function remove(reference: string): Promise<Outcome> {
  const { files, bytes } = await removeModel(reference);
  const count = `${files.length} file${files.length === 1 ? "" : "s"}`;
  return {
    data: { files, bytes },
    text: `${files.join("\n")}\nremoved ${count}, ${formatBytes(bytes)} freed\n`,
  };
}
