//! The whole trace in one picture: each channel from its least to its greatest sample, annotations above, gaps and still points at their places.

use super::picture::{Anchor, Dash, Ink, Letters, Picture, SMALL, WIDE, cut, width};
use super::scale::{Scale, Times, number};
use super::{Session, text};
use crate::rhythm::Rhythm;
use crate::signal::{Annotation, Column, Kind, Role, Seconds};

/// Where the trace begins, right of the names.
pub const LEFT: f32 = 92.0;
/// Where it ends.
pub const RIGHT: f32 = WIDE - 14.0;
/// A row of labels.
const LABEL: f32 = 14.0;
/// At most so many rows of labels.
const LABEL_ROWS: usize = 3;
/// Between two channels.
const BETWEEN: f32 = 8.0;
/// A trace that now and then goes further than this many times its usual reach is cut there, and marked.
const FAR: f32 = 1.8;

/// Draws it.
pub fn picture(session: &Session) -> Picture {
    let times = Times::new(session.times(), (LEFT, RIGHT));
    let lanes = Lanes::of(session, &times);
    let channels = session.layout.channels.len();
    let high = match channels {
        0..=3 => 66.0,
        4..=6 => 50.0,
        _ => 34.0,
    };
    let top = lanes.height();
    let foot = top + channels as f32 * (high + BETWEEN);
    let mut picture = Picture::new((WIDE, foot + 20.0), "The whole trace", String::new());
    lanes.draw(&mut picture, foot - BETWEEN);
    let mut beyond = 0;
    for channel in 0..channels {
        let y = top + channel as f32 * (high + BETWEEN);
        beyond += row(&mut picture, (session, channel), &times, (y, y + high));
    }
    for gap in &session.gaps {
        let (from, to) = (times.place(session.time(gap.span.start)), times.place(session.time(gap.span.end)));
        picture.hatch((from, top), (to.max(from + 1.5).min(RIGHT), foot - BETWEEN), Ink::Trouble);
    }
    times.draw(&mut picture, foot - BETWEEN + 2.0);
    picture.desc = words(session, beyond);
    picture
}

/// The colour of a channel's trace.
pub fn ink(role: Role) -> Ink {
    match role {
        Role::Cranial => Ink::Of(Rhythm::Cranial),
        Role::Breath => Ink::Of(Rhythm::Breath),
        Role::Pulse => Ink::Of(Rhythm::Pulse),
        Role::Other => Ink::Other,
    }
}

/// What the picture shows, for who does not see it.
fn words(session: &Session, beyond: usize) -> String {
    let (from, to) = session.times();
    let names: Vec<String> = (0..session.layout.channels.len()).map(|at| session.channel(at)).collect();
    let mut out = format!("{} from {from} to {to}: least and greatest sample of each column.", text::list(&names));
    let some = |many: usize, what: &str| if many == 0 { String::new() } else { format!(" {}.", text::count(many, what)) };
    out += &some(session.annotations.len(), "annotation");
    out += &some(session.gaps.len(), "gap");
    out += &some(session.stills.len(), "still point");
    if beyond > 0 {
        out += " A mark at the edge stands where the trace goes beyond the scale.";
    }
    out
}

/// One channel; gives how many columns go beyond the scale.
fn row(picture: &mut Picture, (session, channel): (&Session, usize), times: &Times, (top, foot): (f32, f32)) -> usize {
    let (of, columns) = (&session.layout.channels[channel], &session.trace.columns[channel]);
    picture.text((0.0, top + 12.0), cut(&session.channel(channel), 11.5, LEFT - 20.0).unwrap_or_default(), Letters::NAME);
    if !of.unit.is_empty() {
        picture.text((0.0, top + 26.0), cut(&of.unit, SMALL, LEFT - 30.0).unwrap_or_default(), Letters::SCALE);
    }
    picture.line(vec![(LEFT, foot), (RIGHT, foot)], Ink::Rule, (0.5, Dash::Solid));
    for still in session.stills.iter().filter(|still| still.channel == channel) {
        picture.hatch((times.place(still.start), top), (times.place(still.end), foot), Ink::Dim);
    }
    let Some((low, high)) = reach(columns) else {
        picture.text((LEFT + 8.0, f32::midpoint(top, foot) + 4.0), "no sample", Letters::SCALE);
        return 0;
    };
    let scale = Scale { values: (f64::from(low), f64::from(high)), places: (foot - 1.0, top + 1.0) };
    let marks = scale.round(if foot - top > 45.0 { 3 } else { 2 });
    let step = marks.windows(2).map(|pair| pair[1] - pair[0]).next().unwrap_or(f64::from(high - low));
    for mark in marks {
        let y = scale.place(mark);
        picture.line(vec![(LEFT - 3.0, y), (LEFT, y)], Ink::Rule, (1.0, Dash::Solid));
        picture.text((LEFT - 6.0, y + 3.5), number(mark, step), Letters::SCALE.at(Anchor::End));
    }
    let x = |column: usize| {
        let frames = session.trace.each * column as u64;
        times.place(session.time(session.part.start + frames))
    };
    let ink = ink(of.role);
    for run in runs(columns) {
        let last = run.end - 1;
        let middle = |column: usize| f32::midpoint(x(column), x(column + 1));
        let upper = run.clone().map(|at| (middle(at), scale.place(f64::from(columns[at].max))));
        let lower = run.clone().rev().map(|at| (middle(at), scale.place(f64::from(columns[at].min))));
        if run.len() == 1 {
            picture.rect(
                (x(last), scale.place(f64::from(columns[last].max)) - 0.4),
                (x(last + 1), scale.place(f64::from(columns[last].min)) + 0.4),
                (ink, 1.0),
            );
            continue;
        }
        let outline: Vec<(f32, f32)> = upper.chain(lower).collect();
        picture.line(outline.clone(), ink, (0.7, Dash::Solid));
        picture.area(outline, ink, 0.85);
    }
    beyond(picture, columns, (scale, x), (top, foot))
}

