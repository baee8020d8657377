import '@shopify/ui-extensions/preact';
import {render} from 'preact';

export default function extension() {
  render(<InvoiceNotice />, document.body);
}

// On the order's confirmation: the invoice comes by post, after the screening. Shown for
// orders without a payment made at checkout, as those of a manual method are.
function InvoiceNotice() {
  const method = String(shopify.settings.value.method ?? '').trim();
  const chosen = shopify.selectedPaymentOptions?.value ?? [];
  if (!chosen.some((option) => option.type === 'manualPayment')) return null;
  return (
    <s-banner tone="info" heading={method || shopify.i18n.translate('method')}>
      {shopify.i18n.translate('invoice')}
    </s-banner>
  );
}
