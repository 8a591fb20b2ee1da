/** One line of the doctor's answer. "warn" costs something, "fail" keeps the lab from working. */
export interface Check {
  readonly name: string;
  readonly state: "ok" | "warn" | "fail";
  readonly detail: string;
  readonly remedy: string | null;
}

/** Fine; `hint` is for who wants it otherwise. */
export const ok = (name: string, detail: string, hint: string | null = null): Check => ({
  name,
  state: "ok",
  detail,
  remedy: hint,
});

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
