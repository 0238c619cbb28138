export function ClassesScreen() {
  return <h1>ClassesScreen</h1>;
}
