//! Left against right as a picture: three scales with a dot and its interval.

use super::picture::{Anchor, Dash, HALF, Ink, Letters, Picture};
use super::scale::{Scale, number};
use super::{Session, text};
use crate::rhythm::{Interval, Rhythm, SideSummary};

const LEFT: f32 = 88.0;
const RIGHT: f32 = HALF - 18.0;
const ROW: f32 = 52.0;
const ACCENT: Ink = Ink::Of(Rhythm::Cranial);

/// One scale.
struct Row {
    name: &'static str,
    ends: [String; 2],
    /// In the scale's own terms.
    of: Interval,
    values: (f64, f64),
    marks: Vec<(f64, String)>,
    told: String,
    /// Where neither side is before the other.
    even: Option<f64>,
}

/// Draws them.
pub fn picture(session: &Session, (left, right, of): (usize, usize, &SideSummary)) -> Picture {
    let names = [session.channel(left), session.channel(right)];
    let desc = format!(
        "Amplitude of {} over {}: {}. Lag in seconds: {}. Coherence: {}. Medians over {}, with 95 % intervals.",
        names[0],
        names[1],
        text::with_interval(of.amplitude_ratio, 2),
        text::with_interval(of.lag, 2),
        text::with_interval(of.coherence, 2),
        text::count(of.windows, "window"),
    );
    let mut picture = Picture::new((HALF, 3.0 * ROW + 6.0), format!("{} against {}", names[0], names[1]), desc);
    for (at, row) in rows(of, &names).into_iter().enumerate() {
        draw(&mut picture, &row, 6.0 + at as f32 * ROW);
    }
    picture
}

fn rows(of: &SideSummary, [left, right]: &[String; 2]) -> [Row; 3] {
    let ratio = of.amplitude_ratio;
    let reach =
        [ratio.value, 1.0 / ratio.value, ratio.low, 1.0 / ratio.high].into_iter().filter(|v| v.is_finite()).fold(2.0, f64::max).min(16.0);
    let fold = if reach <= 2.0 {
        2.0
    } else if reach <= 4.0 {
        4.0
    } else {
        16.0
    };
    let ln = |value: f64| value.max(1e-9).ln();
    let shares = [1.0 / fold, 1.0 / f64::sqrt(fold), 1.0, f64::sqrt(fold), fold];
    let lag_reach = [of.lag.low.abs(), of.lag.high.abs(), 0.5].into_iter().filter(|v| v.is_finite()).fold(0.0, f64::max) * 1.15;
    let lag_scale = Scale { values: (-lag_reach, lag_reach), places: (0.0, 1.0) };
    let lag_marks = lag_scale.round(4);
    let lag_step = lag_marks.windows(2).map(|pair| pair[1] - pair[0]).next().unwrap_or(1.0);
    [
        Row {
            name: "amplitude",
            ends: [format!("{right} larger"), format!("{left} larger")],
            of: Interval { value: ln(ratio.value), low: ln(ratio.low), high: ratio.high.ln() },
            values: (-fold.ln(), fold.ln()),
            marks: shares
                .map(|share| {
                    (
                        share.ln(),
                        text::decimal(share, if share == 1.0 { 0 } else { 2 }).trim_end_matches('0').trim_end_matches('.').to_owned(),
                    )
                })
                .to_vec(),
            told: text::decimal(ratio.value, 2),
            even: Some(0.0),
        },
        Row {
            name: "lag, s",
            ends: [format!("{left} follows"), format!("{right} follows")],
            of: of.lag,
            values: (-lag_reach, lag_reach),
            marks: lag_marks.into_iter().map(|mark| (mark, number(mark, lag_step))).collect(),
            told: text::decimal(of.lag.value, 2),
            even: Some(0.0),
        },
        Row {
            name: "coherence",
            ends: ["apart".to_owned(), "together".to_owned()],
            of: of.coherence,
            values: (0.0, 1.0),
            marks: [0.0, 0.25, 0.5, 0.75, 1.0]
                .map(|mark| (mark, number(mark, if mark == 0.25 || mark == 0.75 { 0.01 } else { 0.1 })))
                .to_vec(),
            told: text::decimal(of.coherence.value, 2),
            even: None,
        },
    ]
}

fn draw(picture: &mut Picture, row: &Row, top: f32) {
    let line = top + 28.0;
    let scale = Scale { values: row.values, places: (LEFT, RIGHT) };
    picture.text((0.0, line + 4.0), row.name, Letters::NAME);
    picture.line(vec![(LEFT, line), (RIGHT, line)], Ink::Rule, (1.0, Dash::Solid));
    for (value, mark) in &row.marks {
        let x = scale.place(*value);
        picture.line(vec![(x, line), (x, line + 4.0)], Ink::Rule, (1.0, Dash::Solid));
        picture.text((x, line + 15.0), mark.clone(), Letters::SCALE.at(Anchor::Middle));
    }
    if let Some(even) = row.even {
        let x = scale.place(even);
        picture.line(vec![(x, line - 9.0), (x, line)], Ink::Dim, (0.8, Dash::Dotted));
    }
    picture.text((LEFT, top + 5.0), row.ends[0].clone(), Letters::SCALE);
    picture.text((RIGHT, top + 5.0), row.ends[1].clone(), Letters::SCALE.at(Anchor::End));
    let (low, high) = (scale.place(row.of.low), scale.place(row.of.high));
    picture.line(vec![(low, line), (high, line)], ACCENT, (3.0, Dash::Solid));
    let x = scale.place(row.of.value);
    picture.dot((x, line), 4.2, ACCENT);
    picture.text((x.clamp(LEFT + 10.0, RIGHT - 10.0), line - 8.0), row.told.clone(), Letters::NAME.of(ACCENT).at(Anchor::Middle));
}
