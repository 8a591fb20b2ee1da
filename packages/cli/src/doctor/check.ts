/** One line of the doctor's answer. "warn" costs something, "fail" keeps the lab from working. */
export interface Check {
  readonly name: string;
  readonly state: "ok" | "warn" | "fail";
  readonly detail: string;
  readonly remedy: string | null;
}

export const ok = (name: string, detail: string): Check => ({ name, state: "ok", detail, remedy: null });

export const warn = (name: string, detail: string, remedy: string): Check => ({
  name,
  state: "warn",
  detail,
  remedy,
});

export const fail = (name: string, detail: string, remedy: string): Check => ({
  name,
  state: "fail",
  detail,
  remedy,
});
