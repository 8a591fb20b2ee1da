import { afterEach, expect, test, vi } from "vitest";
import { waitForQuietHost } from "../src/quiet-host.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

const never = new AbortController().signal;

test("a host that is never quiet is not waited for where that was said", async () => {
  vi.stubEnv("QUANTLAB_QUIET_SECONDS", "0");
  const onWait = vi.fn();
  await waitForQuietHost(never, onWait);
  expect(onWait).not.toHaveBeenCalled();
});

test.each(["soon", "-1", "4000"])("%j is refused as a time to wait", async (said) => {
  vi.stubEnv("QUANTLAB_QUIET_SECONDS", said);
  await expect(waitForQuietHost(never, () => {})).rejects.toThrow(
    `QUANTLAB_QUIET_SECONDS "${said}" is no number of seconds from 0 to 3600`,
  );
});
