import { Link, type LinkProps } from "@tanstack/react-router";
import type { ButtonHTMLAttributes, ReactNode } from "react";
import css from "./button.module.css";

type Look = "primary" | "ghost" | "danger" | "quiet" | "plain" | "round" | "hero";

type Shape = { look?: Look; small?: boolean; wide?: boolean };

const classes = ({ look = "primary", small, wide }: Shape) =>
  [css.button, look === "hero" && css.primary, css[look], small && css.small, wide && css.wide]
    .filter(Boolean)
    .join(" ");

/**
 * A button that says what happens. While it cannot be pressed it keeps the focus, which the
 * browser's own way of disabling throws away with every call that is waited for.
 */
export function Button({
  look,
  small,
  wide,
  type = "button",
  disabled,
  onClick,
  ...rest
}: Shape & ButtonHTMLAttributes<HTMLButtonElement>) {
  const shape = { ...(look && { look }), ...(small && { small }), ...(wide && { wide }) };
  return (
    <button
      type={type}
      className={classes(shape)}
      aria-disabled={disabled || undefined}
      // Enter in a field presses the button of the form too, and is stopped here in the same way.
      // The second press of a double one comes before anything could be drawn of the first.
      onClick={(event) => (disabled || event.detail > 1 ? stop(event) : onClick?.(event))}
      {...rest}
    />
  );
}

const stop = (event: { preventDefault: () => void }) => event.preventDefault();

/** A button that asks for a file. */
export function FileButton({
  accept,
  onFile,
  children,
}: {
  accept: string;
  onFile: (file: File) => void;
  children: ReactNode;
}) {
  return (
    <label className={`${classes({ look: "ghost" })} ${css.file}`}>
      {children}
      <input
        type="file"
        accept={accept}
        onChange={(event) => {
          const file = event.target.files?.[0];
          if (file) onFile(file);
        }}
      />
    </label>
  );
}

/** A link that looks like a button. */
export function ButtonLink({
  look,
  small,
  wide,
  children,
  ...rest
}: Shape & { children: ReactNode } & Pick<LinkProps, "to" | "params" | "search">) {
  const shape = { ...(look && { look }), ...(small && { small }), ...(wide && { wide }) };
  return (
    <Link className={classes(shape)} {...rest}>
      {children}
    </Link>
  );
}