/// Marks at the edge where the trace goes further than the scale.
fn beyond(picture: &mut Picture, columns: &[Column], (scale, x): (Scale, impl Fn(usize) -> f32), (top, foot): (f32, f32)) -> usize {
    let ((low, high), mut count) = (scale.values, 0);
    for (at, column) in columns.iter().enumerate().filter(|(_, column)| column.has_samples()) {
        let (over, under) = (f64::from(column.max) > high, f64::from(column.min) < low);
        let x = x(at);
        if over {
            picture.area(vec![(x - 3.0, top + 4.0), (x + 3.0, top + 4.0), (x, top - 1.0)], Ink::Trouble, 1.0);
        }
        if under {
            picture.area(vec![(x - 3.0, foot - 4.0), (x + 3.0, foot - 4.0), (x, foot + 1.0)], Ink::Trouble, 1.0);
        }
        count += usize::from(over || under);
    }
    count
}

/// From where to where the scale goes: over everything, but for a few columns that would make the rest a flat line.
fn reach(columns: &[Column]) -> Option<(f32, f32)> {
    let (mut least, mut most): (Vec<f32>, Vec<f32>) =
        columns.iter().filter(|column| column.has_samples()).map(|column| (column.min, column.max)).unzip();
    least.sort_by(f32::total_cmp);
    most.sort_by(f32::total_cmp);
    let (first, last) = (*least.first()?, *most.last()?);
    let few = least.len() / 50;
    let (low, high) = (least[few], most[most.len() - 1 - few]);
    let usual = high - low;
    let (low, high) = if last - first > FAR * usual && usual > 0.0 { (low - 0.2 * usual, high + 0.2 * usual) } else { (first, last) };
    let margin = if high > low { 0.04 * (high - low) } else { (high.abs() * 0.01).max(f32::MIN_POSITIVE) };
    Some((low - margin, high + margin))
}

/// Stretches of columns that have samples.
fn runs(columns: &[Column]) -> Vec<std::ops::Range<usize>> {
    let mut all: Vec<std::ops::Range<usize>> = Vec::new();
    for (at, _) in columns.iter().enumerate().filter(|(_, column)| column.has_samples()) {
        match all.last_mut().filter(|run| run.end == at) {
            Some(run) => run.end = at + 1,
            None => all.push(at..at + 1),
        }
    }
    all
}

/// What stands above the trace: segments as bars, marks and notes with their labels, taps.
struct Lanes {
    segments: Vec<Vec<Bar>>,
    marks: Vec<(f32, Option<(usize, String)>)>,
    rows: usize,
    taps: Vec<f32>,
}

/// A segment: from where to where, and what fits of its label.
struct Bar {
    from: f32,
    to: f32,
    text: Option<String>,
}

