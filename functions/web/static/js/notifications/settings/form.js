/** The form with which somebody says what they are told where and when. */
import { byId, make, setText, showFieldError } from "../../shell/dom.js";
import { isolated, t } from "../../shell/messages.js";
import { CATEGORIES, CHANNELS, languageOf } from "./choices.js";

/**
 * @typedef {import("openapi").PreferencesDocument} Preferences
 * @typedef {import("openapi").PreferencesRequest} PreferencesRequest
 * @typedef {import("./choices.js").Channel} Channel
 */

/** What quiet hours begin with. */
const NIGHT = { from: "22:00", to: "07:00" };

export class PreferencesForm {
  #zone = "";
  #here = Intl.DateTimeFormat().resolvedOptions().timeZone;

  constructor() {
    byId("channels").append(...CHANNELS.map(({ code, name }) => tick(channelId(code), name)));
    for (const { code } of CHANNELS) byId(channelId(code)).addEventListener("change", () => this.#drawUsable());
    byId("quiet").addEventListener("change", () => this.#drawQuiet());
    byId("zone-here").addEventListener("click", () => {
      this.#zone = this.#here;
      this.#drawZone();
      byId("save").focus();
    });
  }

  /** @param {Preferences} preferences */
  draw({ channels, categories, critical, quietHours, timeZone, digest, discreet, language }) {
    byId("categories").replaceChildren(...CATEGORIES.map(({ code, name }) => {
      const group = make("fieldset", "ways ruled", make("legend", "legend", name));
      group.append(...CHANNELS.map((channel) => tick(`${code}-${channel.code}`, channel.name, categories[code].includes(channel.code))));
      if (!critical.includes(code)) return group;
      const always = make("p", "hint always", t("notifications.settings.critical"));
      always.id = `${code}-always`;
      group.setAttribute("aria-describedby", always.id);
      group.append(always);
      return group;
    }));
    for (const { code } of CHANNELS) box(channelId(code)).checked = channels.includes(code);
    box("quiet").checked = quietHours !== null;
    byId("quiet-from", HTMLInputElement).value = (quietHours ?? NIGHT).from;
    byId("quiet-to", HTMLInputElement).value = (quietHours ?? NIGHT).to;
    box("digest").checked = digest === "daily";
    box("discreet").checked = discreet;
    byId("told-in", HTMLSelectElement).value = language;
    this.#zone = timeZone;
    this.#drawUsable();
    this.#drawQuiet();
    this.#drawZone();
    this.#clear();
  }

  /** @returns {PreferencesRequest | null} what is chosen; null if something is missing, which is then told */
  read() {
    this.#clear();
    const channels = CHANNELS.map(({ code }) => code).filter((code) => box(channelId(code)).checked);
    if (!channels.length) {
      showFieldError("channels", t("notifications.settings.one-channel"));
      box(channelId("push")).focus();
      return null;
    }
    const quiet = this.#quietHours();
    if (quiet === undefined) return null;
    return {
      channels,
      categories: Object.fromEntries(CATEGORIES.map(({ code }) => [code, this.#channelsOf(code)])),
      quietHours: quiet,
      timeZone: this.#zone,
      digest: box("digest").checked ? "daily" : "off",
      discreet: box("discreet").checked,
      language: languageOf(byId("told-in", HTMLSelectElement).value),
    };
  }

  /** @param {string} code @returns {Channel[]} */
  #channelsOf(code) {
    return CHANNELS.map((channel) => channel.code).filter((channel) => box(`${code}-${channel}`).checked);
  }

  /** @returns {{from: string, to: string} | null | undefined} undefined if they are incomplete */
  #quietHours() {
    if (!box("quiet").checked) return null;
    const from = byId("quiet-from", HTMLInputElement).value;
    const to = byId("quiet-to", HTMLInputElement).value;
    if (from && to && from !== to) return { from, to };
    setText("quiet-error", from && to ? t("notifications.quiet.same") : t("notifications.quiet.missing"));
    byId("quiet-error").hidden = false;
    byId(from ? "quiet-to" : "quiet-from").focus();
    return undefined;
  }

  /** What is used nowhere cannot be chosen for a category, and keeps its tick until it is used again. */
  #drawUsable() {
    for (const { code: channel } of CHANNELS) {
      for (const { code } of CATEGORIES) box(`${code}-${channel}`).disabled = !box(channelId(channel)).checked;
    }
  }

  #drawQuiet() {
    byId("quiet-hours").hidden = !box("quiet").checked;
  }

  #drawZone() {
    const zone = zoneName(this.#zone);
    setText("zone", t("notifications.zone", { zone }));
    const here = byId("zone-here");
    here.hidden = !this.#here || this.#here === this.#zone;
    here.textContent = t("notifications.zone.here", { zone: zoneName(this.#here) });
  }

  #clear() {
    showFieldError("channels", "");
    byId("quiet-error").hidden = true;
  }
}

/** @param {string} zone such as "Pacific/Auckland" @returns {string} as people read it */
function zoneName(zone) {
  return isolated(zone.replaceAll("_", " ").split("/").reverse().join(", "));
}

/** @param {string} code */
function channelId(code) {
  return `channel-${code}`;
}

/** @param {string} id */
function box(id) {
  return byId(id, HTMLInputElement);
}

/** @param {string} id @param {string} name */
function tick(id, name, checked = false) {
  const input = make("input", "");
  input.type = "checkbox";
  input.id = id;
  input.checked = checked;
  return make("label", "tick", input, make("span", "", name));
}
