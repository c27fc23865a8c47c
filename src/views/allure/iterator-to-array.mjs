// Allure's quality gate turns an iterator into an array in the way that Node 22 has and Node 20 has not.
const iterators = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()));

iterators.toArray ??= function () {
  return [...this];
};
