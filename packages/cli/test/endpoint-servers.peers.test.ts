// The servers that `servers.md` documents and a package index brings, started as it says and asked as it says.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import path from "node:path";
import { shippedPeers } from "@quantlab/benchmark-tools";
import { endpointAddress, isEndpointAddress, type Result, repositoryRoot } from "@quantlab/core";
import { resolveModel } from "@quantlab/engines";
import { mlxEngine } from "@quantlab/mlx-bridge";
import { freePort } from "@quantlab/processes";
import { pythonEnvironment } from "@quantlab/python-bridge";
import { describe, expect, it, vi } from "vitest";
import { dataOf, lab } from "./lab.ts";

const [, , ...rows] = readFileSync(path.join(repositoryRoot, "packages/openai-endpoint/servers.md"), "utf8")
  .split("\n")
  .filter((line) => line.startsWith("|"))
  .map((line) => line.split("|").map((cell) => cell.trim().replaceAll("`", "")));
const documented = rows.map(([, server = "", command = "", address = ""]) => ({ server, command, address }));

it("documents addresses that are read as such", () => {
  expect(documented.length).toBeGreaterThan(6);
  for (const { address } of documented) {
    expect(isEndpointAddress(address), address).toBe(true);
    expect(endpointAddress(address).url).toMatch(/\/v1$/);
  }
});

/** A program of the document on this machine, with the model that it is given. */
interface Started {
  readonly program: readonly string[];
  readonly model: string;
  readonly takesIds: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

const programs: Readonly<Record<string, () => Promise<Started>>> = {
  quantlab: async () => ({
    program: [process.execPath, path.join(import.meta.dirname, "../bin/lab.js")],
    model: "sprout:F16",
    takesIds: true,
  }),
  "llama-server": async () => {
    const folder = await shippedPeers({ targets: ["llama-server"] });
    const env = { LD_LIBRARY_PATH: folder, DYLD_LIBRARY_PATH: folder };
    return {
      program: [path.join(folder, "llama-server")],
      model: (await resolveModel("sprout:F16")).path,
      takesIds: true,
      env,
    };
  },
  "mlx_lm.server": async () => {
    const python = await pythonEnvironment(mlxEngine).ensure();
    return {
      program: [python, "-m", "mlx_lm.server"],
      model: (await resolveModel("sprout:mlx-float32")).path,
      takesIds: false,
    };
  },
};

describe.each(Object.keys(programs))("%s", (name) => {
  it("is started and asked as documented, and answers", {
    timeout: 30 * 60_000,
  }, async () => {
    const { command, address } = documented.find(({ server }) => server === name)!;
    const { program, model, takesIds, env = {} } = await programs[name]!();
    const port = await freePort();
    const [first, ...typed] = command.split(" ");
    const rest = first === "pnpm" ? typed.slice(1) : typed;
    const words = rest.map((word) => {
      if (word === "8080") return String(port);
      return /^(smollm2.*|model\.gguf|folder)$/.test(word) ? model : word;
    });
    const child = spawn(program[0]!, [...program.slice(1), ...words], {
      stdio: "ignore",
      env: { ...process.env, ...env, QUANTLAB_API_KEY: "" },
    });
    try {
      const { url, name: called } = endpointAddress(address.replace("8080", String(port)));
      await vi.waitFor(async () => expect((await fetch(`${url}/models`)).ok).toBe(true), {
        timeout: 60_000,
        interval: 200,
      });
      const reference = called === null ? url : `${url}#${model}`;
      const asked = [
        "bench",
        "-m",
        `sprout:F16,${reference}`,
        "--prompt",
        "inflation@1",
        "--blocks",
        "1",
        "--json",
      ];
      const answer = await lab(asked);
      const { arms } = dataOf<Pick<Result, "arms">>(answer);
      const [local, remote] = Object.values(arms);
      expect(remote).toMatchObject({ backend: "openai-endpoint", status: "measured" });
      expect(remote!.metrics.throughputTps!.value).toBeGreaterThan(0);
      // A server without token ids is asked without the model's chat template, and answers otherwise.
      if (takesIds) expect(remote!.output).toBe(local!.output);
      else expect(remote!.output!.length).toBeGreaterThan(100);
    } finally {
      const ended = once(child, "exit");
      child.kill("SIGINT");
      await ended;
    }
  });
});
