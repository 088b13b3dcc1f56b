/** The button that adds a visit to a calendar; the script that makes the file is loaded then. */
import { errorMessage } from "../shell/error-messages.js";
import { NetworkFailure } from "../shell/http.js";
import { serverNow } from "./server-clock.js";

/**
 * @param {import("./api.js").Visit} visit
 * @param {import("./api.js").Party} party
 * @param {(text: string) => void} say what went wrong, "" for nothing
 */
export async function addToCalendar(visit, party, say) {
  say("");
  try {
    const { saveVisitFile } = await import("./calendar.js");
    saveVisitFile(visit, party, serverNow());
  } catch {
    say(errorMessage(new NetworkFailure("network")));
  }
}
