"""The loss curve as SVG: colours that read on light and dark pages, no fonts to fetch."""

import math

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720, 320, 52, 16, 16, 44
STYLE = ("text{font:12px system-ui,sans-serif;fill:#57606a}.grid{stroke:#8c959f;stroke-opacity:.3}.train{stroke:#218bff;fill:none}"
         ".valid{fill:#d4762c}@media(prefers-color-scheme:dark){text{fill:#9198a1}.train{stroke:#58a6ff}.valid{fill:#f0a35e}}")


def smooth(values: list[float], width: int = 15) -> list[float]:
    return [sum(part) / len(part) for part in (values[max(0, at - width):at + width + 1] for at in range(len(values)))]


def loss_chart(tokens: list[int], losses: list[float], checks: list[tuple[int, float]]) -> str:
    last = max(tokens)
    low = math.log(min(losses) * 0.9)
    high = math.log(max(losses) * 1.05)
    x = lambda value: LEFT + (WIDTH - LEFT - RIGHT) * value / last
    y = lambda value: HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (math.log(value) - low) / (high - low)
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="Training and validation loss over tokens seen">',
             f"<style>{STYLE}</style>"]
    for value in (0.5, 0.75, 1, 1.5, 2, 3, 4, 6, 8):
        if low < math.log(value) < high:
            lines.append(f'<path class="grid" d="M{LEFT} {y(value):.1f}H{WIDTH - RIGHT}"/><text x="{LEFT - 8}" y="{y(value) + 4:.1f}" text-anchor="end">{value}</text>')
    for millions in range(0, int(last / 1e6) + 1):
        lines.append(f'<text x="{x(millions * 1e6):.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{millions}</text>')
    path = " ".join(f"{'L' if index else 'M'}{x(at):.1f} {y(value):.1f}" for index, (at, value) in enumerate(zip(tokens, smooth(losses))) if index % 3 == 0)
    lines.append(f'<path class="train" stroke-width="1.8" d="{path}"/>')
    lines += [f'<circle class="valid" r="4" cx="{x(at):.1f}" cy="{y(value):.1f}"/>' for at, value in checks]
    lines.append(f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 8}" text-anchor="middle">million tokens seen</text>')
    legend = WIDTH - RIGHT - 190
    lines.append(f'<path class="train" stroke-width="1.8" d="M{legend} {TOP + 14}h22"/><text x="{legend + 28}" y="{TOP + 18}">training loss, smoothed</text>')
    lines.append(f'<circle class="valid" r="4" cx="{legend + 11}" cy="{TOP + 32}"/><text x="{legend + 28}" y="{TOP + 36}">validation loss</text>')
    return "\n".join([*lines, "</svg>"]) + "\n"
