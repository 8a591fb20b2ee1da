import type { RunEvent } from "@quantlab/runner";
import type { ProgressLine } from "@quantlab/terminal";

/** Shows of one run what of it is going on; its blocks say nothing of themselves, for they are many. */
export function watching(progress: ProgressLine, what: string): (event: RunEvent) => void {
  return (event) => {
    switch (event.type) {
      case "note":
        return progress.say(`${what}: ${event.text}`);
      case "progress":
        return progress.step({ ...event.progress, step: `${event.what}: ${event.progress.step}` });
      case "block-started":
        return progress.show(`${what}: ${event.turn.position} of ${event.turn.of}`);
    }
  };
}
