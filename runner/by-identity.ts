/**
 * Computes what depends only on an object when it is first needed, and keeps it as long as the object lives. The object
 * must not change afterwards. If `make` throws, nothing is kept.
 */
export function byIdentity<Key extends WeakKey, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const made = new WeakMap<Key, { readonly value: Value }>();
  return (key) => {
    let known = made.get(key);
    if (known === undefined) {
      known = { value: make(key) };
      made.set(key, known);
    }
    return known.value;
  };
}
