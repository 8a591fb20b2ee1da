import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface HubFile {
  readonly content: Buffer;
  /** Large-file storage: served by redirect from the CDN, described by sha256. */
  readonly large: boolean;
}

export interface SeenRequest {
  readonly server: "hub" | "cdn";
  readonly method: string;
  readonly path: string;
  readonly range: string | null;
  readonly authorization: string | null;
}

/** What goes wrong, changed by tests as they go. */
export interface Faults {
  /** Answer every request with this status. */
  status: number | null;
  /** Only requests with this token are let in. */
  token: string | null;
  /** Let the description through and refuse the file itself, as for gated models. */
  gated: boolean;
  /** Cut the connection after this many bytes of a file, this many times. */
  dropAfterBytes: number;
  drops: number;
  /** Send other bytes than announced. */
  corrupt: boolean;
  /** Announce this size instead of the real one. */
  announcedBytes: number | null;
  /** Wait between pieces, so that tests can interrupt. */
  pieceDelayMs: number;
  /** Answer a request for a part of a file with the whole of it. */
  wholeFiles: boolean;
  /** Answer a request for a part of a file with one that begins so many bytes later. */
  shiftBytes: number;
  /** Answer with a sign-in page: when a file is asked for, or whatever is. */
  page: "files" | "everything" | null;
  /** Send this many bytes of a file less, and say so. */
  missingBytes: number;
  /** Answer so many requests with 429 and this `Retry-After`. */
  busy: { times: number; readonly retryAfter: string } | null;
  /** Never answer a request for the description of a repository, or for a file. */
  silent: "descriptions" | "files" | null;
  /** Describe repositories and files without what names a commit or their content. */
  nameless: "commit" | "content" | null;
}

export const commit = "0123456789abcdef0123456789abcdef01234567";

/** A hub on two local ports, one for the site and one for the CDN that its large files redirect to. */
export class HubServer implements AsyncDisposable {
  readonly repositories = new Map<string, Map<string, HubFile>>();
  readonly seen: SeenRequest[] = [];
  readonly faults: Faults = {
    status: null,
    token: null,
    gated: false,
    dropAfterBytes: 0,
    drops: 0,
    corrupt: false,
    announcedBytes: null,
    pieceDelayMs: 0,
    wholeFiles: false,
    shiftBytes: 0,
    page: null,
    missingBytes: 0,
    busy: null,
    silent: null,
    nameless: null,
  };
  readonly #hub: Server;
  readonly #cdn: Server;

  private constructor() {
    this.#hub = createServer((request, response) => void this.#answer(request, response));
    this.#cdn = createServer((request, response) => void this.#serveBlob(request, response));
  }

