import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { repositoryRoot } from "@quantlab/core";
import { readGguf } from "@quantlab/llama-capi";

const shipped = path.join(repositoryRoot, "models/sprout/sprout-F16.gguf");

/** The shipped model with two frequent words of its vocabulary exchanged: the same size, other tokens. */
export async function writeOtherVocabulary(file: string): Promise<string> {
  const bytes = await readFile(shipped);
  // A GGUF holds the length of a text before it.
  const [one, other] = [" the", " and"].map((word) => {
    const token = Buffer.from(word.replace(" ", "▁"));
    return Buffer.concat([Buffer.of(token.length, 0, 0, 0, 0, 0, 0, 0), token]);
  });
  const [here, there] = [bytes.indexOf(one!), bytes.indexOf(other!)];
  other!.copy(bytes, here);
  one!.copy(bytes, there);
  await writeFile(file, bytes);
  return file;
}

/** The shipped model with a weight that is no number, in what every row of logits is multiplied with. */
export async function writeBrokenModel(file: string, weight = Number.NaN): Promise<string> {
  const bytes = await readFile(shipped);
  const { tensors, dataOffset } = readGguf(shipped);
  const norm = tensors.find(({ name }) => name === "output_norm.weight");
  bytes.writeFloatLE(weight, dataOffset + norm!.offset);
  await writeFile(file, bytes);
  return file;
}

/** The shipped model without its chat template, which stands under another name. */
export async function writeModelWithoutTemplate(file: string): Promise<string> {
  const bytes = await readFile(shipped);
  bytes.write("tokenizer.chat_nonesuch", bytes.indexOf("tokenizer.chat_template"));
  await writeFile(file, bytes);
  return file;
}

/** A template in which tools, their calls and their answers have places, of the shipped one's length. */
const templateWithTools = [
  "{{bos_token}}{{tools|tojson if tools}}{% for m in messages %}<|im_start|>{{m.role}}\n",
  "{{m.content}}{{m.tool_calls|tojson if m.tool_calls}}<|im_end|>\n{% endfor %}",
  "<|im_start|>assistant\n",
].join("");

/** The shipped model with a chat template that knows tools. */
export async function writeModelWithTools(file: string): Promise<string> {
  const bytes = await readFile(shipped);
  const at = bytes.indexOf("{{ bos_token }}{% for message");
  const length = Number(bytes.readBigUInt64LE(at - 8));
  if (templateWithTools.length > length) throw new RangeError(`${templateWithTools.length} > ${length}`);
  bytes.write(
    templateWithTools.replace("{{bos_token", `{{${" ".repeat(length - templateWithTools.length)}bos_token`),
    at,
  );
  await writeFile(file, bytes);
  return file;
}
