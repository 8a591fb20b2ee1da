import type { Block } from "@quantlab/core";
import type { ProgressLine } from "@quantlab/terminal";
import type { RunEvent, TurnPlace } from "../events.ts";

/** Shows a run's events on a line that changes on a terminal, and as plain lines elsewhere. */
export function runDisplay(progress: ProgressLine): (event: RunEvent) => void {
  return (event) => {
    switch (event.type) {
      case "note":
        return progress.say(event.text);
      case "doing":
        return progress.show(event.text);
      case "progress":
        return progress.step({ ...event.progress, step: `${event.what}: ${event.progress.step}` });
      case "block-started":
        return progress.show([placeOf(event.turn), leftOf(event.leftMs)].filter(Boolean).join(" · "));
      case "block-ended": {
        const note = noteOf(event.block);
        // A line of its own where nobody watches, and where it went wrong.
        if (!progress.watched || note !== null)
          progress.say([placeOf(event.turn), note].filter(Boolean).join(" · "));
      }
    }
  };
}

function placeOf({ arm, scenario, position, of, block, blocks }: TurnPlace): string {
  const which = blocks > 1 ? `block ${block} of ${blocks}` : scenario;
  return `[${position}/${of}] ${arm}, ${which}`;
}

function noteOf({ status, reason, notes = [] }: Block): string | null {
  const note = reason ?? (notes.join("; ") || null);
  return status === "measured" ? note : `${status}: ${note}`;
}

/** "about 40 s left", "about 3 min left". */
function leftOf(milliseconds: number | null): string | null {
  if (milliseconds === null) return null;
  const seconds = Math.max(1, Math.round(milliseconds / 1000));
  return seconds < 90 ? `about ${seconds} s left` : `about ${Math.round(seconds / 60)} min left`;
}
