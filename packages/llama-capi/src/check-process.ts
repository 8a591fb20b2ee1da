import { serve } from "@quantlab/processes";
import { Model } from "./model/model.ts";

// The process that checkInOwnProcess starts.

serve({
  async check({ file }: { readonly file: string }): Promise<null> {
    using _ = Model.load(file, { gpu: false, checkOnly: true });
    return null;
  },
});
