import { type ReactNode, useEffect, useId, useRef } from "react";
import css from "./dialog.module.css";

/** The platform's own modal dialog; Esc and the close button call `onClose`. */
export function Dialog({
  open,
  title,
  onClose,
  children,
}: {
  open: boolean;
  title: string;
  onClose: () => void;
  children: ReactNode;
}) {
  const ref = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const dialog = ref.current;
    if (open && !dialog?.open) dialog?.showModal();
    if (!open) dialog?.close();
  }, [open]);
  return (
    <dialog ref={ref} className={css.dialog} aria-labelledby={heading} onClose={onClose}>
      {open && (
        <div className={css.body}>
          <h2 id={heading}>{title}</h2>
          {children}
        </div>
      )}
    </dialog>
  );
}
