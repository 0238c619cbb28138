export function BadgesScreen() {
  return <h1>BadgesScreen</h1>;
}
