import '@shopify/ui-extensions/preact';
import {render} from 'preact';

export default function extension() {
  render(<PaymentNotice />, document.body);
}

// Says above the list of payment methods who can use deferred payment, and who cannot.
function PaymentNotice() {
  const limit = Number(shopify.settings.value.limit) || 0;
  const total = Number(shopify.cost.totalAmount.value.amount);
  const country = shopify.shippingAddress?.value?.countryCode;
  if (limit > 0 && total > limit) {
    return <s-banner tone="info">{shopify.i18n.translate('overLimit', {limit})}</s-banner>;
  }
  if (country && country !== 'JP') {
    return <s-banner tone="info">{shopify.i18n.translate('onlyJapan')}</s-banner>;
  }
  return (
    <s-stack gap="small-200">
      <s-text>{shopify.i18n.translate('canPay')}</s-text>
      {limit > 0 ? (
        <s-text color="subdued">{shopify.i18n.translate('limit', {limit})}</s-text>
      ) : null}
    </s-stack>
  );
}
