/** Unsaved notes, from one page to the next and until their writer signs out. */
import { dropDrafts, dropOldDrafts, stopKeeping } from "./drafts.js";
import { mayPart } from "./unsaved.js";

/** @type {import("../../shell/hooks.js").PageHooks} */
export const hooks = {
  onEnter: () => void dropOldDrafts(),
  beforeSignOut: mayPart,
  onLeave(userId, byChoice) {
    stopKeeping();
    // A person who signs out was asked about unsaved notes. Where the sign-in ends by itself, they wait for that person.
    if (userId && byChoice) return dropDrafts(userId);
  },
};
