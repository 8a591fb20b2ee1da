import { type ChildProcess, execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { startLab } from "./lab.ts";

const run = promisify(execFile);

let folder: string;
let child: ChildProcess;
let url: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "quantlab-clients-"));
  child = startLab(["serve", "-m", "sprout:F16", "-t", "1", "--port", "0"]);
  let printed = "";
  child.stdout!.setEncoding("utf8").on("data", (part: string) => {
    printed += part;
  });
  await vi.waitFor(() => expect(printed).toMatch(/ at \S+\n/), { timeout: 60_000 });
  url = / at (\S+)\n/.exec(printed)![1]!;
});
afterAll(async () => {
  child.kill("SIGINT");
  await once(child, "close");
  await rm(folder, { recursive: true, force: true });
});

const program = `
import json, sys
from langchain_openai import ChatOpenAI
from openai import OpenAI

client = OpenAI(base_url=sys.argv[1], api_key="none")
asked = {"model": "sprout:F16", "temperature": 0, "max_tokens": 24}
messages = [{"role": "user", "content": "What is inflation?"}]
answer = client.chat.completions.create(messages=messages, **asked).choices[0].message.content
stream = client.chat.completions.create(messages=messages, stream=True, **asked)
pieces = "".join(chunk.choices[0].delta.content or "" for chunk in stream)
text = client.completions.create(prompt="Once", echo=True, logprobs=2, **asked).choices[0]
chain = ChatOpenAI(base_url=sys.argv[1], api_key="none", model="sprout:F16", temperature=0, max_tokens=24)
print(json.dumps({
    "answer": answer,
    "pieces": pieces,
    "text": text.text,
    "logprobs": text.logprobs.token_logprobs,
    "chain": chain.invoke("What is inflation?").content,
    "streamed": "".join(part.content for part in chain.stream("What is inflation?")),
}))
`;

it("answers OpenAI's client for Python and LangChain's, streamed or not", async () => {
  const environment = path.join(folder, "python");
  await run("python3", ["-m", "venv", environment]);
  const python = path.join(environment, "bin/python");
  await run(python, ["-m", "pip", "install", "--quiet", "openai==3.57.0", "langchain-openai==1.7.4"]);
  const script = path.join(folder, "ask.py");
  await writeFile(script, program);
  const { stdout } = await run(python, [script, url]);
  const { answer, pieces, text, logprobs, chain, streamed } = JSON.parse(stdout);
  expect(answer).toMatch(/\w+ \w+/);
  expect([pieces, chain, streamed]).toEqual([answer, answer, answer]);
  expect(text).toMatch(/^Once/);
  expect(logprobs.length).toBeGreaterThan(4);
});
