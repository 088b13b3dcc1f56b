/** The code beside the photos: large until a phone has joined, then behind a button for another one. */
import { byId } from "../../shell/dom.js";

export class CodeFold {
  #body = byId("code-body");
  #button = byId("code-unfold");
  #paired = false;

  constructor() {
    this.#button.onclick = () => this.#open(this.#body.hidden);
    this.follow([]);
    this.#open(true);
  }

  /** @param {readonly import("openapi").PhoneDocument[]} phones */
  follow(phones) {
    const paired = phones.some(({ standing }) => standing === "joined");
    // What somebody uses right now stays.
    if (paired !== this.#paired && !this.#body.contains(document.activeElement)) this.#open(!paired);
    this.#paired = paired;
    this.#button.hidden = !paired;
  }

  /** @param {boolean} open */
  #open(open) {
    this.#body.hidden = !open;
    this.#button.setAttribute("aria-expanded", String(open));
  }
}
