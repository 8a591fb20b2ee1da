/** The end of what a program said, in one line: from its last line that begins an error on, or its last line. */
export function lastWords(text: string, most = 400): string {
  const lines = text
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    // Node ends with the way to an error and its own name where nothing caught one.
    .filter((line) => line !== "" && !/^(at |Node\.js v)/.test(line));
  const from = lines.findLastIndex((line) =>
    /^(\w*error|fatal|error:|×|\w+(\.\w+)*(Error|Exception)\b)/i.test(line),
  );
  const words = (from >= 0 ? lines.slice(from) : lines.slice(-1)).join(" ");
  return words.length > most ? `${words.slice(0, most)}…` : words;
}
