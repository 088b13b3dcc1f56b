/** The addresses with which the record opens Bedside, to be registered there. */
import { byId, setText } from "../../shell/dom.js";
import { t } from "../../shell/messages.js";
import { copyFrom } from "./copying.js";

const launch = byId("launch-url", HTMLInputElement);
const redirect = byId("redirect-url", HTMLInputElement);

byId("launch-copy").addEventListener("click", () => void copyFrom(launch, byId("launch-copy")));
byId("redirect-copy").addEventListener("click", () => void copyFrom(redirect, byId("redirect-copy")));

/**
 * @param {import("./api.js").Target | null} target
 * @param {string} facilityId
 */
export function drawLaunch(target, facilityId) {
  const isFhir = target?.kind === "fhir";
  byId("launch").hidden = !isFhir && target?.kind !== "alex";
  byId("redirect").hidden = byId("redirect-copy").hidden = !isFhir;
  setText("launch-about", isFhir ? t("commits.opening.fhir") : t("commits.opening.alex"));
  const page = `${location.origin}/launch`;
  // ALEX adds what it tells us itself.
  launch.value = isFhir ? `${page}?facility=${encodeURIComponent(facilityId)}` : page;
  redirect.value = page;
  setText("launch-copy", t("commits.opening.launch.copy"));
  setText("redirect-copy", t("commits.opening.redirect.copy"));
}
