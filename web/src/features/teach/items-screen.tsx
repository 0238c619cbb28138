export function ItemsScreen() {
  return <h1>ItemsScreen</h1>;
}
