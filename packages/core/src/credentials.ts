/** The text with every "https://user:password@host" in it as "https://host". */
export function withoutCredentials(text: string): string {
  return text.replace(/\b([a-z][a-z\d+.-]*:\/\/)[^\s/"'`]*@/gi, "$1");
}
