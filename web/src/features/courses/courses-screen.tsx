export function CoursesScreen() {
  return <h1>CoursesScreen</h1>;
}
