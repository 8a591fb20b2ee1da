import { setGlobalProxyFromEnv } from "node:http";
import { UsageError } from "@quantlab/core";

let inUse = false;

/**
 * Sends all requests of this process through HTTP_PROXY and HTTPS_PROXY, but for what NO_PROXY names. Throws a UsageError
 * that does not show what may hold a password.
 */
export function useProxies(): void {
  if (inUse) return;
  try {
    setGlobalProxyFromEnv();
  } catch {
    throw new UsageError(
      "HTTP_PROXY or HTTPS_PROXY is no address of a proxy",
      'write it as "http://host:port"',
    );
  }
  inUse = true;
}
