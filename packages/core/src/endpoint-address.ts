import { UsageError } from "./errors.ts";

/** Where a server is asked, and for which of its models. */
export interface EndpointAddress {
  /** Up to the version of its API, without a slash behind it: "http://127.0.0.1:8080/v1". */
  readonly url: string;
  /** What the server calls the model; null for the only one that it has. */
  readonly name: string | null;
}

/** Whether somebody means a server, and no file or catalogue id. */
export const isEndpointAddress = (typed: string): boolean => /^https?:/i.test(typed);

/**
 * Reads "http://127.0.0.1:8080/v1#smollm2". Throws a UsageError for what is no address, and for one that holds a password;
 * `where` says what was typed.
 */
export function endpointAddress(typed: string, where = "the model"): EndpointAddress {
  const url = URL.parse(typed);
  if (url?.username || url?.password)
    throw new UsageError(
      `${where} holds a name or a password`,
      "give the address alone, and the key as OPENAI_API_KEY",
    );
  if (!url || !isEndpointAddress(typed) || url.host === "")
    throw new UsageError(
      `${where} "${typed}" is no address`,
      "give one up to its version: http://127.0.0.1:8080/v1",
    );
  const [place = "", ...name] = typed.split("#");
  return { url: place.replace(/\/+$/, ""), name: name.join("#") || null };
}