impl Lanes {
    fn of(session: &Session, times: &Times) -> Self {
        let x = |annotation: &Annotation| times.place(session.time(annotation.start));
        let of_kind = |kinds: &'static [Kind]| session.annotations.iter().filter(move |a| kinds.contains(&a.kind));
        let mut segments: Vec<Vec<Bar>> = Vec::new();
        for segment in of_kind(&[Kind::Segment, Kind::StillPoint]) {
            let end = segment.end.map_or(session.times().1, |end| session.time(end));
            let (from, to) = (x(segment), times.place(Seconds(end.0)));
            let text = cut(&segment.label, SMALL, to - from - 6.0).filter(|text| !text.is_empty());
            let bar = Bar { from, to: to.max(from + 1.0), text };
            let free = segments.iter().position(|row| row.last().is_none_or(|last| last.to <= from + 0.5));
            match free {
                Some(row) => segments[row].push(bar),
                None if segments.len() < LABEL_ROWS => segments.push(vec![bar]),
                None => {}
            }
        }
        let mut ends = [f32::NEG_INFINITY; LABEL_ROWS];
        let mut marks = Vec::new();
        for mark in of_kind(&[Kind::Mark, Kind::Note]) {
            let at = x(mark);
            let text = cut(&mark.label, SMALL, 160.0).filter(|text| !text.is_empty());
            let placed = text.and_then(|text| {
                let (from, to) = beside(at, &text);
                let row = ends.iter().position(|end| *end + 6.0 < from)?;
                ends[row] = to;
                Some((row, text))
            });
            marks.push((at, placed));
        }
        let rows = marks.iter().filter_map(|(_, placed)| Some(placed.as_ref()?.0 + 1)).max().unwrap_or(usize::from(!marks.is_empty()));
        Self { segments, marks, rows, taps: of_kind(&[Kind::Tap]).map(x).collect() }
    }

    fn height(&self) -> f32 {
        let taps = if self.taps.is_empty() { 0.0 } else { 11.0 };
        (self.segments.len() + self.rows) as f32 * LABEL + taps + 6.0
    }

    fn draw(&self, picture: &mut Picture, foot: f32) {
        let mut y = 0.0;
        for row in &self.segments {
            for bar in row {
                picture.rect((bar.from + 0.5, y + 1.0), (bar.to - 0.5, y + LABEL - 1.0), (Ink::Rule, 0.55));
                if let Some(text) = &bar.text {
                    picture.text((bar.from + 3.5, y + 10.5), text.clone(), Letters::SCALE.of(Ink::Text));
                }
            }
            y += LABEL;
        }
        for (at, placed) in &self.marks {
            let row = placed.as_ref().map_or(0, |(row, _)| *row);
            let top = y + row as f32 * LABEL;
            picture.line(vec![(*at, top + 2.0), (*at, foot)], Ink::Dim, (0.7, Dash::Dotted));
            if let Some((_, text)) = placed {
                let flipped = beside(*at, text).0 < *at;
                let (x, anchor) = if flipped { (at - 3.0, Anchor::End) } else { (at + 3.0, Anchor::Start) };
                picture.text((x, top + 10.5), text.clone(), Letters::SCALE.of(Ink::Text).at(anchor).clear());
            }
        }
        y += self.rows as f32 * LABEL;
        for at in &self.taps {
            picture.line(vec![(*at, y + 1.0), (*at, y + 9.0)], Ink::Text, (1.0, Dash::Solid));
        }
        if !self.taps.is_empty() {
            picture.text((0.0, y + 9.0), "taps", Letters::SCALE);
        }
    }
}

/// From where to where a mark's label goes: to its right, or to its left where it would leave the picture.
fn beside(at: f32, text: &str) -> (f32, f32) {
    let long = width(text, SMALL) + 3.0;
    if at + long > RIGHT { (at - long, at) } else { (at, at + long) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(min: f32, max: f32) -> Column {
        Column { min, max, missing: false }
    }

    #[test]
    fn a_spike_does_not_make_the_rest_a_flat_line_and_is_marked() {
        let mut columns: Vec<Column> = (0..200_u16).map(|n| column(-1.0, 1.0 + f32::from(n % 3) / 10.0)).collect();
        assert!(reach(&columns).unwrap().1 < 1.4);
        columns[77].max = 500.0;
        let (low, high) = reach(&columns).unwrap();
        assert!(high < 2.0, "{high}");
        let mut picture = Picture::new((10.0, 10.0), "", "");
        let scale = Scale { values: (f64::from(low), f64::from(high)), places: (70.0, 0.0) };
        assert_eq!(beyond(&mut picture, &columns, (scale, |at| at as f32), (0.0, 70.0)), 1);
    }

    #[test]
    fn what_is_missing_cuts_the_trace_and_a_flat_one_has_a_scale() {
        let columns = [column(0.0, 1.0), Column::EMPTY, column(0.0, 1.0), column(0.0, 1.0)];
        assert_eq!(runs(&columns), [0..1, 2..4]);
        let (low, high) = reach(&[column(3.0, 3.0)]).unwrap();
        assert!(low < 3.0 && high > 3.0);
        assert_eq!(reach(&[Column::EMPTY]), None);
    }
}
