import type { EndpointSubject } from "@quantlab/core";
import type { Endpoint } from "@quantlab/openai-endpoint";

/** A running server with the key that the environment holds for it, where most clients look for one. */
export function endpointOf({ endpoint }: EndpointSubject): Endpoint {
  return { url: endpoint, key: process.env.OPENAI_API_KEY || null };
}
