export function TrailScreen() {
  return <h1>TrailScreen</h1>;
}
