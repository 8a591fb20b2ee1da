import { writeFile } from "node:fs/promises";
import { downloadFile } from "ipull";

export interface Transfer {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: number;
  /** The file that is to hold the content; until then it grows beside it under the name with ".ipull". */
  readonly file: string;
  readonly signal: AbortSignal | undefined;
  readonly onBytes: (received: number) => void;
}

const attempts = { retries: 4, factor: 2, minTimeout: 300, maxTimeout: 3_000 };

/**
 * Downloads to `file`. A connection that breaks is taken up again where it broke, a few times here and, after an
 * error or a killed process, by the next call for the same file.
 */
export async function transfer({ url, headers, bytes, file, signal, onBytes }: Transfer): Promise<void> {
  if (bytes === 0) return writeFile(file, "");
  const engine = await downloadFile({
    url,
    savePath: file,
    headers: { ...headers },
    // The size is known from the hub; asking again would begin a download to throw away.
    defaultFetchDownloadInfo: { length: bytes, acceptRange: true },
    // One stream: the hub's own limit is rarely reached with more, and a broken one costs less.
    parallelStreams: 1,
    autoIncreaseParallelStreams: false,
    retry: attempts,
    cliProgress: false,
  });
  engine.on("progress", ({ transferredBytes }) => onBytes(transferredBytes));
  const stop = () => void engine.close();
  signal?.addEventListener("abort", stop, { once: true });
  try {
    signal?.throwIfAborted();
    await engine.download();
    signal?.throwIfAborted();
  } finally {
    signal?.removeEventListener("abort", stop);
    await engine.close();
  }
}
