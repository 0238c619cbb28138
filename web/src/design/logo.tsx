import css from "./logo.module.css";

/** The mark and the name. */
export function Logo() {
  return (
    <span className={css.logo} lang="mi">
      <svg width="34" height="30" viewBox="0 0 34 30" aria-hidden="true">
        <path d="M1 29 13 6l6 10 3-5 11 18z" />
        <path d="m13 6 4.6 7.7-3.1 2.6-2.6-2.1-2.4 1.4z" />
      </svg>
      tihi
    </span>
  );
}
