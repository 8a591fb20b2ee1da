import { formatModelRef, type ModelRef, UnavailableError } from "@quantlab/core";
import type { Form } from "../form.ts";
import type { Store } from "../store.ts";
import { type FindOptions, requireMaking } from "./making.ts";

/** What makes models of the form that `ref` names; an UnavailableError where the store has no package that does. */
export function formOf(store: Store, ref: ModelRef, options: FindOptions): Form {
  const form = store.forms.find((each) => each.form === ref.form);
  if (form) return form;
  requireMaking(options);
  throw new UnavailableError(
    `${formatModelRef(ref)} takes an engine's package to convert it, which this store does not have`,
    "make the store with its form, as in createStore({ forms: [mlxForm] })",
  );
}
