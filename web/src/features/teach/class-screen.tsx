export function ClassScreen() {
  return <h1>ClassScreen</h1>;
}
