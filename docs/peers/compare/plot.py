"""Curves on logarithmic axes as SVG: nothing but text and lines."""
import math

WIDE, HIGH, LEFT, BELOW = 300, 210, 58, 40
COLOURS = ["#2f6fb0", "#b3541e", "#3a7d44", "#7a4fa3"]


def plots(panels):
    """Panels in rows of three: (title, x label, y label, {name: [(x, y), …]})."""
    width, high = 20 + 3 * (LEFT + WIDE + 20), HIGH + BELOW + 50
    place = lambda n: f'<g transform="translate(0 {n // 3 * high})">'
    body = "".join(place(n) + panel(20 + n % 3 * (LEFT + WIDE + 20), *one) + "</g>" for n, one in enumerate(panels))
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {high * -(-len(panels) // 3)}" font-family="sans-serif" font-size="11">'
            f'<rect width="100%" height="100%" fill="#fbfbf9"/>{body}</svg>\n')


def panel(at, title, x_label, y_label, curves):
    xs = [x for curve in curves.values() for x, _ in curve]
    ys = [y for curve in curves.values() for _, y in curve if y > 0]
    (x_low, x_high), (y_low, y_high) = decades(xs), decades(ys)
    x = lambda value: at + LEFT + WIDE * (math.log10(value) - x_low) / (x_high - x_low)
    y = lambda value: 30 + HIGH * (y_high - math.log10(value)) / (y_high - y_low)
    out = [f'<text x="{at + LEFT}" y="18" font-weight="bold" fill="#22262c">{title}</text>']
    for power in range(x_low, x_high + 1):
        out.append(f'<path d="M{x(10**power):.1f} 30v{HIGH}" stroke="#d8d8d2"/>')
        out.append(f'<text x="{x(10**power):.1f}" y="{30 + HIGH + 14}" text-anchor="middle" fill="#555">{number(power)}</text>')
    for power in range(y_low, y_high + 1):
        out.append(f'<path d="M{at + LEFT} {y(10**power):.1f}h{WIDE}" stroke="#d8d8d2"/>')
        out.append(f'<text x="{at + LEFT - 5}" y="{y(10**power) + 4:.1f}" text-anchor="end" fill="#555">{number(power)}</text>')
    out.append(f'<text x="{at + LEFT + WIDE / 2}" y="{30 + HIGH + 30}" text-anchor="middle" fill="#22262c">{x_label}</text>')
    out.append(f'<text transform="translate({at + 12} {30 + HIGH / 2}) rotate(-90)" text-anchor="middle" fill="#22262c">{y_label}</text>')
    for n, (name, curve) in enumerate(curves.items()):
        colour = COLOURS[n % len(COLOURS)]
        points = [(x(a), y(b)) for a, b in curve if b > 0]
        out.append(f'<polyline fill="none" stroke="{colour}" stroke-width="2" points="{" ".join(f"{a:.1f},{b:.1f}" for a, b in points)}"/>')
        out += [f'<circle cx="{a:.1f}" cy="{b:.1f}" r="2.5" fill="{colour}"/>' for a, b in points]
        out.append(f'<text x="{at + LEFT + 6}" y="{44 + 13 * n}" fill="{colour}">{name}</text>')
    return "".join(out)


def decades(values):
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return low, max(high, low + 1)


def number(power):
    return f"{10**power:g}" if -3 <= power <= 4 else f"1e{power}"
