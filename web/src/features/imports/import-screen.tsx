export function ImportScreen() {
  return <h1>ImportScreen</h1>;
}
