// The shop's tag. Draws what the hub knows into [data-atobarai]; keeps and sends nothing.
// ES5 without a library, for the phones that shops still meet.
(function (d, c) {
  "use strict";
  var self = d.currentScript, SVG = "http://www.w3.org/2000/svg";
  var nonce = self && (self.nonce || self.getAttribute("nonce"));
  function has(o, k) { return Object.prototype.hasOwnProperty.call(o, k); }
  function built(node, ns) {
    if (typeof node === "string") { return d.createTextNode(node); }
    var name = node[0], with_ = node[1], k, i, e;
    ns = name === "svg" ? SVG : ns;
    e = ns ? d.createElementNS(ns, name) : d.createElement(name);
    for (k in with_) {
      if (has(with_, k)) {
        // Through the object model: a policy without inline styles lets it pass.
        if (k === "style") { e.style.cssText = with_[k]; } else { e.setAttribute(k, with_[k]); }
      }
    }
    if (name === "script") {
      e.async = false;
      if (nonce) { e.setAttribute("nonce", nonce); }
      if (node[2]) { e.text = node[2]; }
      return e;
    }
    for (i = 2; i < node.length; i++) { e.appendChild(built(node[i], ns)); }
    return e;
  }
  function language(place) {
    var e = place, l = place.getAttribute("data-lang");
    while (!l && e && e.getAttribute) { l = e.getAttribute("lang"); e = e.parentNode; }
    return /^en/i.test(l || "") ? "en" : "ja";
  }
  function fill(place) {
    var name = place.getAttribute("data-atobarai"), nodes, i;
    if (place.getAttribute("data-atobarai-shown") !== null || !has(c, name)) { return; }
    place.setAttribute("data-atobarai-shown", "");
    nodes = c[name][language(place)] || c[name].any || [];
    for (i = 0; i < nodes.length; i++) { place.appendChild(built(nodes[i])); }
  }
  function show() {
    var all = d.querySelectorAll("[data-atobarai]"), i;
    for (i = 0; i < all.length; i++) {
      try { fill(all[i]); } catch (ignored) { }
    }
  }
  try {
    show();
    d.addEventListener("DOMContentLoaded", show);
    // A shop that draws its pages itself says when a placement was added.
    d.addEventListener("atobarai:show", show);
  } catch (ignored) { }
})(document, {});
