//! The detection curves as an SVG that reads on light and dark pages.

use std::fmt::Write as _;

use crate::steady::{AGAINST_LENGTH, AGAINST_RATIO};
use crate::table::Line;

/// One chart's frame, in the picture's pixels.
const WIDTH: f64 = 300.0;
const HEIGHT: f64 = 190.0;
const TOP: f64 = 34.0;
/// Where the two charts begin, and the picture ends.
const LEFT: [f64; 2] = [52.0, 428.0];
const SIZE: (f64, f64) = (752.0, 276.0);

/// One chart: a curve's name, its title, what stands below it, and the ticks there.
struct Chart {
    curve: &'static str,
    title: &'static str,
    below: &'static str,
    ticks: [f64; 5],
    left: f64,
}

/// Draws the lines that are points of a curve.
pub fn svg(lines: &[Line]) -> String {
    let charts = [
        Chart {
            curve: AGAINST_RATIO,
            title: "60 s, against noise",
            below: "signal to noise, dB a sample at 4 Hz",
            ticks: [-12.0, -8.0, -4.0, 0.0, 4.0],
            left: LEFT[0],
        },
        Chart {
            curve: AGAINST_LENGTH,
            title: "−5 dB, against the window's length",
            below: "window, s",
            ticks: [20.0, 45.0, 70.0, 95.0, 120.0],
            left: LEFT[1],
        },
    ];
    let (width, height) = SIZE;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\" \
         font-family=\"sans-serif\" font-size=\"12\" fill=\"#80868f\">\n<title>Share of windows in which one steady rhythm is found</title>\n"
    );
    charts.iter().for_each(|chart| draw(chart, lines, &mut out));
    out.push_str("</svg>\n");
    out
}

/// Writing into a string does not fail.
fn draw(chart: &Chart, lines: &[Line], out: &mut String) {
    let mut points: Vec<(f64, &Line)> =
        lines.iter().filter_map(|line| line.point.filter(|(curve, _)| *curve == chart.curve).map(|(_, x)| (x, line))).collect();
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (low, high) = points.iter().fold((f64::MAX, f64::MIN), |(low, high), (x, _)| (low.min(*x), high.max(*x)));
    let x = |value: f64| chart.left + WIDTH * (value - low) / (high - low).max(f64::MIN_POSITIVE);
    let y = |share: f64| TOP + HEIGHT * (1.0 - share);
    let (left, right, foot) = (chart.left, chart.left + WIDTH, TOP + HEIGHT);
    let _ = writeln!(out, "<text x=\"{left}\" y=\"{}\" font-weight=\"bold\">{}</text>", TOP - 14.0, chart.title);
    for share in [0.0, 0.25, 0.5, 0.75, 1.0] {
        let (at, label) = (y(share), share * 100.0);
        let _ = writeln!(out, "<path d=\"M{left} {at}H{right}\" stroke=\"#80868f\" stroke-opacity=\".3\"/>");
        let _ = writeln!(out, "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{label} %</text>", left - 6.0, at + 4.0);
    }
    let _ = writeln!(out, "<path d=\"M{left} {}H{right}\" stroke=\"#d08a2e\" stroke-dasharray=\"4 3\"/>", y(0.95));
    for tick in chart.ticks.into_iter().filter(|tick| *tick >= low && *tick <= high) {
        let label = format!("{tick:.0}").replace('-', "−");
        let _ = writeln!(out, "<path d=\"M{:.1} {foot}v4\" stroke=\"#80868f\"/>", x(tick));
        let _ = writeln!(out, "<text x=\"{:.1}\" y=\"{}\" text-anchor=\"middle\">{label}</text>", x(tick), foot + 17.0);
    }
    let _ = writeln!(out, "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text>", left + WIDTH / 2.0, foot + 36.0, chart.below);
    for (at, line) in &points {
        let (low, high) = line.value.interval;
        let _ = writeln!(out, "<path d=\"M{:.1} {:.1}V{:.1}\" stroke=\"#1f9d78\" stroke-opacity=\".6\"/>", x(*at), y(low), y(high));
        let _ = writeln!(out, "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"3\" fill=\"#1f9d78\"/>", x(*at), y(line.value.figure));
    }
    let path: Vec<String> = points.iter().map(|(at, line)| format!("{:.1} {:.1}", x(*at), y(line.value.figure))).collect();
    if !path.is_empty() {
        let _ = writeln!(out, "<path d=\"M{}\" fill=\"none\" stroke=\"#1f9d78\" stroke-width=\"2\"/>", path.join("L"));
    }
}
