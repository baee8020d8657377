(function () {
  // Loads the shop's tag once, however many blocks the page has; the tag fills every
  // element with data-atobarai. The address is the shop's own (the app's proxy), or has
  // the form of the hub's tags and is never less safe than the page.
  var own = /^\/[a-z]+\/[A-Za-z0-9_-]+\/tag\.js$/;
  var hub = /^\/tag\/[0-9a-f]{16}\.js$/;

  function read(address) {
    try {
      var url = new URL(address, location.href);
      var isSafe = url.protocol === 'https:' || url.protocol === location.protocol;
      var isTag = url.origin === location.origin ? own.test(url.pathname) : hub.test(url.pathname);
      return isSafe && isTag ? url.href : '';
    } catch (error) {
      return '';
    }
  }

  function load(address) {
    var url = read(address);
    if (!url || document.querySelector('script[data-atobarai-script]')) return;
    var script = document.createElement('script');
    script.src = url;
    script.async = true;
    script.setAttribute('data-atobarai-script', '');
    document.head.appendChild(script);
  }

  function place(embed) {
    var target = null;
    try {
      target = document.querySelector(embed.dataset.atobaraiAfter);
    } catch (error) {
      // A selector that is none: no banner appears, and the page stays whole.
      return;
    }
    if (!target || target.parentNode.querySelector(':scope > [data-atobarai]')) return;
    var element = document.createElement('div');
    element.setAttribute('data-atobarai', embed.dataset.atobaraiPlacement || 'cart');
    target.insertAdjacentElement('afterend', element);
  }

  function start() {
    document.querySelectorAll('[data-atobarai-after]').forEach(place);
    document.querySelectorAll('[data-atobarai-tag]').forEach(function (element) {
      load(element.dataset.atobaraiTag);
    });
    // The tag listens to this where it is already on the page.
    document.dispatchEvent(new Event('atobarai:show'));
  }

  if (document.readyState === 'loading') {
    document.addEventListener('DOMContentLoaded', start);
  } else {
    start();
  }
  // The theme editor draws sections again without loading the page.
  document.addEventListener('shopify:section:load', start);
})();
