import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";

/** Writes the wheel of a distribution that holds one file; Python's own library writes the archive. */
const writeWheel = String.raw`
import sys, zipfile
wheel, name, version, inside, source = sys.argv[1:]
info = f"{name}-{version}.dist-info"
with zipfile.ZipFile(wheel, "w") as archive:
    archive.write(source, inside)
    archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
    archive.writestr(f"{info}/RECORD", "".join(f"{name},,\n" for name in archive.namelist()))
`;

export interface Distribution {
  /** As the wheel writes it: "llm_tiny". */
  readonly name: string;
  readonly version: string;
  /** The file's path in the package, and where it lies now. */
  readonly inside: string;
  readonly source: string;
}

/** A package index that has one distribution and counts what is asked of it. */
export class PackageIndex implements AsyncDisposable {
  readonly requests: string[] = [];
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(folder: string, { name, version, inside, source }: Distribution): Promise<PackageIndex> {
    const wheel = `${name}-${version}-py3-none-any.whl`;
    const file = path.join(folder, wheel);
    execFileSync("python3", ["-c", writeWheel, file, name, version, inside, source]);
    const content = await readFile(file);
    const server = createServer(({ url = "/" }, response) => {
      index.requests.push(url);
      if (url === `/simple/${name.replaceAll("_", "-")}/`)
        response.setHeader("content-type", "text/html").end(`<a href="/${wheel}">${wheel}</a>`);
      else if (url === `/${wheel}`) response.end(content);
      else response.writeHead(404).end();
    });
    const index = new PackageIndex(server);
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    return index;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/simple`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }
}
