export function LedgerScreen() {
  return <h1>LedgerScreen</h1>;
}
