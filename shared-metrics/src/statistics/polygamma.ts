/** From here on the series below are exact to 12 digits; smaller arguments are brought up to it by recurrence. */
const large = 10;

/** ψ(x), the derivative of ln Γ, of positive x: Abramowitz and Stegun, Handbook of Mathematical Functions, 6.3.5 and 6.3.18. */
export function digamma(x: number): number {
  let [sum, argument] = [0, x];
  for (; argument < large; argument++) sum -= 1 / argument;
  const square = 1 / argument ** 2;
  const series = square * (1 / 12 - square * (1 / 120 - square * (1 / 252 - square / 240)));
  return sum + Math.log(argument) - 0.5 / argument - series;
}

/** ψ′(x) of positive x: 6.4.6 and 6.4.12. */
export function trigamma(x: number): number {
  let [sum, argument] = [0, x];
  for (; argument < large; argument++) sum += 1 / argument ** 2;
  const square = 1 / argument ** 2;
  const series = square * (1 / 6 - square * (1 / 30 - square * (1 / 42 - square / 30)));
  return sum + (1 + 0.5 / argument + series) / argument;
}

/** The positive x of which ψ′ is `value`, by halving: ψ′ falls from infinity to 0. */
export function trigammaInverse(value: number): number {
  let [low, high] = [-20, 20];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (trigamma(Math.exp(middle)) > value) low = middle;
    else high = middle;
  }
  return Math.exp((low + high) / 2);
}
