/** Words from Redis, as they may be shown: whoever wrote them may have put in what steers a terminal, or much of it. */

const LENGTH_MAX = 128

export function shown(text: string): string {
  const visible = text.slice(0, LENGTH_MAX).replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?')
  return text.length > LENGTH_MAX ? `${visible}…` : visible
}
