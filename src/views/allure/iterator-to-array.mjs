// Allure's quality gate calls `Iterator.prototype.toArray`, which Node 22 has and Node 20 has not.
const iterators = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()));

iterators.toArray ??= function () {
  return [...this];
};
