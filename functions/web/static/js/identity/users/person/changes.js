/** Changes of the person that the dialog shows: one request at a time, whose outcome the dialog says. */
import { byId, setText } from "../../../shell/dom.js";
import { errorMessage } from "../../../shell/error-messages.js";
import { t } from "../../../shell/messages.js";

/** @typedef {import("../../../shell/users.js").User} User */

const WORDS = { forbidden: t("identity.people.forbidden"), missing: t("identity.people.missing") };

/**
 * @param {unknown} error
 * @param {string} [tooMany] what is said of too many requests
 */
export function refusal(error, tooMany) {
  return errorMessage(error, tooMany ? { ...WORDS, tooMany } : WORDS);
}

export class PersonChanges {
  #onChanged;
  #onSettled;
  /** Null until the dialog has been opened. @type {User | null} */
  user = null;
  busy = false;

  /**
   * @param {(user: User) => void} onChanged
   * @param {() => void} onSettled after a change that was made or refused
   */
  constructor(onChanged, onSettled) {
    this.#onChanged = onChanged;
    this.#onSettled = onSettled;
  }

  /**
   * @param {() => Promise<User>} request
   * @param {string} done
   */
  async make(request, done) {
    this.#onChanged(await request());
    this.say("done", done);
  }

  /**
   * Makes a change without confirmation: it takes nothing away from anybody.
   * @param {() => Promise<void>} act
   * @param {(error: unknown) => string} whyNot
   */
  async attempt(act, whyNot) {
    if (this.busy) return;
    this.busy = true;
    this.say("", t("shell.saving"));
    try {
      await act();
    } catch (error) {
      this.say("failed", t("identity.unchanged", { why: whyNot(error) }));
    } finally {
      this.busy = false;
      this.#onSettled();
    }
  }

  /**
   * @param {"" | "done" | "failed"} kind
   * @param {string} text
   */
  say(kind, text) {
    byId("manage-said").dataset.kind = kind;
    setText("manage-said", text);
  }
}
