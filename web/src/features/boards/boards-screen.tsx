export function BoardsScreen() {
  return <h1>BoardsScreen</h1>;
}
