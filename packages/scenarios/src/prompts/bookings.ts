import type { ChatMessage } from "@quantlab/core";

const code = `interface Booking {
  room: string;
  /** Minutes since midnight. */
  from: number;
  until: number;
  guest: string;
}

export class Bookings {
  private readonly all: Booking[] = [];

  /** Books a room, or throws when somebody else has it at that time. */
  add(booking: Booking): void {
    const taken = this.all.find(
      (other) => other.room === booking.room && other.from < booking.until && booking.from < other.until,
    );
    if (taken) throw new Error(\`\${booking.room} is taken by \${taken.guest}\`);
    this.all.push(booking);
  }

  /** The bookings of a room, earliest first. */
  of(room: string): Booking[] {
    return this.all.filter((booking) => booking.room === room).sort((a, b) => a.from - b.from);
  }
}
`;

/** A class to be extended. */
export const bookings: readonly ChatMessage[] = [
  {
    role: "user",
    content:
      `Here is a TypeScript class:\n\n\`\`\`ts\n${code}\`\`\`\n\n` +
      "Add a method `free(room, from, until)` that returns the gaps between bookings of a room within a span of time, as " +
      "pairs of minutes. Gaps shorter than fifteen minutes are left out. Write the method with its types and a doc comment, " +
      "and three tests for it: a room without bookings, bookings that touch, and one that reaches beyond the span.",
  },
];
