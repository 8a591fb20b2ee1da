// What the hub's other tools take from the environment, given to `lab models pull`: and what no message may show of it.
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lab } from "../packages/cli/test/lab.ts";
import { repositoryRoot } from "../packages/core/src/index.ts";
import { type TemporaryFolder, temporaryFolder } from "../packages/model-store/test/support/fixtures.ts";
import { HubServer } from "../packages/model-store/test/support/hub-server.ts";

const content = readFileSync(path.join(repositoryRoot, "models/sprout/sprout-F16.gguf"));
const noProxies = Object.fromEntries(
  ["http_proxy", "https_proxy", "no_proxy"].flatMap((name) => [
    [name, ""],
    [name.toUpperCase(), ""],
  ]),
);

let folder: TemporaryFolder;
let hub: HubServer;
beforeEach(async () => {
  folder = await temporaryFolder();
  hub = await HubServer.start();
  hub.add("Qwen/Qwen2.5-0.5B-Instruct-GGUF", "qwen2.5-0.5b-instruct-q4_0.gguf", content);
});
afterEach(async () => {
  await hub[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

const pull = (env: Readonly<Record<string, string>>, ...flags: string[]) =>
  lab(["models", "pull", "qwen2.5-0.5b-instruct:Q4_0", ...flags], {
    env: { ...noProxies, HF_ENDPOINT: hub.url, HF_HOME: folder.path, HF_TOKEN: "", ...env },
  });
const authorizations = () =>
  new Set(hub.seen.map(({ server, authorization }) => `${server}: ${authorization}`));
const port = (server: Server) => (server.address() as AddressInfo).port;

describe("HF_HUB_OFFLINE", () => {
  it("keeps every request back, and says so; what was fetched before is of use", async () => {
    const refused = await pull({ HF_HUB_OFFLINE: "1" });
    expect([refused.code, refused.stdout, hub.seen]).toEqual([1, "", []]);
    expect(refused.stderr).toMatch(
      /^error: Qwen\/\S+ is not in \S+, and HF_HUB_OFFLINE forbids to ask the hub for it\nunset HF_HUB_OFFLINE, .*\n$/,
    );
    expect((await pull({ HF_HUB_OFFLINE: "0" })).code).toBe(0);
    hub.seen.length = 0;
    expect((await pull({ HF_HUB_OFFLINE: "YES" })).code).toBe(0);
    expect(hub.seen).toEqual([]);
  });
});

describe("TRANSFORMERS_OFFLINE", () => {
  it("forbids the same", async () => {
    const { code, stderr } = await pull({ TRANSFORMERS_OFFLINE: "true" });
    expect([code, hub.seen]).toEqual([1, []]);
    expect(stderr).toContain(
      "TRANSFORMERS_OFFLINE forbids to ask the hub for it\nunset TRANSFORMERS_OFFLINE,",
    );
  });
});

describe("the token of a login", () => {
  it.each([
    ["HF_HOME", (file: string) => ({ HF_HOME: path.dirname(file) })],
    ["HF_TOKEN_PATH", (file: string) => ({ HF_TOKEN_PATH: file })],
  ])("is read where the hub's tools keep it: %s", async (_, env) => {
    const file = path.join(folder.path, "home/token");
    mkdirSync(path.dirname(file));
    writeFileSync(file, "hf_known\n");
    hub.faults.token = "hf_known";
    const { code, stderr } = await pull(env(file));
    expect(code, stderr).toBe(0);
    expect(authorizations()).toEqual(new Set(["hub: Bearer hf_known", "cdn: null"]));
  });

  it("gives way to the user and password of HF_ENDPOINT", async () => {
    writeFileSync(path.join(folder.path, "token"), "hf_known");
    const { code, stderr } = await pull({ HF_ENDPOINT: hub.url.replace("//", "//me:word@") });
    expect(code, stderr).toBe(0);
    const basic = Buffer.from("me:word").toString("base64");
    expect(authorizations()).toEqual(new Set([`hub: Basic ${basic}`, "cdn: null"]));
  });

  it("gives way to HF_TOKEN, and is named where it is refused", async () => {
    hub.faults.token = "hf_other";
    const file = path.join(folder.path, "token");
    writeFileSync(file, "hf_known");
    const { code, stderr } = await pull({});
    expect(code).toBe(1);
    expect(stderr).toContain(`does not let the token in ${file} read`);
    expect(stderr).not.toContain("hf_known");
    expect((await pull({ HF_TOKEN: "hf_other" })).code).toBe(0);
  });
});

describe("HF_TOKEN", () => {
  it("may bring the line break of the file that it stood in", async () => {
    hub.faults.token = "hf_known";
    const { code, stderr } = await pull({ HF_TOKEN: "hf_known\n" });
    expect(code, stderr).toBe(0);
    expect(authorizations()).toEqual(new Set(["hub: Bearer hf_known", "cdn: null"]));
  });

  it.each(["secretA\nsecretB", "secretA secretB", "secretAésecretB", "secretA令secretB"])(
    "that no header can hold is refused and not shown: %j",
    async (token) => {
      for (const flags of [["--verbose"], ["--json", "--verbose"]]) {
        const { code, stdout, stderr } = await pull({ HF_TOKEN: token }, ...flags);
        expect([code, hub.seen]).toEqual([2, []]);
        expect(`${stdout}${stderr}`).toContain("HF_TOKEN holds a space, a line break or a letter");
        expect(`${stdout}${stderr}`).not.toMatch(/secret[AB]/);
      }
    },
  );
});

describe("HF_ENDPOINT", () => {
  const withPassword = () => hub.url.replace("//", "//me:pass%20word@");

  it("with user and password lets the hub alone know them", async () => {
    const { code, stderr } = await pull({ HF_ENDPOINT: withPassword() });
    expect(code, stderr).toBe(0);
    const basic = Buffer.from("me:pass word").toString("base64");
    expect(authorizations()).toEqual(new Set([`hub: Basic ${basic}`, "cdn: null"]));
  });

  it.each([
    ["has not what is asked for", withPassword],
    ["does not answer", () => "http://me:pass%20word@127.0.0.1:9"],
  ])("does not show them when the hub %s", async (_, address) => {
    hub.faults.status = 404;
    const { code, stdout, stderr } = await pull({ HF_ENDPOINT: address() }, "--verbose");
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/^error: .*Qwen/);
    expect(stderr).not.toMatch(/pass(%20| )word/);
  });

  it.each(["me:password@hub", "http://me:password@[", "ftp://me:password@hub"])(
    "that is no address is refused and not shown: %s",
    async (address) => {
      const { code, stderr } = await pull({ HF_ENDPOINT: address }, "--verbose");
      expect(code).toBe(2);
      expect(stderr).toMatch(/^error: HF_ENDPOINT is no address of a hub\nwrite it as "https:\/\/host"\n/);
      expect(stderr).not.toContain("password");
    },
  );
});

describe("HTTP_PROXY", () => {
  it("is what everything goes through, but for what NO_PROXY names", async () => {
    const asked: string[] = [];
    // Lets through what it is asked for, as a proxy of a company does.
    const proxy = createServer().listen(0, "127.0.0.1");
    proxy.on("connect", ({ url, headers }, client) => {
      asked.push(`${url} ${headers["proxy-authorization"]}`);
      const { hostname, port: wanted } = new URL(`http://${url}`);
      const server = connect(Number(wanted), hostname, () => {
        client.write("HTTP/1.1 200 OK\r\n\r\n");
        server.pipe(client).pipe(server);
      });
      for (const end of [client, server]) end.on("error", () => {});
    });
    await once(proxy, "listening");
    const HTTP_PROXY = `http://me:password@127.0.0.1:${port(proxy)}`;
    expect((await pull({ HTTP_PROXY, NO_PROXY: "127.0.0.1" })).code).toBe(0);
    expect(asked).toEqual([]);
    await using other = await temporaryFolder();
    const { code, stderr } = await pull({ HTTP_PROXY, HF_HOME: other.path });
    expect(code, stderr).toBe(0);
    const basic = Buffer.from("me:password").toString("base64");
    expect(asked).toContain(`${new URL(hub.url).host} Basic ${basic}`);
    proxy.closeAllConnections();
    proxy.close();
    hub.seen.length = 0;
    await using third = await temporaryFolder();
    const refused = await pull({ HTTP_PROXY, HF_HOME: third.path }, "--verbose");
    expect([refused.code, hub.seen]).toEqual([1, []]);
    expect(refused.stderr).toMatch(
      /^error: .* cannot be read from http.*\ncheck the network, HF_ENDPOINT and the proxy/,
    );
    expect(refused.stderr).not.toContain("password");
  });

  it.each(["me:password@proxy:1", "http://me:password@[", "http://me:pass\nword@proxy"])(
    "that is no address is refused and not shown: %j",
    async (address) => {
      const { code, stderr } = await pull({ HTTP_PROXY: address }, "--verbose");
      expect(code).toBe(2);
      expect(stderr).toMatch(/^error: HTTP_PROXY or HTTPS_PROXY is no address of a proxy\n/);
      expect(stderr).not.toMatch(/word/);
    },
  );
});

it("a sign-in page in the hub's place is named, whatever was asked for", async () => {
  hub.faults.page = "everything";
  const { code, stderr } = await pull({});
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^error: http\S+ answers with a web page where Qwen\/\S+ was asked for\ncheck HF_ENDPOINT/,
  );
});
