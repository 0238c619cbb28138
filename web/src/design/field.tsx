import {
  type InputHTMLAttributes,
  type ReactNode,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
  useId,
} from "react";
import css from "./field.module.css";
import { Hint } from "./parts";

type Words = { label: string; hint?: string; error?: string | undefined };

function told({ hint, error }: Words, id: string): string | undefined {
  return [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ") || undefined;
}

function Framed({ id, label, hint, error, children }: Words & { id: string; children: ReactNode }) {
  return (
    <div className={css.field}>
      <label htmlFor={id}>{label}</label>
      {hint && <Hint id={`${id}-hint`}>{hint}</Hint>}
      {children}
      {error && (
        <p className={css.error} id={`${id}-error`} role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

/** A line to type into, with its label, hint and error. */
export function Field({
  label,
  hint,
  error,
  big,
  ...rest
}: Words & { big?: boolean } & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId();
  const words = { label, ...(hint && { hint }), error };
  return (
    <Framed id={id} {...words}>
      <input
        id={id}
        className={big ? `${css.input} ${css.big}` : css.input}
        aria-describedby={told(words, id)}
        aria-invalid={error ? true : undefined}
        {...rest}
      />
    </Framed>
  );
}

/** A few lines to type into. */
export function Passage({
  label,
  hint,
  ...rest
}: { label: string; hint: string } & TextareaHTMLAttributes<HTMLTextAreaElement>) {
  const id = useId();
  return (
    <Framed id={id} label={label} hint={hint}>
      <textarea id={id} className={css.input} aria-describedby={`${id}-hint`} {...rest} />
    </Framed>
  );
}

/** A list to choose from. */
export function Choice({
  label,
  hint,
  children,
  ...rest
}: { label: string; hint?: string } & SelectHTMLAttributes<HTMLSelectElement>) {
  const id = useId();
  const words = { label, ...(hint && { hint }) };
  return (
    <Framed id={id} {...words}>
      <select id={id} className={css.input} aria-describedby={told(words, id)} {...rest}>
        {children}
      </select>
    </Framed>
  );
}

/** The class of a bare input that stands in a sentence. */
export const inputClass = css.input;

/** A switch that says what it does. */
export function Switch({
  label,
  hint,
  checked,
  onChange,
}: {
  label: string;
  hint?: string;
  checked: boolean;
  onChange: (on: boolean) => void;
}) {
  return (
    <label className={css.switch}>
      <span>{label}</span>
      <input
        type="checkbox"
        role="switch"
        aria-checked={checked}
        checked={checked}
        onChange={(event) => onChange(event.target.checked)}
      />
      {hint && <small>{hint}</small>}
    </label>
  );
}

/** One of a few. */
export function Options<T extends string>({
  label,
  name,
  value,
  options,
  onChange,
  quiet,
}: {
  label: string;
  name: string;
  value: T;
  options: readonly (readonly [T, string])[];
  onChange: (value: T) => void;
  quiet?: boolean;
}) {
  return (
    <fieldset className={css.field} aria-label={quiet ? label : undefined}>
      {!quiet && <legend>{label}</legend>}
      <div className={css.choices}>
        {options.map(([key, text]) => (
          <label key={key}>
            <input
              type="radio"
              name={name}
              value={key}
              checked={key === value}
              onChange={() => onChange(key)}
            />
            {text}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
