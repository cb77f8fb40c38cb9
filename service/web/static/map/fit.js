/** The button on the map that shows everything again. */

import { t } from "./text.js";

/** A control of the map that calls back. */
export class FitControl {
  constructor(fit) {
    this.fit = fit;
  }

  onAdd() {
    this.element = document.createElement("div");
    this.element.className = "maplibregl-ctrl maplibregl-ctrl-group";
    const button = document.createElement("button");
    button.type = "button";
    button.className = "fit-button";
    button.title = t("actions.fit");
    button.setAttribute("aria-label", t("actions.fit"));
    button.addEventListener("click", this.fit);
    this.element.append(button);
    return this.element;
  }

  onRemove() {
    this.element.remove();
  }
}
