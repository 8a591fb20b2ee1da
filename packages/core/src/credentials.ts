/** The text with every "https://user:password@host" in it as "https://host". */
export function withoutCredentials(text: string): string {
  let shown = text;
  // Programs repeat what they were given, also where a "/" or a space in the password makes it no address.
  for (const value of Object.values(process.env))
    if (value && /:\/\/.*@/.test(value)) shown = shown.replaceAll(value, value.replace(/:\/\/.*@/, "://"));
  return shown.replace(/\b([a-z][a-z\d+.-]*:\/\/)[^\s/"'`]*@/gi, "$1");
}
