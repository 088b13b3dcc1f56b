/** What unsaved notes need on every page: clean-up, and a check before their writer signs out. */
import { deleteDrafts, deleteExpiredDrafts, stopSavingDrafts } from "./drafts.js";
import { confirmUnsavedNotes } from "./unsaved.js";

/** @type {import("../../shell/hooks.js").PageHooks} */
export const hooks = {
  onOpen: () => void deleteExpiredDrafts(),
  beforeSignOut: confirmUnsavedNotes,
  onLeave(userId, byChoice) {
    stopSavingDrafts();
    // A person who signs out was asked about unsaved notes. If the sign-in ends by itself, they wait for that person.
    if (userId && byChoice) return deleteDrafts(userId);
  },
};
