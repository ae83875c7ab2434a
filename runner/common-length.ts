/** How many characters two texts have in common at their beginning, in UTF-16 units. */
export function commonLength(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length++;
  return length;
}
