import {
  BadFileError,
  plainText,
  readText,
  sha256,
  type TextSession,
  withoutFinalNewline,
} from "@quantlab/core";
import { CHUNK_SIZE, chunksOf, firstScored } from "./chunks.ts";

/** How much of a text is scored, and in what portions. */
export interface ChunkOptions {
  /** Tokens of a chunk; 512 unless said. */
  readonly chunkSize?: number;
  /** Most chunks; all of the text unless said. */
  readonly most?: number;
  /** true: every token that has one before it is scored; those of a chunk's second half unless said. */
  readonly everyToken?: boolean;
}

/** A text as one model reads it, cut into the chunks that are scored. */
export interface ChunkedText {
  readonly file: string;
  readonly textSha256: string;
  readonly content: string;
  /** Tokens of the whole text. */
  readonly ids: Int32Array;
  readonly chunkSize: number;
  /** Position in a chunk of the first row that is scored. */
  readonly from: number;
  readonly chunks: readonly Int32Array[];
}

/**
 * Reads a text in the session's tokens. Throws a BadFileError for a text that is missing or shorter than two
 * chunks, the least that llama-perplexity takes.
 */
export async function chunkedText(
  session: TextSession,
  file: string,
  { chunkSize = CHUNK_SIZE, most, everyToken = false }: ChunkOptions = {},
): Promise<ChunkedText> {
  const read = await readText(file);
  const content = withoutFinalNewline(read);
  const ids = await session.tokenize(content, plainText);
  if (ids.length < 2 * chunkSize) {
    throw new BadFileError(
      file,
      `has ${ids.length} tokens`,
      `chunks of ${chunkSize} tokens need at least ${2 * chunkSize}: take a longer text or smaller chunks`,
    );
  }
  const [bos = null] = await session.tokenize("", plainText);
  const chunks = chunksOf(ids, bos, most, chunkSize);
  const from = everyToken ? 0 : firstScored(chunkSize);
  return { file, textSha256: sha256(read), content, ids, chunkSize, from, chunks };
}

/**
 * UTF-8 bytes of the text of a chunk's scored tokens: those after its first scored row, `from`. A character that the
 * first scored token only completes counts with what is before it.
 */
export async function scoredBytes(session: TextSession, chunk: Int32Array, from: number): Promise<number> {
  const [before, all] = [chunk.subarray(0, from + 1), chunk];
  const bytes = async (ids: Int32Array) => Buffer.byteLength(await session.detokenize(ids));
  return (await bytes(all)) - (await bytes(before));
}
