/**
 * What follows from an object and nothing else, made when first asked for and kept as long as the object lives.
 * The object must not change afterwards. What `make` throws is not kept.
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
