import { useEffect } from "react";
import { client } from "@/platform/queries";
import { sendAnswer } from "@/platform/send-answer";
import { useMe } from "@/platform/session";
import { lineNow, onLine } from "@/platform/socket";
import { flush } from "@/platform/unsent";

/** Sends what is kept on the device as soon as there is a connection, wherever the person is. */
export function UnsentSender() {
  const { account_id: account } = useMe();
  useEffect(() => {
    const send = async () => {
      if (lineNow() !== "up" && lineNow() !== "back") return;
      const sent = await flush(account, sendAnswer);
      if (sent.length) await client.invalidateQueries({ queryKey: ["attempt"] });
    };
    const tell = () => void send().catch(() => undefined);
    tell();
    return onLine(tell);
  }, [account]);
  return null;
}