  static async start(): Promise<HubServer> {
    const server = new HubServer();
    await listen(server.#hub);
    await listen(server.#cdn);
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#hub.address() as AddressInfo).port}`;
  }

  /** Requests for the content of files. */
  get downloads(): readonly SeenRequest[] {
    return this.seen.filter(({ server, path }) => server === "cdn" || path.includes("/resolve/"));
  }

  add(repository: string, path: string, content: Buffer, large = true): void {
    const files = this.repositories.get(repository) ?? new Map();
    this.repositories.set(repository, files.set(path, { content, large }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const server of [this.#hub, this.#cdn]) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#note("hub", request);
    const { pathname } = new URL(request.url ?? "/", this.url);
    const path = decodeURIComponent(pathname);
    const isFile = path.includes("/resolve/");
    const { busy, silent, page } = this.faults;
    if (silent === (isFile ? "files" : "descriptions")) return;
    if (busy && busy.times-- > 0)
      return send(response, 429, { error: "too many requests" }, { "retry-after": busy.retryAfter });
    if (page === "everything" || (page && isFile)) {
      response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
      return void response.end("<!doctype html><title>Sign in</title>");
    }
    const refused = this.#refusal(request, isFile);
    if (refused !== null) return send(response, refused, { error: `refused with ${refused}` });
    const api = /^\/api\/models\/([^/]+\/[^/]+)\/(revision|paths-info|tree)\/([^/]+)$/.exec(path);
    if (api) return this.#describe(api[1]!, api[2]!, request, response);
    const resolve = /^\/([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/.exec(path);
    const file = resolve && this.repositories.get(resolve[1]!)?.get(resolve[3]!);
    if (!file) return send(response, 404, { error: "Entry not found" }, { "x-error-code": "EntryNotFound" });
    response.setHeader("x-repo-commit", commit);
    if (!file.large) {
      response.setHeader("etag", `"${gitSha1(file.content)}"`);
      return this.#stream(file.content, request, response);
    }
    const sha256 = hashOf(file.content);
    const { port } = this.#cdn.address() as AddressInfo;
    response.writeHead(302, {
      location: `http://127.0.0.1:${port}/blobs/${sha256}?signature=abc`,
      "x-linked-etag": `"${sha256}"`,
      "x-linked-size": String(file.content.length),
    });
    response.end();
  }

  async #describe(
    repository: string,
    call: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const files = this.repositories.get(repository);
    if (!files)
      return send(response, 404, { error: "Repository not found" }, { "x-error-code": "RepoNotFound" });
    if (call === "revision") {
      return send(response, 200, {
        _id: "1",
        id: repository,
        ...(this.faults.nameless !== "commit" && { sha: commit }),
        private: false,
        gated: this.faults.gated ? "manual" : false,
        downloads: 1,
        likes: 1,
        lastModified: "2025-01-01T00:00:00.000Z",
      });
    }
    const wanted =
      call === "paths-info" ? ((await bodyOf(request)) as { paths: string[] }).paths : [...files.keys()];
    const entries = wanted.flatMap((path) => {
      const file = files.get(path);
      return file ? [this.#entry(path, file)] : [];
    });
    send(response, 200, entries);
  }

  #entry(path: string, { content, large }: HubFile) {
    const size = this.faults.announcedBytes ?? content.length;
    return {
      type: "file",
      path,
      size,
      oid: large ? "f".repeat(40) : gitSha1(content),
      ...(large && { lfs: { oid: this.#hash(content), size, pointerSize: 130 } }),
    };
  }

  /** A name that would lead out of the cache's folder. */
  #hash(content: Buffer): string {
    return this.faults.nameless === "content" ? "../../../elsewhere" : hashOf(content);
  }

  async #serveBlob(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#note("cdn", request);
    const sha256 = /^\/blobs\/([0-9a-f]{64})/.exec(request.url ?? "")?.[1];
    const files = [...this.repositories.values()].flatMap((repository) => [...repository.values()]);
    const file = files.find(({ content, large }) => large && hashOf(content) === sha256);
    if (!file) return send(response, 404, { error: "no such blob" });
    await this.#stream(file.content, request, response);
  }

  async #stream(whole: Buffer, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { wholeFiles, shiftBytes, missingBytes } = this.faults;
    const range = wholeFiles ? null : /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "");
    const from = range ? Number(range[1]) + shiftBytes : 0;
    const to = range?.[2] ? Number(range[2]) + 1 : whole.length - missingBytes;
    const bytes = Buffer.from(whole.subarray(from, to));
    if (this.faults.corrupt && bytes.length > 0) bytes[0]! ^= 1;
    response.writeHead(range ? 206 : 200, {
      "accept-ranges": "bytes",
      "content-length": String(bytes.length),
      ...(range && { "content-range": `bytes ${from}-${to - 1}/${whole.length}` }),
    });
    if (request.method === "HEAD") return void response.end();
    const drops = this.faults.drops > 0 && bytes.length > this.faults.dropAfterBytes;
    if (drops) this.faults.drops--;
    const end = drops ? this.faults.dropAfterBytes : bytes.length;
    const piece = 256 * 1024;
    for (let at = 0; at < end && !response.destroyed; at += piece) {
      const part = bytes.subarray(at, Math.min(at + piece, end));
      await new Promise((resolve) => response.write(part, resolve));
      if (this.faults.pieceDelayMs) await new Promise((done) => setTimeout(done, this.faults.pieceDelayMs));
    }
    if (drops) response.socket?.destroy();
    else response.end();
  }

  #refusal(request: IncomingMessage, isFile: boolean): number | null {
    const { status, token, gated } = this.faults;
    if (status !== null) return status;
    const given = request.headers.authorization;
    if (gated && isFile) return given ? 403 : 401;
    return token !== null && given !== `Bearer ${token}` ? 401 : null;
  }

  #note(server: "hub" | "cdn", { method, url, headers }: IncomingMessage): void {
    this.seen.push({
      server,
      method: method ?? "",
      path: url ?? "",
      range: headers.range ?? null,
      authorization: headers.authorization ?? null,
    });
  }
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
}

function send(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return JSON.parse(Buffer.concat(parts).toString("utf8"));
}

export function hashOf(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}

function gitSha1(content: Buffer): string {
  return createHash("sha1").update(`blob ${content.length}\0`).update(content).digest("hex");
}
