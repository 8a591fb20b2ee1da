import { nativeReady, removeNative, setUpNative } from "@quantlab/llama-capi";
import { ProgressLine } from "@quantlab/terminal";
import type { Outcome, VerbContext } from "../frame/verb.ts";

/** What `lab setup` takes for llama.cpp compiled for this machine. */
export const nativeName = "llamacpp-native";

const title = "llama.cpp compiled for this machine";

/** `lab setup llamacpp-native`: compiles the library into the lab's own folder, if it is not there. */
export async function setUpNativeCommand({ signal }: VerbContext, again: boolean): Promise<Outcome> {
  using progress = new ProgressLine();
  const options = { signal, onProgress: progress.step };
  if (again) await removeNative(options);
  const wasReady = nativeReady();
  if (!wasReady) progress.say(`${title}: some minutes, from the source that node-llama-cpp carries`);
  const folder = await setUpNative(options);
  const state = wasReady ? "is there" : "has been set up; pnpm lab tune shows what it brings";
  return { data: { name: nativeName, folder, wasReady }, text: `${title} ${state}\n${folder}\n` };
}

export const describeNative = () => ({ name: nativeName, title, size: "about 60 MB", ready: nativeReady() });
