import '@shopify/ui-extensions';

declare module './src/PaymentNotice.jsx' {
  const shopify: import('@shopify/ui-extensions/purchase.checkout.payment-method-list.render-before').Api;
  const globalThis: {shopify: typeof shopify};
}

declare module './src/InvoiceNotice.jsx' {
  const shopify: import('@shopify/ui-extensions/purchase.thank-you.block.render').Api;
  const globalThis: {shopify: typeof shopify};
}
